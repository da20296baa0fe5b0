// Package segment keeps which events have which terms, for a range of neighbouring
// events that does not change any more. A segment is a list of pages, in the order of
// their terms; small segments are merged into large ones. It is pure: where pages are
// kept is others' to know.
package segment

import (
	"encoding/binary"
	"errors"
)

const (
	// Range is how many places a segment has at most: events are known by their offset.
	Range = 1 << 16
	// pageSize is how large a page is at most: a row that fits a page of a database.
	pageSize = 3900
	// maxPostings is how many events an entry of a page has at most. A term that more
	// events have has several entries.
	maxPostings = 1000
	// maxTerm is how long a term may be.
	maxTerm = 1024
)

var (
	errPage  = errors.New("a page of the search index is damaged")
	errOrder = errors.New("terms or events for the search index are out of order, or terms too long")
)

// Page is a part of a segment.
type Page struct {
	First string // its first term
	Data  []byte
}

// Writer makes pages. Its methods return the error of Emit, which ends the writing.
type Writer struct {
	Emit func(Page) error // called for each page, in order; the page is the callee's

	page   Page
	former string // the last term in page
	last   string // the last term that was added
}

// Add adds a term and the offsets of the events that have it, each larger than the one
// before. Terms come in order; a term may come again at once, with larger offsets.
func (w *Writer) Add(term string, offsets []uint16) error {
	if term < w.last || len(term) > maxTerm || term == "" {
		return errOrder
	}
	w.last = term
	for len(offsets) > 0 {
		n := min(len(offsets), maxPostings)
		if err := w.entry(term, offsets[:n]); err != nil {
			return err
		}
		offsets = offsets[n:]
	}
	return nil
}

// entry adds an entry: how much of the term is that of the one before, the rest of the
// term, how many offsets there are, and by how much each is larger than the one before.
func (w *Writer) entry(term string, offsets []uint16) error {
	shared := 0
	for shared < min(len(w.former), len(term)) && w.former[shared] == term[shared] {
		shared++
	}
	entry := binary.AppendUvarint(make([]byte, 0, 16+len(term)+2*len(offsets)), uint64(shared)) //nolint:gosec // a length
	entry = binary.AppendUvarint(entry, uint64(len(term)-shared))                               //nolint:gosec // a length
	entry = append(entry, term[shared:]...)
	entry = binary.AppendUvarint(entry, uint64(len(offsets)))
	former := uint16(0)
	for i, offset := range offsets {
		if i > 0 && offset <= former {
			return errOrder
		}
		entry = binary.AppendUvarint(entry, uint64(offset-former))
		former = offset
	}
	if len(w.page.Data) > 0 && len(w.page.Data)+len(entry) > pageSize {
		if err := w.Flush(); err != nil {
			return err
		}
		return w.entry(term, offsets) // a page's first term stands there whole
	}
	if len(w.page.Data) == 0 {
		w.page.First = term
	}
	w.page.Data, w.former = append(w.page.Data, entry...), term
	return nil
}

// Flush emits what was added since the last page, if there is anything.
func (w *Writer) Flush() error {
	if len(w.page.Data) == 0 {
		return nil
	}
	page := w.page
	w.page, w.former = Page{}, ""
	return w.Emit(page)
}

// Read calls use with each entry of a page while that wants more. What it is given is
// valid until it returns. It fails where the page is damaged.
func Read(data []byte, use func(term []byte, offsets []uint16) (more bool)) error {
	var term []byte
	offsets := make([]uint16, 0, maxPostings)
	number := func() (int, bool) {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > Range {
			return 0, false
		}
		data = data[size:]
		return int(n), true //nolint:gosec // it is small
	}
	for len(data) > 0 {
		shared, ok := number()
		if !ok || shared > len(term) {
			return errPage
		}
		rest, ok := number()
		if !ok || rest > len(data) {
			return errPage
		}
		term = append(term[:shared], data[:rest]...)
		data = data[rest:]
		n, ok := number()
		if !ok || n > maxPostings {
			return errPage
		}
		offsets = offsets[:0]
		sum := 0
		for range n {
			more, ok := number()
			if sum += more; !ok || sum >= Range {
				return errPage
			}
			offsets = append(offsets, uint16(sum)) //nolint:gosec // it is below Range
		}
		if !use(term, offsets) {
			return nil
		}
	}
	return nil
}
