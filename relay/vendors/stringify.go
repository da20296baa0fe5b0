package vendors

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Errors of Stringify. What it returns wraps one of them.
var (
	// ErrSyntax: the body is not JSON.
	ErrSyntax = errors.New("not JSON")
	// ErrDuplicateKey: an object has a key twice, so that two readers of it may
	// see two different things.
	ErrDuplicateKey = errors.New("a key comes twice")
	// ErrTooDeep: more than 1,000 objects and arrays inside each other.
	ErrTooDeep = errors.New("nested too deep")
)

// maxDepth is a depth that Node still takes: its JSON.stringify gives up
// somewhere below 5,000.
const maxDepth = 1000

// Stringify returns what JSON.stringify(JSON.parse(text)) gives in Node, text
// being the body decoded from UTF-8: no spaces, keys that are array indexes
// first, numbers as ECMAScript writes them (an infinite one is null), only the
// escapes that are needed, and U+FFFD for what is no UTF-8. Unlike Node it
// refuses an object that has a key twice.
//
// The result is at most about six times as long as the body, and shares no
// memory with it.
func Stringify(body []byte) ([]byte, error) {
	s := stringifier{in: body, out: make([]byte, 0, len(body))}
	s.space()
	if err := s.value(); err != nil {
		return nil, err
	}
	s.space()
	if s.pos < len(s.in) {
		return nil, s.syntax()
	}
	return s.out, nil
}

// stringifier reads JSON and writes its other form in one pass.
type stringifier struct {
	in      []byte
	pos     int
	out     []byte
	depth   int
	members []member // of all objects that are open
	sorted  []member // scratch
	moved   []byte   // scratch
}

// member is where a key and its value stand in the output.
type member struct {
	start, keyEnd, end int
	index              int64 // the key as an array index, -1 if it is none
}

func (s *stringifier) value() error {
	switch c := s.peek(); {
	case c == '"':
		return s.text()
	case c == '-' || isDigit(c):
		return s.number()
	case c == '{' || c == '[':
		return s.nested(c)
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	}
	return s.syntax()
}

func (s *stringifier) nested(open byte) error {
	if s.depth++; s.depth > maxDepth {
		return fmt.Errorf("%w: more than %d levels", ErrTooDeep, maxDepth)
	}
	s.take()
	var err error
	if open == '{' {
		err = s.object()
	} else {
		err = s.array()
	}
	s.depth--
	return err
}

// array reads from behind the bracket.
func (s *stringifier) array() error {
	s.space()
	if s.peek() == ']' {
		s.take()
		return nil
	}
	for {
		s.space()
		if err := s.value(); err != nil {
			return err
		}
		s.space()
		switch s.peek() {
		case ',':
			s.take()
		case ']':
			s.take()
			return nil
		default:
			return s.syntax()
		}
	}
}

// object reads from behind the brace.
func (s *stringifier) object() error {
	s.space()
	if s.peek() == '}' {
		s.take()
		return nil
	}
	outer := len(s.members)
	for {
		if err := s.member(); err != nil {
			return err
		}
		s.space()
		switch s.peek() {
		case ',':
			s.take()
		case '}':
			members := s.members[outer:]
			if err := s.distinct(members); err != nil {
				return err
			}
			s.reorder(members)
			s.members = s.members[:outer]
			s.take()
			return nil
		default:
			return s.syntax()
		}
	}
}

func (s *stringifier) member() error {
	s.space()
	if s.peek() != '"' {
		return s.syntax()
	}
	m := member{start: len(s.out)}
	if err := s.text(); err != nil {
		return err
	}
	m.keyEnd = len(s.out)
	m.index = arrayIndex(s.out[m.start+1 : m.keyEnd-1])
	s.space()
	if s.peek() != ':' {
		return s.syntax()
	}
	s.take()
	s.space()
	if err := s.value(); err != nil {
		return err
	}
	m.end = len(s.out)
	s.members = append(s.members, m)
	return nil
}

// distinct refuses a key that comes twice. Two keys are the same if they are
// written the same, since there is one way to write a key.
func (s *stringifier) distinct(members []member) error {
	key := func(m member) []byte { return s.out[m.start:m.keyEnd] }
	s.sorted = append(s.sorted[:0], members...)
	slices.SortFunc(s.sorted, func(a, b member) int { return bytes.Compare(key(a), key(b)) })
	for i := 1; i < len(s.sorted); i++ {
		if bytes.Equal(key(s.sorted[i-1]), key(s.sorted[i])) {
			return fmt.Errorf("%w: up to byte %d", ErrDuplicateKey, s.pos)
		}
	}
	return nil
}

// reorder moves the members whose keys are array indexes to the front, in
// ascending order: so JavaScript orders an object's properties.
func (s *stringifier) reorder(members []member) {
	order := func(a, b member) int { return cmp.Compare(uint64(a.index), uint64(b.index)) } // -1 is the largest
	if slices.IsSortedFunc(members, order) {
		return
	}
	s.sorted = append(s.sorted[:0], members...)
	slices.SortStableFunc(s.sorted, order)
	s.moved = s.moved[:0]
	for i, m := range s.sorted {
		if i > 0 {
			s.moved = append(s.moved, ',')
		}
		s.moved = append(s.moved, s.out[m.start:m.end]...)
	}
	copy(s.out[members[0].start:], s.moved)
}

// arrayIndex returns the index that a key is by ECMAScript's rules, 0 to
// 4294967294 without leading zeros, or -1.
func arrayIndex(key []byte) int64 {
	if len(key) == 0 || len(key) > 10 || len(key) > 1 && key[0] == '0' {
		return -1
	}
	var n int64
	for _, c := range key {
		if !isDigit(c) {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	if n > 4294967294 {
		return -1
	}
	return n
}

func (s *stringifier) word(word string) error {
	if !bytes.HasPrefix(s.in[s.pos:], []byte(word)) {
		return s.syntax()
	}
	s.pos += len(word)
	s.out = append(s.out, word...)
	return nil
}

func (s *stringifier) space() {
	for s.pos < len(s.in) {
		switch s.in[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, 0 at the end: no JSON has that outside a string.
func (s *stringifier) peek() byte {
	if s.pos < len(s.in) {
		return s.in[s.pos]
	}
	return 0
}

// take copies the next byte.
func (s *stringifier) take() {
	s.out = append(s.out, s.in[s.pos])
	s.pos++
}

func (s *stringifier) syntax() error {
	return fmt.Errorf("%w: at byte %d", ErrSyntax, s.pos)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
