package config

import (
	"bytes"
	"unicode/utf8"
)

// within returns where a place in a string stands in the file. text is the string
// with its variables put in, and offset is in it. A place behind a variable
// cannot be told: then it is where the string begins.
func (r *reader) within(n *node, text string, offset int) span {
	written := n.text()
	if offset < 0 || offset > min(len(text), len(written)) || text[:offset] != written[:offset] {
		return n.at
	}
	raw := r.data[min(n.at.start, len(r.data)):]
	if i, ok := rawOffset(raw, written, offset); ok {
		return span{n.at.start + i, n.at.end}
	}
	return n.at
}

// rawOffset returns where the byte text[offset] stands in raw, which begins with
// the string as TOML writes it.
func rawOffset(raw []byte, text string, offset int) (int, bool) {
	s := rawText{raw: raw}
	for _, quotes := range []string{`"""`, `'''`, `"`, `'`} {
		if bytes.HasPrefix(raw, []byte(quotes)) {
			s.at, s.basic = len(quotes), quotes[0] == '"'
			if len(quotes) == 3 {
				s.skip("\r")
				s.skip("\n")
			}
			break
		}
	}
	for i := 0; i < offset; {
		size, ok := s.next(text[i:])
		if !ok {
			return 0, false
		}
		i += size
	}
	s.continuation()
	return s.at, s.at > 0 && s.at < len(raw)
}

// rawText is a string as TOML writes it, and how much of it was read.
type rawText struct {
	raw   []byte
	at    int
	basic bool // it has escapes
}

func (s *rawText) skip(text string) {
	if bytes.HasPrefix(s.raw[s.at:], []byte(text)) {
		s.at += len(text)
	}
}

// next passes what stands for the start of text, and returns of how many bytes.
func (s *rawText) next(text string) (size int, ok bool) {
	s.continuation()
	if s.at < len(s.raw) && text[0] == '\n' {
		s.skip("\r")
	}
	if s.at >= len(s.raw) {
		return 0, false
	}
	if !s.basic || s.raw[s.at] != '\\' {
		ok = s.raw[s.at] == text[0]
		s.at++
		return 1, ok
	}
	if s.at+1 >= len(s.raw) {
		return 0, false
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s.raw[s.at+1]]
	s.at += 2 + digits
	if digits == 0 {
		return 1, true
	}
	_, size = utf8.DecodeRuneInString(text)
	return size, true
}

// continuation passes a backslash at the end of a line and the white space
// behind it, which stand for nothing.
func (s *rawText) continuation() {
	for s.basic && s.at+1 < len(s.raw) && s.raw[s.at] == '\\' && bytes.IndexByte([]byte(" \t\r\n"), s.raw[s.at+1]) >= 0 {
		s.at++
		s.at = len(s.raw) - len(bytes.TrimLeft(s.raw[s.at:], " \t\r\n"))
	}
}
