package segment

import (
	"maps"
	"slices"
)

// Gathering is a segment that is made of events.
type Gathering struct{ terms map[string][]uint16 }

// Add adds a term of the event at offset. Events come in order.
func (g *Gathering) Add(term string, offset uint16) {
	if g.terms == nil {
		g.terms = make(map[string][]uint16)
	}
	if have := g.terms[term]; len(have) == 0 || have[len(have)-1] != offset {
		g.terms[term] = append(have, offset)
	}
}

// Pages returns the segment.
func (g *Gathering) Pages() (pages []Page, err error) {
	w := Writer{Emit: func(p Page) error {
		pages = append(pages, p)
		return nil
	}}
	for _, term := range slices.Sorted(maps.Keys(g.terms)) {
		if err := w.Add(term, g.terms[term]); err != nil {
			return nil, err
		}
	}
	return pages, w.Flush()
}

// Part is a segment that is to become part of a larger one.
type Part struct {
	// Next returns the data of the next page, or nothing after the last.
	Next func() ([]byte, error)
	// Offset is where it begins in the larger one.
	Offset uint16

	entries []entry // of the page that is being read
	ended   bool
}

type entry struct {
	term    string
	offsets []uint16
}

// Merger merges segments into a larger one.
type Merger struct {
	parts []*Part
	w     Writer
	pages []Page // made, and not taken yet
	ended bool
}

// Merge merges parts, which stand in the order of their offsets.
func Merge(parts []*Part) *Merger {
	m := &Merger{parts: parts}
	m.w.Emit = func(p Page) error {
		m.pages = append(m.pages, p)
		return nil
	}
	return m
}

// Pages returns the next n pages, or less if these are the last; after those, none. It
// returns the first error of a page or of Next, after which the Merger is of no use.
func (m *Merger) Pages(n int) ([]Page, error) {
	for !m.ended && len(m.pages) < n {
		least, err := m.least()
		switch {
		case err != nil:
			return nil, err
		case least == nil:
			m.ended = true
			err = m.w.Flush()
		default:
			e := least.entries[0]
			least.entries = least.entries[1:]
			err = m.w.Add(e.term, e.offsets)
		}
		if err != nil {
			return nil, err
		}
	}
	n = min(n, len(m.pages))
	pages := m.pages[:n:n]
	m.pages = m.pages[n:]
	return pages, nil
}

// least returns the part with the least term. Of the same term what comes first has the
// smaller offsets.
func (m *Merger) least() (least *Part, err error) {
	for _, p := range m.parts {
		has, err := p.fill()
		if err != nil {
			return nil, err
		}
		if has && (least == nil || p.entries[0].term < least.entries[0].term) {
			least = p
		}
	}
	return least, nil
}

// fill reads the next page if all of the former was used, and reports whether there is
// anything.
func (p *Part) fill() (bool, error) {
	for len(p.entries) == 0 {
		if p.ended {
			return false, nil
		}
		data, err := p.Next()
		if err != nil {
			return false, err
		}
		p.ended = len(data) == 0
		wrong := false
		err = Read(data, func(term []byte, offsets []uint16) bool {
			moved := slices.Clone(offsets)
			for i := range moved {
				moved[i] += p.Offset
				wrong = wrong || moved[i] < p.Offset
			}
			p.entries = append(p.entries, entry{string(term), moved})
			return true
		})
		if err == nil && wrong {
			err = errPage
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}
