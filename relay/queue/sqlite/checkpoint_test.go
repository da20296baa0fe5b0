package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A relay is killed while the write-ahead log is copied into the database, one
// page after the other: the first page may tell of others that are not there
// yet. With the log nothing is lost, and nothing is damaged.
func TestKilledWhileTheLogIsCopied(t *testing.T) {
	const events = 100
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	for n := range events {
		mustPut(t, s, fmt.Sprint(n))
	}
	before, log := contents(t, path), contents(t, path+"-wal")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after := contents(t, path)
	const page = 4096
	for copied := 0; copied <= len(after); copied += page {
		killed := filepath.Join(t.TempDir(), "botrelay.db")
		torn := append([]byte(nil), after[:copied]...)
		if copied < len(before) {
			torn = append(torn, before[copied:]...)
		}
		for name, data := range map[string][]byte{killed: torn, killed + "-wal": log} {
			if err := os.WriteFile(name, data, fileMode); err != nil {
				t.Fatal(err)
			}
		}
		beside := openBesideAt(t, killed, nil)
		if err := beside.Close(); err != nil {
			t.Fatal(err)
		}
		s := openAt(t, killed, nil)
		if n := count(t, s, "count(*) FROM events"); n != events {
			t.Errorf("%d of %d pages were copied: there are %d events, want %d", copied/page, len(after)/page, n, events)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
