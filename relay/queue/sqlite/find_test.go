package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
)

// TestFind: whole ends only, literally, the newest first, and not without end; of what is
// indexed and of what is not.
func TestFind(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "relay.db"), nil)
	for i := range 12 {
		mustPut(t, s, fmt.Sprintf("%02d-same", i))
	}
	mustPut(t, s, "13-abcd")
	mustPut(t, s, "14-xabcd-")
	mustPut(t, s, "15-1bcd")
	findEnds(t, s)
	for i := range 300 {
		mustPut(t, s, fmt.Sprintf("16-%04d-filling", i))
	}
	for more := true; more; {
		var err error
		if _, more, err = s.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, s, "indexed FROM indexing"); n < 200 {
		t.Fatalf("indexed up to %d", n)
	}
	findEnds(t, s)
	for tail, want := range map[string]string{"0001-filling": "16-0001-filling", "0299-filling": "16-0299-filling"} {
		if got, err := s.Find(t.Context(), tail); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, error %v", tail, got, err)
		}
	}
}

func findEnds(t *testing.T, s *Store) {
	t.Helper()
	for tail, want := range map[string][]string{
		"abcd":         {"13-abcd"},
		"bcd":          {"15-1bcd", "13-abcd"},
		"13-abcd":      {"13-abcd"},
		"0013-abcd":    nil,
		"%bcd":         nil,
		"_bcd":         nil,
		"' OR '' = '":  nil,
		"ABCD":         nil,
		"11-same":      {"11-same"},
		"-nobody's-id": nil,
	} {
		got, err := s.Find(t.Context(), tail)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", tail, got, err, want)
		}
	}
	if got, err := s.Find(t.Context(), "same"); err != nil || len(got) != 10 || got[0] != "11-same" {
		t.Errorf("%q, %v; want the newest 10", got, err)
	}
}
