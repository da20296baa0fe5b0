package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"botrelay/relay"
)

// reader turns nodes into values, and collects what is wrong with them.
type reader struct {
	env     Env
	standIn func(key string) string // of the sink that is being read; nil: there is none
	data    []byte                  // the file

	described []Vendor // those of the file; read before what refers to them

	remarks     []remark
	errs        int            // remarks that are no warnings
	types       []string       // of events that vendors send, once that was asked for
	tables      []Table        // what reference returns, once it was asked for
	secrets     []relay.Secret // which no finding may hold
	placeholder *regexp.Regexp // what isPlaceholder looks for, once that was asked
	guessed     int            // how many of them only look like secrets
	// lookups are the values of variables. Text of ours shows none of them;
	// text of others is searched for them.
	lookups []relay.Secret
}

func (r *reader) errorf(at span, format string, args ...any) {
	r.remarks = append(r.remarks, remark{at: at, format: format, args: args})
	r.errs++
}

func (r *reader) warnf(at span, format string, args ...any) {
	r.remarks = append(r.remarks, remark{at: at, format: format, args: args, warning: true})
}

// remark is a finding before it is known what else is a secret.
type remark struct {
	at      span
	format  string
	args    []any
	warning bool
}

// findings returns the remarks. A secret that also stands where none belongs,
// say as a name, is taken out of what they quote.
func (r *reader) findings() []finding {
	wrong := make(map[span]bool)
	for _, remark := range r.remarks {
		wrong[remark.at] = wrong[remark.at] || !remark.warning
	}
	// A warning of a value that is in error anyway would only be in the way.
	r.remarks = slices.DeleteFunc(r.remarks, func(remark remark) bool { return remark.warning && wrong[remark.at] })
	findings := make([]finding, len(r.remarks))
	var ours map[string]bool // a secret that is one of them cannot be told from it
	if len(r.remarks) > 0 {
		ours = vocabularyOf(r.env).words
	}
	scrub := scrubber(r.secrets)
	for i, remark := range r.remarks {
		for j, arg := range remark.args {
			if text := fmt.Sprint(arg); !ours[text] {
				remark.args[j] = scrub.Replace(text)
			}
		}
		findings[i] = finding{remark.at.start, fmt.Sprintf(remark.format, remark.args...), remark.warning}
	}
	return findings
}

// failed reports whether anything is an error so far.
func (r *reader) failed() bool {
	return slices.ContainsFunc(r.remarks, func(remark remark) bool { return !remark.warning })
}

// foreign returns text of others without the values of variables.
func (r *reader) foreign(text string) string { return relay.Scrub(text, r.lookups...) }

// wants reports that a value is of the wrong type.
func (r *reader) wants(n *node, what string) {
	r.errorf(n.at, "%q wants %s, got %s", n.name, what, n.kind)
}

// refuses reports that a string is not what it has to be. It is shown as it is
// written, with its variables' names.
func (r *reader) refuses(n *node, what string) {
	r.errorf(n.at, "%q %s, got %s", n.name, what, quoted(n))
}

// quoted returns a value as it is written, for a message.
func quoted(n *node) string {
	if n.kind == textKind {
		return strconv.Quote(cut(n.text()))
	}
	return n.kind.String()
}

// string reads a string that is no secret, and puts its variables in. It
// returns false once it has reported what is wrong.
func (r *reader) string(n *node) (string, bool) {
	n.public = true
	if n.kind == integerKind && strings.HasSuffix(n.name, "listen") {
		r.errorf(n.at, "%q %s, got %s%s", n.name, errAddress, n.kind, likeOf(n, addressLike(fmt.Sprint(n.value))))
		return "", false
	}
	if n.kind != textKind {
		r.errorf(n.at, "%q wants a string, got %s%s", n.name, n.kind, n.single())
		return "", false
	}
	e := r.expand(n, "")
	return e.text, len(e.errs) == 0 || n.absent
}

// value reads a string that is to be understood: one that lacks a variable cannot
// be, whoever reads it.
func (r *reader) value(n *node) (string, bool) {
	text, ok := r.string(n)
	return text, ok && !n.absent
}

// expand puts variables into a string and reports what is wrong with them, with
// a cure for those that are missing.
func (r *reader) expand(n *node, cure string) expansion {
	e := expand(n.text(), r.env.Getenv)
	if r.env.StandIn != nil && e.lacks() {
		if text := r.instead(n.name); text != "" {
			return expansion{text: text, sheer: e.sheer, any: true}
		}
		n.absent = true
		return e
	}
	for _, text := range e.errs {
		if !strings.HasPrefix(text, envProblem) || strings.Contains(text, "did you mean") {
			cure = ""
		}
		r.errorf(n.at, "%s%s", text, cure)
	}
	for _, value := range e.values {
		r.lookups = append(r.lookups, relay.NewSecret(value))
	}
	return e
}

// instead returns what stands for the value of a sink's key, or "".
func (r *reader) instead(key string) string {
	if r.standIn == nil || strings.HasSuffix(key, fileSuffix) {
		return ""
	}
	return r.standIn(key)
}

// integer reads a whole number, which may also be written as a string.
func (r *reader) integer(n *node, example string) (int64, bool) {
	n.public = true
	what := "a whole number"
	if example != "" {
		what += ", such as " + example
	}
	if i, ok := n.value.(int64); ok {
		return i, true
	}
	if n.kind != textKind {
		r.wants(n, what)
		return 0, false
	}
	text, ok := r.value(n)
	if !ok {
		return 0, false
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.refuses(n, "wants "+what)
		return 0, false
	}
	return i, true
}

// boolean reads true or false, which may also be written as a string.
func (r *reader) boolean(n *node) (value, ok bool) {
	n.public = true
	if b, ok := n.value.(bool); ok {
		return b, true
	}
	if n.kind != textKind {
		r.errorf(n.at, "%q wants true or false, got %s%s", n.name, n.kind, flagLike(fmt.Sprint(n.value)))
		return false, false
	}
	switch text, ok := r.value(n); {
	case !ok:
		return false, false
	case text == "true", text == "false":
		return text == "true", true
	}
	r.errorf(n.at, "%q wants true or false, got %s%s", n.name, quoted(n), flagLike(n.text()))
	return false, false
}

// flagLike says which of true and false is meant.
func flagLike(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "yes", "y", "on", "1", "enabled", "ja":
		return ": did you mean true?"
	case "false", "no", "n", "off", "0", "disabled", "nein":
		return ": did you mean false?"
	}
	return ""
}

// strings reads a list of strings; with one, a single string will do.
func (r *reader) strings(n *node, one bool) ([]string, bool) {
	n.public = true
	if n.kind == textKind && one {
		text, ok := r.string(n)
		return []string{text}, ok
	}
	if n.kind != listKind {
		what := "a list of strings"
		if one {
			what = "a string or a list of strings"
		}
		if n.kind == textKind {
			r.errorf(n.at, "%q wants %s, got a string: write [%s]", n.name, what, strings.Join(quotedParts(n), ", "))
		} else {
			r.wants(n, what)
		}
		return nil, false
	}
	texts, good := make([]string, 0, len(n.items)), true
	for _, item := range n.items {
		text, ok := r.string(item)
		texts, good = append(texts, text), good && ok
	}
	return texts, good
}

// parsed reads a string by way of a function whose error says what is wanted;
// that for an empty string says so of any other type.
func parsed[T any](r *reader, n *node, dst *T, parse func(string) (T, error)) bool {
	n.public = true
	if n.kind != textKind {
		if _, err := parse(""); err != nil {
			r.errorf(n.at, "%q %s, got %s%s", n.name, err, n.kind, joinedLike(n, parse))
			return false
		}
		r.wants(n, "a string")
		return false
	}
	text, ok := r.value(n)
	if !ok {
		return false
	}
	value, err := parse(text)
	if err != nil {
		r.errorf(n.at, "%q %s, got %s%s", n.name, r.foreign(err.Error()), quoted(n), likeOf(n, err))
		return false
	}
	*dst = value
	return true
}

// joinedLike says what may be meant by a list of texts, which it shows, or a number,
// where a text is wanted.
func joinedLike[T any](n *node, parse func(string) (T, error)) string {
	if n.kind == integerKind {
		_, err := parse(fmt.Sprint(n.value))
		return likeOf(n, err)
	}
	if n.kind != listKind || len(n.items) == 0 {
		return ""
	}
	texts := make([]string, len(n.items))
	for i, item := range n.items {
		if texts[i] = item.text(); texts[i] == "" || strings.Contains(texts[i], "$") {
			return ""
		}
		item.public = true
	}
	joined := strings.Join(texts, ",")
	_, err := parse(joined)
	if err == nil {
		return fmt.Sprintf(": write %q", joined)
	}
	return likeOf(n, err)
}
