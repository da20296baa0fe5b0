package render

import (
	"fmt"
	"net/url"
	"strings"
)

// destination returns the link for an address that is written in a template,
// with values in it; like target, it may return what to show instead. A value
// that the address begins with is an address itself. Further on a value is
// escaped, so that it stays in its place: it cannot end a path, add a parameter,
// or name another host. An address that lacks part of its path leads nowhere.
func destination(text string, values []value) (link, shown string) {
	parts := pieces(strings.TrimSpace(text), values)
	if len(parts) == 0 {
		return "", ""
	}
	a := addressWriter{parts: parts}
	first := parts[0].value
	switch {
	case first == nil:
	case first.form == addressForm:
		a.write(first.text)
		a.at, a.values = 1, 1
	default:
		a.write(tidyText(first.text, oneLine))
		a.at, a.values = 1, 1
		if a.text.Len() == 0 || !a.rest() {
			return "", ""
		}
		return target(a.text.String())
	}
	if !a.rest() {
		return "", ""
	}
	if link := ownURL(a.text.String()); link != "" {
		return link, ""
	}
	return target(a.text.String())
}

// ownURL returns s as a link, or "". Unlike a stranger's URL, it is built by
// whoever runs the relay, so any host will do.
func ownURL(s string) string {
	s = escapeURL(strings.TrimSpace(s))
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return lowerScheme(s, u.Scheme)
}

// addressWriter puts an address together.
type addressWriter struct {
	parts  []piece
	at     int // the part that is next
	text   strings.Builder
	values int // that were put in
	blank  int // of these, those with nothing in them
}

func (a *addressWriter) write(s string) { a.text.WriteString(s) }

// rest writes what is left, and reports whether the address is whole.
func (a *addressWriter) rest() bool {
	for ; a.at < len(a.parts); a.at++ {
		p := a.parts[a.at]
		if p.value == nil {
			a.write(p.text)
			continue
		}
		a.values++
		text := tidyText(p.value.text, oneLine)
		if text == "" {
			a.blank++
		}
		if !a.insert(text) {
			return false
		}
	}
	return a.values == 0 || a.blank < a.values
}

// insert writes a value behind what there is, and reports whether it may stand
// there.
func (a *addressWriter) insert(text string) bool {
	scheme, rest, found := strings.Cut(a.text.String(), ":")
	switch strings.ToLower(scheme) {
	case "tel":
		a.write(text)
		return found
	case "mailto":
		a.write(strictEscape(text))
		return found
	}
	rest, hasHost := strings.CutPrefix(rest, "//")
	switch {
	case !found || !hasHost:
		return false
	case !strings.ContainsAny(rest, "/?#"):
		if !isLabel(text) && (rest != "" || !a.hostEnds() || !isHost(text)) {
			return false
		}
	case strings.ContainsAny(rest, "?#"):
	case text == "", text == ".", text == "..":
		return false
	}
	a.write(strictEscape(text))
	return true
}

// hostEnds reports whether the host ends behind the value that is next.
func (a *addressWriter) hostEnds() bool {
	if a.at+1 == len(a.parts) {
		return true
	}
	next := a.parts[a.at+1]
	return next.value == nil && strings.ContainsAny(next.text[:1], "/?#:")
}

// isLabel reports whether s can be part of a host's name without adding to its
// levels.
func isLabel(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r > '~' || !isASCIILetter(byte(r)) && !isDigit(byte(r)) && r != '-'
	})
}

// strictEscape percent-encodes all but what no part of a URL gives a meaning to
// (RFC 3986's unreserved characters).
func strictEscape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; isASCIILetter(c) || isDigit(c) || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
