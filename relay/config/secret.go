package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"botrelay/relay"
)

// fileSuffix makes of a secret's key the key of a file that holds it.
const fileSuffix = "_file"

var errNoFiles = errors.New("files cannot be read here")

// secret reads a secret. One that mayBeClear, such as a store's URL without a
// password, brings no warning when it stands in the file itself.
func (r *reader) secret(n *node, mayBeClear bool) (relay.Secret, bool) {
	if n.kind != textKind {
		r.wants(n, `a string, such as "${NAME}"`)
		return relay.Secret{}, false
	}
	e := r.expand(n, fmt.Sprintf(": set it before the start, or name a file with %q", n.name+fileSuffix))
	n.public = e.sheer
	if !e.any && r.variableIn(e.text) != unnamed && (looksLikeVariable(e.text) || isVariableName(e.text)) {
		n.public = true // it is the name of a variable, by mistake
	} else {
		r.hide(e)
	}
	switch {
	case len(e.errs) > 0:
		return relay.Secret{}, false
	case e.text == "":
		r.errorf(n.at, `%q is empty: write "${NAME}" for a variable of the environment, or name a file with %q`, n.name, n.name+fileSuffix)
		return relay.Secret{}, false
	case !e.any && r.standsFor(n, e.text):
	case !e.any && !mayBeClear:
		r.warnf(n.at, `%q is written in clear: take it from the environment, as in "${NAME}", or name a file with %q`, n.name, n.name+fileSuffix)
	}
	if strings.TrimSpace(e.text) != e.text {
		r.warnf(n.at, "%q begins or ends with white space: take it out", n.name)
	}
	if isQuoted(e.text) {
		r.warnf(n.at, "%q has quotation marks around it: an environment file takes them as part of the value", n.name)
	}
	return relay.NewSecret(e.text), true
}

func isQuoted(text string) bool {
	return len(text) >= 2 && text[0] == text[len(text)-1] && (text[0] == '"' || text[0] == '\'')
}

// hide keeps what went into a secret out of every message.
func (r *reader) hide(e expansion) {
	r.secrets = append(r.secrets, relay.NewSecret(e.text))
	for _, value := range e.values {
		r.secrets = append(r.secrets, relay.NewSecret(value))
	}
}

// secretList reads a secret or a list of them.
func (r *reader) secretList(n *node) ([]relay.Secret, bool) {
	return r.list(n, `a string, such as "${NAME}", or a list of them`, func(n *node) (relay.Secret, bool) { return r.secret(n, false) })
}

// secretFiles reads a secret from a file, or a list of them from several.
func (r *reader) secretFiles(n *node) ([]relay.Secret, bool) {
	return r.list(n, "the name of a file or a list of them", r.secretFile)
}

func (r *reader) list(n *node, what string, read func(*node) (relay.Secret, bool)) ([]relay.Secret, bool) {
	items := []*node{n}
	switch {
	case n.kind == listKind && len(n.items) == 0:
		r.errorf(n.at, "%q is empty", n.name)
		return nil, false
	case n.kind == listKind:
		items = n.items
	case n.kind != textKind:
		r.wants(n, what)
		return nil, false
	}
	good := true
	secrets := make([]relay.Secret, 0, len(items))
	for _, item := range items {
		secret, ok := read(item)
		secrets, good = append(secrets, secret), good && ok
	}
	return secrets, good
}

// missingFile reports whether a secret's file is not there and need not be, and
// returns what stands for the secret, if anything does.
func (r *reader) missingFile(n *node, name string) (relay.Secret, bool) {
	if r.env.StandIn == nil {
		return relay.Secret{}, false
	}
	if r.env.ReadFile != nil && !n.absent {
		if data, err := r.env.ReadFile(name); err == nil && len(data) > 0 {
			return relay.Secret{}, false
		}
	}
	return relay.NewSecret(r.instead(strings.TrimSuffix(n.name, fileSuffix))), true
}

// secretFile reads a secret from the file that n names, without the newline at
// its end.
func (r *reader) secretFile(n *node) (relay.Secret, bool) {
	name, ok := r.string(n)
	if !ok {
		return relay.Secret{}, false
	}
	if secret, missing := r.missingFile(n, name); missing {
		return secret, !secret.IsZero()
	}
	read := r.env.ReadFile
	if read == nil {
		read = func(string) ([]byte, error) { return nil, errNoFiles }
	}
	data, err := read(name)
	if err != nil {
		r.errorf(n.at, "%q: cannot read %s: %s", n.name, quoted(n), r.foreign(reason(err)))
		return relay.Secret{}, false
	}
	data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
	r.secrets = append(r.secrets, relay.NewSecret(string(data)))
	switch {
	case len(data) == 0:
		r.errorf(n.at, "%q: the file %s is empty", n.name, quoted(n))
		return relay.Secret{}, false
	case len(bytes.TrimSpace(data)) < len(data):
		r.warnf(n.at, "%q: the file %s begins or ends with white space", n.name, quoted(n))
	}
	return relay.NewSecret(string(data)), true
}

// reason returns why a file could not be read, without its name, which the
// message shows as it is written.
func reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// scrubber masks secrets as relay.Scrub does, but looks at a text once, however many
// secrets there are: a file may have thousands, and as many remarks.
func scrubber(secrets []relay.Secret) *strings.Replacer {
	var texts []string
	for _, s := range secrets {
		if text := s.Reveal(); len(text) >= relay.MinScrubbed {
			texts = append(texts, text)
		}
	}
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	var pairs []string
	for _, text := range slices.Compact(texts) {
		pairs = append(pairs, text, "***")
	}
	return strings.NewReplacer(pairs...)
}
