package segment

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// lookUp returns the offsets of the events that have a term beginning with prefix, by the
// pages that can hold one.
func lookUp(t *testing.T, pages []Page, prefix string) []uint16 {
	t.Helper()
	var s Set
	for i, p := range pages {
		if i+1 < len(pages) && pages[i+1].First < prefix || p.First >= After(prefix) {
			continue
		}
		if err := s.AddPrefixed(p.Data, prefix); err != nil {
			t.Fatal(err)
		}
	}
	up, down := slices.Collect(s.Ascending()), slices.Collect(s.Descending())
	slices.Reverse(down)
	if !slices.Equal(up, down) || s.Len() != len(up) {
		t.Fatalf("%v and %v", up, down)
	}
	return up
}

// Segments of segments know of each event what it has, whatever its terms are like.
func TestLookUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret
	const parts, each = 8, 2000
	has := make(map[string][]uint16)
	var merged []*Part
	for part := range parts {
		var g Gathering
		for at := range each {
			for range random.IntN(12) {
				// Some are everywhere, some are rare, and some begin as others do.
				term := strings.Repeat("wé", 1+random.IntN(3)) + fmt.Sprint(int(random.ExpFloat64()*300))
				g.Add(term, uint16(at))
				offset := uint16(part*each + at)
				if have := has[term]; len(have) == 0 || have[len(have)-1] != offset {
					has[term] = append(have, offset)
				}
			}
		}
		pages, err := g.Pages()
		if err != nil {
			t.Fatal(err)
		}
		next := 0
		merged = append(merged, &Part{Offset: uint16(part * each), Next: func() ([]byte, error) {
			if next == len(pages) {
				return nil, nil
			}
			next++
			return pages[next-1].Data, nil
		}})
	}
	var pages []Page
	for m := Merge(merged); ; {
		some, err := m.Pages(7)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			break
		}
		pages = append(pages, some...)
	}
	for _, p := range pages {
		if len(p.Data) > 4000 {
			t.Errorf("a page of %d bytes", len(p.Data))
		}
	}
	if len(pages) < 20 {
		t.Fatalf("%d pages are too few to tell anything", len(pages))
	}
	for _, prefix := range []string{"w", "wé", "wéw", "wé1", "wé12", "wéwé3", "wéwéwé77", "wé0", "nobody", "zz", "wé99999"} {
		all := make(map[uint16]bool)
		for term, offsets := range has {
			if strings.HasPrefix(term, prefix) {
				for _, offset := range offsets {
					all[offset] = true
				}
			}
		}
		if got, want := lookUp(t, pages, prefix), slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
			t.Errorf("%s: %d events, want %d", prefix, len(got), len(want))
		}
	}
}

// A term that every event has is there with all of them.
func TestFull(t *testing.T) {
	var g Gathering
	for at := range Range {
		g.Add("every", uint16(at))
	}
	g.Add("rare", Range-1)
	pages, err := g.Pages()
	if err != nil {
		t.Fatal(err)
	}
	if got := lookUp(t, pages, "ev"); len(got) != Range {
		t.Errorf("%d events", len(got))
	}
	if got := lookUp(t, pages, "rare"); !slices.Equal(got, []uint16{Range - 1}) {
		t.Errorf("%v", got)
	}
	full := Full()
	full.And(&Set{})
	if full.Len() != 0 || Full().Len() != Range || !Full().Has(7) {
		t.Error("want all, and none")
	}
}

func TestWriterRefuses(t *testing.T) {
	for _, terms := range [][]string{{"b", "a"}, {""}, {strings.Repeat("a", maxTerm+1)}} {
		w, err := Writer{Emit: func(Page) error { return nil }}, error(nil)
		for _, term := range terms {
			err = w.Add(term, []uint16{1})
		}
		if err == nil {
			t.Errorf("%.9q: no error", terms)
		}
	}
	for _, offsets := range [][]uint16{{2, 1}, {1, 1}} {
		if err := (&Writer{}).Add("a", offsets); err == nil {
			t.Errorf("%v: no error", offsets)
		}
	}
}

// A page that is damaged is an error or other terms, and breaks nothing.
func FuzzRead(f *testing.F) {
	var g Gathering
	for at := range 300 {
		g.Add(fmt.Sprint("term", at%17), uint16(at*7))
	}
	pages, err := g.Pages()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pages[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		last := ""
		err := Read(data, func(term []byte, offsets []uint16) bool {
			last = string(term)
			return len(offsets) <= maxPostings
		})
		var s Set
		if again := s.AddPrefixed(data, last); err == nil && again != nil {
			t.Fatal(again)
		}
	})
}
