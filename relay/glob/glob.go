// Package glob holds the patterns that routes.toml has in a match and in a
// vendor's kinds. It is pure.
package glob

import (
	"errors"
	"strings"
	"unicode/utf8"
)

var errTrailingBackslash = errors.New(`a "\" at the end escapes nothing: write "\\" for a backslash`)

// Pattern is one parsed pattern: * is any run of characters, also none, ? is
// one character, \ takes the next character as it is, and a leading ! negates
// it. Case counts. The zero value covers the empty text alone.
type Pattern struct {
	Negated bool
	tokens  []token
}

// token is one step of a glob: any run of characters, any one character, or
// this very character.
type token struct {
	kind tokenKind
	char rune
}

type tokenKind byte

const (
	literal tokenKind = iota
	anyOne
	anyRun
)

// Parse reads a pattern. It fails only where a backslash escapes nothing.
func Parse(text string) (Pattern, error) {
	var p Pattern
	if len(text) > 0 && text[0] == '!' {
		p.Negated, text = true, text[1:]
	}
	escaped := false
	for _, c := range text {
		switch {
		case escaped:
			p.tokens = append(p.tokens, token{literal, c})
			escaped = false
		case c == '\\':
			escaped = true
		case c == '*':
			p.tokens = append(p.tokens, token{kind: anyRun})
		case c == '?':
			p.tokens = append(p.tokens, token{kind: anyOne})
		default:
			p.tokens = append(p.tokens, token{literal, c})
		}
	}
	if escaped {
		return p, errTrailingBackslash
	}
	return p, nil
}

// Matches reports whether the pattern holds for text.
func (p Pattern) Matches(text string) bool { return p.Covers(text) != p.Negated }

// Covers reports whether what the pattern says, but for its negation, covers all
// of text. It goes back only to the last *, so its time is bounded by the
// product of the two lengths.
func (p Pattern) Covers(text string) bool {
	glob := p.tokens
	at, star, mark := 0, -1, 0 // mark: where the run of the last * ends for now
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case at < len(glob) && glob[at].kind == anyRun:
			star, mark = at, i
			at++
		case at < len(glob) && (glob[at].kind == anyOne || glob[at].char == c):
			at++
			i += size
		case star >= 0:
			_, step := utf8.DecodeRuneInString(text[mark:])
			mark += step
			at, i = star+1, mark
		default:
			return false
		}
	}
	for at < len(glob) && glob[at].kind == anyRun {
		at++
	}
	return at == len(glob)
}

// Positive returns the pattern without its negation.
func (p Pattern) Positive() Pattern { return Pattern{tokens: p.tokens} }

// Value returns the one text that the pattern covers; exact is false if it has a
// wildcard.
func (p Pattern) Value() (text string, exact bool) {
	var b strings.Builder
	for _, t := range p.tokens {
		if t.kind != literal {
			return "", false
		}
		b.WriteRune(t.char)
	}
	return b.String(), true
}
