package route

import (
	"errors"
	"unicode/utf8"
)

var errTrailingBackslash = errors.New(`a "\" at the end escapes nothing: write "\\" for a backslash`)

// CheckPattern returns what is wrong with one pattern of a match, or nil.
func CheckPattern(pattern string) error {
	_, err := parsePattern(pattern)
	return err
}

// pattern is one parsed item of a match.
type pattern struct {
	negated bool
	glob    []token
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

func parsePattern(text string) (pattern, error) {
	var p pattern
	if len(text) > 0 && text[0] == '!' {
		p.negated, text = true, text[1:]
	}
	escaped := false
	for _, c := range text {
		switch {
		case escaped:
			p.glob = append(p.glob, token{literal, c})
			escaped = false
		case c == '\\':
			escaped = true
		case c == '*':
			p.glob = append(p.glob, token{kind: anyRun})
		case c == '?':
			p.glob = append(p.glob, token{kind: anyOne})
		default:
			p.glob = append(p.glob, token{literal, c})
		}
	}
	if escaped {
		return p, errTrailingBackslash
	}
	return p, nil
}

// matches reports whether glob covers all of text. It goes back only to the
// last *, so its time is bounded by len(glob) × len(text).
func matches(glob []token, text string) bool {
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
