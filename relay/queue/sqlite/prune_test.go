package sqlite

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// pruneAll prunes until there is nothing more.
func pruneAll(t *testing.T, s *Store, keep time.Duration) (pruned int) {
	t.Helper()
	for more := true; more; {
		var n int
		var err error
		if n, more, err = s.Prune(t.Context(), queue.Retention{Sent: keep, Dead: keep}); err != nil {
			t.Fatal(err)
		}
		pruned += n
	}
	return pruned
}

// The file stops growing where as much is pruned as is put, and shrinks where
// more is.
func TestPrunedSpaceIsUsedAgain(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	const day = 24 * time.Hour
	const putters, each = 25, 40
	var pages []int
	for d := range 8 {
		var all sync.WaitGroup
		for p := range putters {
			all.Go(func() {
				for n := range each {
					e := testEvent(fmt.Sprintf("%x/%d/%d", d*7919%16, p, n+d*each)) // in no order, as dedup keys are
					e.DedupKey, e.Text = e.ID, "some text that makes it as long as an event is"
					if _, err := s.Put(t.Context(), e, nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		clock.advance(day)
		pruned := pruneAll(t, s, 2*day)
		if want := min(d, 1) * putters * each; pruned != want {
			t.Errorf("day %d: %d pruned, want %d", d, pruned, want)
		}
		pages = append(pages, count(t, s, "page_count FROM pragma_page_count"))
	}
	if last := pages[len(pages)-1]; last > pages[1]*5/4 {
		t.Errorf("the file grows: %d pages", pages)
	}
	clock.advance(2 * day)
	pruneAll(t, s, day)
	if last := count(t, s, "page_count FROM pragma_page_count"); last > pages[1]/2 {
		t.Errorf("%d pages are left of %d, with no event", last, pages[1])
	}
	if n := count(t, s, "count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"); n != 1 {
		t.Error("the database is damaged")
	}
}

// A replay that comes between the look for what is old and its deletion keeps
// the event.
func TestReplayedWhileItIsPruned(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	letters := deadLetters(t, s, 2)
	clock.advance(time.Hour)
	release := hold(t, s)
	replayed, pruned := make(chan int, 1), make(chan int, 1)
	go func() {
		n, _ := s.Replay(t.Context(), letters[:1])
		replayed <- n
	}()
	for len(s.db.writer.waiting) < 1 {
		runtime.Gosched()
	}
	go func() { pruned <- pruneAll(t, s, time.Minute) }()
	for len(s.db.writer.waiting) < 2 {
		runtime.Gosched()
	}
	release()
	if r, p := <-replayed, <-pruned; r != 1 || p != 1 || !stored(t, s, letters[0].Event) || stored(t, s, letters[1].Event) {
		t.Errorf("%d replayed, %d pruned", r, p)
	}
}
