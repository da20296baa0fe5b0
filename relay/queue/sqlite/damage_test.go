package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// Whichever page a disk has lost, what is read is right or an error: no panic,
// and nothing made up. Writing does no more than fail.
func TestLostPages(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "botrelay.db")
	clock := newClock()
	s := openAt(t, whole, clock.now)
	fill(t, s, 150)
	replay := deadLetters(t, s, 3)
	if _, err := s.Replay(t.Context(), replay[:1]); err != nil {
		t.Fatal(err)
	}
	want := askAll(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(want.errs...); err != nil {
		t.Fatal(err)
	}
	content := contents(t, whole)
	const page = 4096
	errs := 0
	for at := 0; at < len(content); at += page {
		for _, junk := range []byte{0, 0xff} {
			damaged := bytes.Clone(content)
			copy(damaged[at:], bytes.Repeat([]byte{junk}, page))
			path := filepath.Join(t.TempDir(), "botrelay.db")
			if err := os.WriteFile(path, damaged, fileMode); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), Config{Path: path, Now: clock.now})
			if err != nil {
				errs++
				continue
			}
			got := askAll(t, s)
			for i, err := range got.errs {
				switch {
				case err == nil && got.answers[i] != want.answers[i]:
					t.Errorf("page %d of %d as 0x%x: answer %d is %.200s, want %.200s", at/page+1, len(content)/page, junk, i, got.answers[i], want.answers[i])
				case err != nil && !strings.Contains(err.Error(), "damaged"):
					t.Errorf("page %d as 0x%x: error %v", at/page+1, junk, err)
				case err != nil:
					errs++
				}
			}
			_, _ = s.Put(t.Context(), testEvent("new"), []queue.Owed{{Sink: "a"}})
			_, _ = s.Replay(t.Context(), replay)
			_, _, _ = s.Prune(t.Context(), queue.Retention{Sent: time.Second, Dead: time.Second})
			_ = s.Close()
		}
	}
	if errs < 2*len(content)/page {
		t.Errorf("only %d errors from %d pages: was anything damaged?", errs, len(content)/page)
	}
}

// answers are what a store says to all sorts of questions.
type answers struct {
	answers []string
	errs    []error
}

func askAll(t *testing.T, s *Store) (all answers) {
	t.Helper()
	add := func(answer any, err error) {
		all.answers, all.errs = append(all.answers, fmt.Sprintf("%+v", answer)), append(all.errs, err)
	}
	for _, status := range []queue.Status{
		queue.AnyStatus, queue.StatusPending, queue.StatusSent, queue.StatusDead, queue.StatusReplayed, queue.StatusUnrouted,
	} {
		add(s.Events(t.Context(), queue.Query{Status: status, Limit: 1000, Attempts: true}))
	}
	add(s.Events(t.Context(), queue.Query{ID: "event-200"}))
	add(s.Events(t.Context(), queue.Query{Source: "rare", Since: time.Hour}))
	add(s.Find(t.Context(), "nt-333"))
	add(s.LaneStatus(t.Context()))
	return all
}
