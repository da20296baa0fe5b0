package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
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
	const putters, each = 25, 20
	empty := count(t, s, "page_count FROM pragma_page_count")
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
	if last := count(t, s, "page_count FROM pragma_page_count"); last > empty+(pages[1]-empty)/4 {
		t.Errorf("%d pages are left of %d, with no event; a new store has %d", last, pages[1], empty)
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

// Whoever stops waiting in the middle of a commit gets an answer that the commit
// does not write to any more: the race detector watches each step of a prune.
func TestPruneIsLeftInTheMiddle(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	for i := range 500 {
		e := testEvent(fmt.Sprint(i))
		e.Text = strings.Repeat("long ", 200)
		if _, err := s.Put(t.Context(), e, nil); err != nil {
			t.Fatal(err)
		}
	}
	err := s.db.writer.do(t.Context(), &operation{run: func(ctx context.Context, c *conn) error {
		_, err := c.ExecContext(ctx, `INSERT INTO threads (destination, thread, root, sent_at) VALUES ('#sales', 'a', '1', 0)`)
		return err
	}}, true)
	if err != nil {
		t.Fatal(err)
	}
	clock.advance(time.Hour)
	keep := queue.Retention{Sent: time.Minute, Dead: time.Minute}
	left, first := 0, hold(t, s)
	for more := true; more; {
		ctx, cancel := context.WithCancel(t.Context())
		busy, release := make(chan struct{}), make(chan struct{})
		var others sync.WaitGroup
		others.Go(func() { // it goes before the prune, in the same commit
			_ = s.db.writer.do(t.Context(), &operation{run: func(context.Context, *conn) error {
				close(busy)
				<-release
				return nil
			}}, true)
		})
		for len(s.db.writer.waiting) < 1 {
			runtime.Gosched()
		}
		done := make(chan error, 1)
		go func() {
			_, _, err := s.Prune(ctx, keep)
			done <- err
		}()
		for len(s.db.writer.waiting) < 2 && len(done) == 0 {
			runtime.Gosched()
		}
		first()
		<-busy
		cancel()
		for range 1000 { // nothing may order the return before the commit: the detector would not see them meet
			runtime.Gosched()
		}
		close(release)
		if err := <-done; errors.Is(err, context.Canceled) {
			left++
		} else if err != nil {
			t.Fatal(err)
		}
		others.Wait()
		if _, more, err = s.Prune(t.Context(), keep); err != nil {
			t.Fatal(err)
		}
		if more {
			first = hold(t, s)
		}
	}
	if left < 3 {
		t.Errorf("left in the middle of %d steps only", left)
	}
}
