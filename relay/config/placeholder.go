package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// standsFor warns of a secret that is none: a variable as other tools write it, the
// name of one, a file's name, or what an example has in its place.
func (r *reader) standsFor(n *node, text string) bool {
	trimmed := strings.TrimSpace(text)
	file := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(trimmed, "file:"), "//"), "@")
	switch {
	case strings.HasPrefix(file, "/") && file != trimmed, strings.HasPrefix(trimmed, "/run/secrets/"):
		r.warnf(n.at, "%q is taken as it stands: a file is named with %q", n.name, n.name+fileSuffix)
	case looksLikeVariable(trimmed):
		r.warnf(n.at, "%q is taken as it stands: a variable of the environment is written %q", n.name, r.variableIn(trimmed))
	case r.isVariable(trimmed):
		r.warnf(n.at, "%q is the name of a variable and not its value: write %q", n.name, r.variableIn(trimmed))
	case r.isPlaceholder(trimmed):
		r.warnf(n.at, `%q is an example's and no real one: write "${NAME}" for a variable of the environment, or name a file with %q`, n.name, n.name+fileSuffix)
	default:
		return false
	}
	return true
}

// looksLikeVariable reports whether text is how other tools write a variable.
func looksLikeVariable(text string) bool {
	if !strings.ContainsAny(text, "$%{<") && !strings.Contains(strings.ToLower(text), "env") {
		return false
	}
	return regexp.MustCompile(`^(?:\$\w+|%\w+%?|\$\(\w+\)|\$?\{+\s*[\w.() "']+\s*\}+|<[A-Z][A-Z0-9_]*>|(?i:env[:.]|process\.env\.|env\(|getenv\(|os\.environ|!env\s|\$env:|env\[).*)$`).MatchString(text)
}

// isUnread reports whether a value looks like a variable and is none.
func (r *reader) isUnread(n *node) bool {
	e := expand(n.text(), r.env.Getenv)
	return !e.any && (looksLikeVariable(strings.TrimSpace(e.text)) || r.isVariable(e.text))
}

// isVariable reports whether text is a variable's name: one that is set, or as they
// are called mostly.
func (r *reader) isVariable(text string) bool {
	if value, set := r.env.Getenv(text); isVariableName(text) && set && value != "" {
		return true
	}
	for part := range strings.SplitSeq(text, "_") {
		if len(part) < 2 || len(part) > 16 || strings.Trim(part, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return false
		}
	}
	return strings.Contains(text, "_")
}

// variableIn returns how a variable is written that text has the name of. A name is
// told only if there is such a variable, since it might be a secret.
func (r *reader) variableIn(text string) string {
	names := strings.FieldsFunc(text, func(c rune) bool { return !isWord(c) })
	slices.Reverse(names)
	for _, name := range names {
		if value, set := r.env.Getenv(name); isVariableName(name) && strings.ToUpper(name) == name && set && value != "" {
			return fmt.Sprintf("${%s}", name)
		}
	}
	return unnamed
}

// isWord reports whether c may stand in the name of a variable.
func isWord(c rune) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

const unnamed = "${NAME}"

// isPlaceholder reports whether text is what examples have in a secret's place.
func (r *reader) isPlaceholder(text string) bool {
	if r.placeholder == nil { // compiled once, as a list may have a hundred thousand secrets
		r.placeholder = regexp.MustCompile(`^(?:<.*>|\[.*\]|.*(?:\.\.\.|…)|[x*._-]+|x{3,}.*|(?:your|my|insert|paste|replace|put)[-_ ].*)$`)
	}
	low := strings.ToLower(text)
	return slices.Contains([]string{"changeme", "change_me", "change-me", "todo", "tbd", "secret", "password", "passwort", "token", "example"}, low) ||
		r.placeholder.MatchString(low)
}
