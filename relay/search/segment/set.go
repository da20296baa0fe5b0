package segment

import (
	"bytes"
	"iter"
	"math/bits"
)

// Set is a set of offsets. The zero Set is empty; it is used by pointer.
type Set struct{ words [Range / 64]uint64 }

// Full returns the set of all offsets.
func Full() *Set {
	var s Set
	for i := range s.words {
		s.words[i] = ^uint64(0)
	}
	return &s
}

// Add adds an offset.
func (s *Set) Add(offset uint16) { s.words[offset/64] |= 1 << (offset % 64) }

// Has reports whether an offset is in the set.
func (s *Set) Has(offset uint16) bool { return s.words[offset/64]&(1<<(offset%64)) != 0 }

// And leaves what is in the other set too.
func (s *Set) And(other *Set) {
	for i := range s.words {
		s.words[i] &= other.words[i]
	}
}

// Or adds what is in the other set.
func (s *Set) Or(other *Set) {
	for i := range s.words {
		s.words[i] |= other.words[i]
	}
}

// Len returns how many offsets are in the set.
func (s *Set) Len() (n int) {
	for _, word := range s.words {
		n += bits.OnesCount64(word)
	}
	return n
}

// Ascending yields the offsets from the smallest on.
func (s *Set) Ascending() iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for i, word := range s.words {
			for ; word != 0; word &= word - 1 {
				if !yield(uint16(i*64 + bits.TrailingZeros64(word))) { //nolint:gosec // it is below Range
					return
				}
			}
		}
	}
}

// Descending yields the offsets from the largest on.
func (s *Set) Descending() iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for i := len(s.words) - 1; i >= 0; i-- {
			for word := s.words[i]; word != 0; {
				bit := 63 - bits.LeadingZeros64(word)
				if !yield(uint16(i*64 + bit)) { //nolint:gosec // it is below Range
					return
				}
				word &^= 1 << bit
			}
		}
	}
}

// AddPrefixed adds the events of a page that have a term which begins with prefix. It
// fails where the page is damaged.
func (s *Set) AddPrefixed(data []byte, prefix string) error {
	want := []byte(prefix)
	return Read(data, func(term []byte, offsets []uint16) bool {
		if bytes.HasPrefix(term, want) {
			for _, offset := range offsets {
				s.Add(offset)
			}
			return true
		}
		return bytes.Compare(term, want) < 0
	})
}

// After returns what comes after every term that begins with prefix.
func After(prefix string) string { return prefix + "\U0010ffff" }
