package sqlite

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/queuetest"
)

// clock is a clock that tests move. It stands still otherwise.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.nanos.Store(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

func TestStore(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Harness {
		clock := newClock()
		path := filepath.Join(t.TempDir(), "botrelay.db")
		return queuetest.Harness{
			Store:   openAt(t, path, clock.now),
			Advance: clock.advance,
			Reopen: func() queue.Store {
				path = killedCopy(t, path)
				return openAt(t, path, clock.now)
			},
		}
	})
}

func openAt(t testing.TB, path string, now func() time.Time) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{Path: path, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// killedCopy returns a database as a kill would leave the one at path, which is
// open still: nothing is closed, and what is only in memory is lost.
func killedCopy(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+suffix, content, fileMode); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func testEvent(id string) relay.Event {
	return relay.Event{ID: id, Source: "website", Kind: relay.Lead, Payload: []byte(`{}`)}
}

func mustPut(t testing.TB, s *Store, id string) {
	t.Helper()
	if _, err := s.Put(t.Context(), testEvent(id), []queue.Owed{{Sink: "a"}}); err != nil {
		t.Fatal(err)
	}
}

// stored reports whether the store has an event.
func stored(t testing.TB, s *Store, id string) bool {
	t.Helper()
	records, err := s.Events(t.Context(), queue.Query{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return len(records) == 1
}

// The settings that durability and the file's size rest on, asked of the
// connections that are in use.
func TestSettings(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), nil)
	setting := func(row interface{ Scan(...any) error }) (value string) {
		if err := row.Scan(&value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "auto_vacuum": "2", "busy_timeout": "5000", "query_only": "0", "user_version": "2",
	} {
		if got := setting(s.db.writer.conn.sql.QueryRowContext(t.Context(), "PRAGMA "+pragma)); got != want {
			t.Errorf("writer: %s is %s, want %s", pragma, got, want)
		}
	}
	if got := setting(s.db.reads.db.QueryRowContext(t.Context(), "PRAGMA query_only")); got != "1" {
		t.Errorf("readers: query_only is %s", got)
	}
	if _, err := s.db.reads.db.ExecContext(t.Context(), "DELETE FROM events"); err == nil {
		t.Error("a reader can write")
	}
}

func TestLeasesOfAKilledProcessAreVoid(t *testing.T) {
	path, clock := filepath.Join(t.TempDir(), "botrelay.db"), newClock()
	s := openAt(t, path, clock.now)
	mustPut(t, s, "1")
	if _, err := s.Lease(t.Context(), "a", time.Hour, nil); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, killedCopy(t, path), clock.now)
	if _, err := s.Lease(t.Context(), "a", time.Hour, nil); err != nil {
		t.Error(err)
	}
}

// A clock that was set back by a year must not let a lane rest for a year.
func TestClockSetBack(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	mustPut(t, s, "1")
	lane, err := s.Lease(t.Context(), "a", time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	turn, err := lane.Next(t.Context(), 1)
	batch := turn.Batch
	if err != nil {
		t.Fatal(err)
	}
	if err := lane.Begin(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	if err := lane.Settle(t.Context(), batch, queue.Settlement{State: queue.Again, After: time.Minute}); err != nil {
		t.Fatal(err)
	}
	clock.advance(-365 * 24 * time.Hour)
	turn, err = lane.Next(t.Context(), 1)
	batch, wait := turn.Batch, turn.Wait
	if err != nil || wait != 0 || len(batch.Deliveries) != 1 || batch.Deliveries[0].Age != 0 {
		t.Errorf("batch %+v, wait %s, error %v", batch, wait, err)
	}
}

// Whoever builds on the store may test under a clock of synctest's.
func TestInABubble(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, path, nil)
		lane, err := s.Lease(t.Context(), "a", time.Hour, nil)
		if err != nil {
			t.Fatal(err)
		}
		wake := s.Wake("a")
		time.AfterFunc(time.Minute, func() { mustPut(t, s, "1") })
		<-wake
		<-time.After(time.Second)
		turn, err := lane.Next(t.Context(), 1)
		batch := turn.Batch
		if err != nil || len(batch.Deliveries) != 1 || batch.Deliveries[0].Age != time.Second {
			t.Errorf("batch %+v, error %v", batch, err)
		}
	})
}
