package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"
)

// told is one call of Committed.
type told struct {
	operations int
	err        error
}

// openTold opens a store whose transactions are noted. They may be read once
// the store is closed, or while nothing writes.
func openTold(t *testing.T, path string) (*Store, *[]told) {
	t.Helper()
	var all []told
	s, err := Open(t.Context(), Config{Path: path, Committed: func(operations int, took time.Duration, err error) {
		if took <= 0 || took > time.Minute {
			t.Errorf("a transaction took %s", took)
		}
		all = append(all, told{operations, err})
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, &all
}

// TestCommitted: who asked is told of each transaction and of its size.
func TestCommitted(t *testing.T) {
	s, all := openTold(t, filepath.Join(t.TempDir(), "botrelay.db"))
	var calls []func() error
	for i := range 7 {
		calls = append(calls, putCall(t, s, testEvent(fmt.Sprint(i))))
	}
	together(t, s, calls...)
	together(t, s, putCall(t, s, testEvent("7")), putCall(t, s, testEvent("7"))) // of which one cannot be
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	failed := 0
	for _, one := range *all {
		sizes = append(sizes, one.operations)
		if one.err != nil {
			failed++
			if !errors.Is(one.err, sqlstore.ErrTwice) || errors.Is(one.err, queue.ErrUnavailable) {
				t.Errorf("failed of %v", one.err)
			}
		}
	}
	// Each 1 before a group is what kept the writer busy.
	if !slices.Equal(sizes, []int{1, 7, 1, 2, 1, 1}) || failed != 2 {
		t.Errorf("transactions of %v operations, %d of them failed", sizes, failed)
	}
}

// TestCommittedTellsOfTheDisk: a store whose file has gone is unavailable.
func TestCommittedTellsOfTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s, all := openTold(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := putCall(t, s, testEvent("1"))(); err == nil {
		t.Fatal("put into a file that has gone")
	}
	_ = s.Close()
	if len(*all) != 1 || !errors.Is((*all)[0].err, queue.ErrUnavailable) {
		t.Errorf("told %v", *all)
	}
}

// TestHeldUp: who waits while another program has the store learns that with
// the first who asked, and need not wait as long again for each one before.
func TestHeldUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s, all := openTold(t, path)
	patience := func(ctx context.Context, c *conn) error {
		_, err := c.sql.ExecContext(ctx, "PRAGMA busy_timeout = 500")
		return err
	}
	if err := s.db.writer.do(t.Context(), &operation{run: patience}, true); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", dsn(path, "busy_timeout(5000)"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	tx, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	const puts = 20
	var wg sync.WaitGroup
	for n := range puts {
		wg.Go(func() {
			if err := putCall(t, s, testEvent(fmt.Sprint(n)))(); !errors.Is(err, queue.ErrUnavailable) {
				t.Errorf("error %v", err)
			}
		})
	}
	wg.Wait()
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, "after")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(*all); n > puts/2 {
		t.Errorf("%d operations were tried in %d transactions", puts, n)
	}
}
