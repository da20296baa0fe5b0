package vendors

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const lowerHex = "0123456789abcdef"

// text reads a string, from its opening quote to its closing one.
func (s *stringifier) text() error {
	s.take()
	for {
		start := s.pos
		for s.pos < len(s.in) && isLiteral(s.in[s.pos]) {
			s.pos++
		}
		s.out = append(s.out, s.in[start:s.pos]...)
		switch c := s.peek(); {
		case c == '"':
			s.take()
			return nil
		case c == '\\':
			if err := s.escape(); err != nil {
				return err
			}
		case c >= utf8.RuneSelf:
			s.character()
		default: // a control character, or the end
			return s.syntax()
		}
	}
}

// isLiteral reports whether an ASCII byte stands for itself in a string.
func isLiteral(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
}

// character copies a character that is not ASCII. For what is no UTF-8 it
// writes one U+FFFD for as much as a decoder takes at once.
func (s *stringifier) character() {
	r, n := utf8.DecodeRune(s.in[s.pos:])
	if r == utf8.RuneError && n == 1 {
		n = subpart(s.in[s.pos:])
	}
	s.out = utf8.AppendRune(s.out, r)
	s.pos += n
}

// subpart returns the length of the maximal subpart of an ill-formed sequence,
// as the Unicode Standard defines it (3.9, table 3-7): the longest beginning of
// a character that could have gone on, or 1.
func subpart(p []byte) int {
	size, low, high := 0, byte(0x80), byte(0xBF)
	switch c := p[0]; {
	case c >= 0xC2 && c <= 0xDF:
		size = 2
	case c >= 0xE0 && c <= 0xEF:
		size = 3
	case c >= 0xF0 && c <= 0xF4:
		size = 4
	}
	switch p[0] { // no overlong forms, no surrogates, nothing above U+10FFFF
	case 0xE0:
		low = 0xA0
	case 0xED:
		high = 0x9F
	case 0xF0:
		low = 0x90
	case 0xF4:
		high = 0x8F
	}
	n := 1
	for n < min(size, len(p)) && low <= p[n] && p[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// escape reads from a backslash.
func (s *stringifier) escape() error {
	s.pos++
	c := s.peek()
	switch c {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
		s.out = append(s.out, '\\', c)
	case '/':
		s.out = append(s.out, c)
	case 'u':
		return s.unicode()
	default:
		return s.syntax()
	}
	s.pos++
	return nil
}

// unicode reads from the u of \u00e9, and two escapes at once if they are a
// surrogate pair.
func (s *stringifier) unicode() error {
	unit, ok := hex4(s.in[s.pos+1:])
	if !ok {
		return s.syntax()
	}
	s.pos += 5
	if !utf16.IsSurrogate(unit) {
		s.out = appendCharacter(s.out, unit)
		return nil
	}
	if rest := s.in[s.pos:]; len(rest) > 2 && rest[0] == '\\' && rest[1] == 'u' {
		if low, ok := hex4(rest[2:]); ok {
			if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
				s.out = utf8.AppendRune(s.out, r)
				s.pos += 6
				return nil
			}
		}
	}
	s.out = appendEscape(s.out, unit) // half a pair stays an escape
	return nil
}

func hex4(p []byte) (rune, bool) {
	if len(p) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range p[:4] {
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// appendCharacter writes a character as JSON.stringify does.
func appendCharacter(out []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(out, '\\', byte(r))
	case '\b':
		return append(out, `\b`...)
	case '\t':
		return append(out, `\t`...)
	case '\n':
		return append(out, `\n`...)
	case '\f':
		return append(out, `\f`...)
	case '\r':
		return append(out, `\r`...)
	}
	if r < ' ' {
		return appendEscape(out, r)
	}
	return utf8.AppendRune(out, r)
}

func appendEscape(out []byte, unit rune) []byte {
	return append(out, '\\', 'u',
		lowerHex[unit>>12&15], lowerHex[unit>>8&15], lowerHex[unit>>4&15], lowerHex[unit&15])
}

func (s *stringifier) number() error {
	start := s.pos
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
	} else if !s.digits() {
		return s.syntax()
	}
	if s.peek() == '.' {
		s.pos++
		if !s.digits() {
			return s.syntax()
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return s.syntax()
		}
	}
	s.out = appendNumber(s.out, s.in[start:s.pos])
	return nil
}

// digits steps over digits, and reports whether there are any.
func (s *stringifier) digits() bool {
	start := s.pos
	for isDigit(s.peek()) {
		s.pos++
	}
	return s.pos > start
}

// appendNumber writes a JSON number as ECMAScript's Number::toString does.
func appendNumber(out, text []byte) []byte {
	f, _ := strconv.ParseFloat(string(text), 64) // its only error is a range, with an infinity
	size := math.Abs(f)
	switch {
	case math.IsInf(f, 0):
		return append(out, "null"...)
	case f == 0: // also -0
		return append(out, '0')
	case size >= 1e-6 && size < 1e21:
		return strconv.AppendFloat(out, f, 'f', -1, 64)
	}
	out = strconv.AppendFloat(out, f, 'e', -1, 64)
	if n := len(out); out[n-4] == 'e' && out[n-2] == '0' { // 1e-07
		out[n-2] = out[n-1]
		out = out[:n-1]
	}
	return out
}
