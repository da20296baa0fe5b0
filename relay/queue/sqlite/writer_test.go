package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	"botrelay/relay/queue/sqlstore"
)

// together has the calls share a group: the writer is kept busy until all of
// them wait. It returns their errors.
func together(t *testing.T, s *Store, calls ...func() error) []error {
	t.Helper()
	release := hold(t, s)
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		wg.Go(func() { errs[i] = call() })
		for len(s.db.writer.waiting) <= i { // they wait in this order
			runtime.Gosched()
		}
	}
	release()
	wg.Wait()
	return errs
}

// hold keeps the writer busy until the function that it returns is called.
func hold(t *testing.T, s *Store) func() {
	t.Helper()
	busy, release := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- s.db.writer.do(t.Context(), &operation{run: func(context.Context, *conn) error {
			close(busy)
			<-release
			return nil
		}}, true)
	}()
	<-busy
	return func() {
		close(release)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func putCall(t *testing.T, s *Store, e relay.Event) func() error {
	return func() error {
		_, err := s.Put(t.Context(), e, []queue.Owed{{Sink: "a"}})
		return err
	}
}

// count returns a number that a query over the committed database yields.
func count(t testing.TB, s *Store, what string) (n int) {
	t.Helper()
	if err := s.db.reads.db.QueryRowContext(t.Context(), "SELECT "+what).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatWaitsSharesACommit(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), nil)
	var calls []func() error
	runs := 0
	for i := range 20 {
		calls = append(calls, putCall(t, s, testEvent(fmt.Sprint(i))), func() error {
			return s.db.writer.do(t.Context(), &operation{run: func(ctx context.Context, c *conn) error {
				// In a transaction of its own it would see nothing uncommitted.
				var n, committed int
				err := errors.Join(
					c.sql.QueryRowContext(ctx, "SELECT count(*) FROM events").Scan(&n),
					s.db.reads.db.QueryRowContext(ctx, "SELECT count(*) FROM events").Scan(&committed),
				)
				if n != i+1 || committed != 0 {
					t.Errorf("operation %d sees %d events, of which %d are committed", i, n, committed)
				}
				runs++
				return err
			}}, true)
		})
	}
	for _, err := range together(t, s, calls...) {
		if err != nil {
			t.Error(err)
		}
	}
	if runs != 20 {
		t.Errorf("%d runs of 20 operations", runs)
	}
}

func TestAFailingOperationTakesNoneWithIt(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), nil)
	mustPut(t, s, "taken")
	var calls []func() error
	for i := range 5 {
		calls = append(calls, putCall(t, s, testEvent(fmt.Sprint(i))))
	}
	calls = append(calls, putCall(t, s, testEvent("taken")))
	for i := 5; i < 10; i++ {
		calls = append(calls, putCall(t, s, testEvent(fmt.Sprint(i))))
	}
	for i, err := range together(t, s, calls...) {
		if failed := errors.Is(err, sqlstore.ErrTwice); failed != (i == 5) || !failed && err != nil {
			t.Errorf("operation %d: error %v", i, err)
		}
	}
	if events, deliveries := count(t, s, "count(*) FROM events"), count(t, s, "count(*) FROM deliveries"); events != 11 || deliveries != 11 {
		t.Errorf("%d events and %d deliveries, want 11 of each", events, deliveries)
	}
}

// Duplicates within one commit, one of which runs twice because something else
// in the group fails.
func TestDuplicatesInAGroup(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), nil)
	mustPut(t, s, "taken")
	receipts := make([]queue.Receipt, 3)
	var calls []func() error
	for i := range receipts {
		e := testEvent(fmt.Sprint(i))
		e.DedupKey = "k"
		calls = append(calls, func() (err error) {
			receipts[i], err = s.Put(t.Context(), e, []queue.Owed{{Sink: "a"}})
			return err
		})
	}
	together(t, s, append(calls, putCall(t, s, testEvent("taken")))...)
	for i, r := range receipts {
		if r != (queue.Receipt{ID: "0", Duplicate: i > 0}) {
			t.Errorf("receipt %d: %+v", i, r)
		}
	}
}

// A group is rolled back in which an event was the duplicate of another, and
// when each goes by itself, the other one fails.
func TestDuplicateOfWhatWasRolledBack(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), nil)
	first, second := testEvent("1"), testEvent("2")
	first.DedupKey, second.DedupKey = "k", "k"
	runs, fails := 0, errors.New("no")
	var receipt queue.Receipt
	errs := together(
		t, s,
		func() error {
			return s.db.writer.do(t.Context(), &operation{run: func(ctx context.Context, c *conn) error {
				if runs++; runs > 1 {
					return fails
				}
				_, err := c.ExecContext(ctx, `INSERT INTO events (id, put_at, source, vendor, kind, routed, dedup, event)
					VALUES ($1, 0, $2, '', '', 0, $3, '{}')`, first.ID, first.Source, rows.DedupHash(first))
				return err
			}}, true)
		},
		func() (err error) {
			receipt, err = s.Put(t.Context(), second, nil)
			return err
		},
		func() error {
			return s.db.writer.do(t.Context(), &operation{run: func(context.Context, *conn) error { return fails }}, true)
		},
	)
	if !errors.Is(errs[0], fails) || errs[1] != nil || !errors.Is(errs[2], fails) {
		t.Fatalf("errors %v", errs)
	}
	if receipt != (queue.Receipt{ID: "2"}) || stored(t, s, "1") || !stored(t, s, "2") {
		t.Errorf("receipt %+v", receipt)
	}
}

func TestTooManyWaiting(t *testing.T) {
	s, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "botrelay.db"), MaxWaiting: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error)
	for i := range 2 {
		go func() {
			_, err := s.Put(ctx, testEvent(fmt.Sprint(i)), nil)
			gone <- err
		}()
	}
	for len(s.db.writer.waiting) < 2 {
		runtime.Gosched()
	}
	if _, err := s.Put(t.Context(), testEvent("3"), nil); !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("a third waiting put: error %v", err)
	}
	leased := make(chan error)
	go func() { // a sender waits for its turn: what it did must be recorded
		_, err := s.Lease(t.Context(), "a", 0, nil)
		leased <- err
	}()

	cancel()
	for range 2 { // while the writer is still busy
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("a put whose context ended: error %v", err)
		}
	}
	release()
	if err := <-leased; err != nil {
		t.Error(err)
	}
	mustPut(t, s, "4")
	if n := count(t, s, "count(*) FROM events"); n != 1 {
		t.Errorf("%d events: nobody waited for the first two any more", n)
	}
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	for range 8 { // the writer may see first that it must stop, or what waits
		closeFinishesWhatWaits(t)
	}
}

func closeFinishesWhatWaits(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	release := hold(t, s)
	put := make(chan error)
	go func() { put <- putCall(t, s, testEvent("1"))() }()
	for len(s.db.writer.waiting) < 1 {
		runtime.Gosched()
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	<-s.db.writer.stop
	if _, err := s.Lease(t.Context(), "a", 0, nil); !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("a lease after Close: error %v", err)
	}
	release()
	if err := errors.Join(<-put, <-closed); err != nil {
		t.Error(err)
	}
	if !stored(t, openAt(t, path, nil), "1") {
		t.Error("what waited when the store was closed is not there")
	}
}

// TestClosedStoreIsOneFile: people back up the database alone.
func TestClosedStoreIsOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	if err := putCall(t, s, testEvent("1"))(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	alone, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "botrelay.db")
	if err := os.WriteFile(moved, alone, 0o600); err != nil {
		t.Fatal(err)
	}
	if !stored(t, openAt(t, moved, nil), "1") {
		t.Error("the event is not in the database, but beside it")
	}
}

// TestFileTakenAway: what is written to a file that was removed or replaced is
// lost with the process, so it must not be acknowledged.
func TestFileTakenAway(t *testing.T) {
	for _, name := range []string{"botrelay.db", "botrelay.db-wal"} {
		folder := t.TempDir()
		s := openAt(t, filepath.Join(folder, "botrelay.db"), nil)
		if err := putCall(t, s, testEvent("1"))(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, name)
		if err := os.Rename(path, path+".moved"); err != nil {
			t.Fatal(err)
		}
		if err := putCall(t, s, testEvent("2"))(); !errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("%s moved away: error %v", name, err)
		} else if reason := Reason(err); !strings.Contains(reason, "removed or replaced") || strings.Contains(reason, folder) {
			t.Errorf("%s moved away: %q", name, reason)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := putCall(t, s, testEvent("3"))(); !errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("%s replaced: error %v", name, err)
		}
		if err := os.Rename(path+".moved", path); err != nil {
			t.Fatal(err)
		}
		if err := putCall(t, s, testEvent("4"))(); err != nil {
			t.Errorf("%s put back: %v", name, err)
		}
	}
}

func TestDiskFull(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), nil)
	mustPut(t, s, "before")
	limit := func(pages string) {
		t.Helper()
		err := s.db.writer.do(t.Context(), &operation{run: func(ctx context.Context, c *conn) error {
			_, err := c.sql.ExecContext(ctx, "PRAGMA max_page_count = "+pages)
			return err
		}}, true)
		if err != nil {
			t.Fatal(err)
		}
	}
	limit("1") // as many as there are
	big := testEvent("big")
	big.Payload = []byte(`"` + strings.Repeat("x", 100_000) + `"`)
	small := testEvent("small")
	errs := together(t, s, putCall(t, s, big), putCall(t, s, small))
	if !errors.Is(errs[0], queue.ErrUnavailable) {
		t.Errorf("a full disk: error %v", errs[0])
	}
	if reason := Reason(errs[0]); reason != "the disk is full" {
		t.Errorf("a full disk: %q", reason)
	}
	if errs[1] != nil || !stored(t, s, "small") {
		t.Errorf("what still has room: error %v", errs[1])
	}
	if stored(t, s, "big") || count(t, s, "count(*) FROM deliveries") != 2 {
		t.Error("something of the big event was stored")
	}
	limit("1000000")
	if err := putCall(t, s, big)(); err != nil || !stored(t, s, "big") {
		t.Errorf("once there is room again: error %v", err)
	}
}
