package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// sendBatch makes one attempt with up to n deliveries, which takes 250 ms.
func sendBatch(t *testing.T, clock *clock, lane queue.Lane, n int, s queue.Settlement) queue.Batch {
	t.Helper()
	turn, err := lane.Next(t.Context(), n)
	if err != nil || len(turn.Batch.Deliveries) == 0 {
		t.Fatalf("turn %+v, error %v", turn, err)
	}
	if err := lane.Begin(t.Context(), turn.Batch); err != nil {
		t.Fatal(err)
	}
	clock.advance(250 * time.Millisecond)
	if err := lane.Settle(t.Context(), turn.Batch, s); err != nil {
		t.Fatal(err)
	}
	return turn.Batch
}

func again(outcome relay.Outcome, status int, reason string) queue.Settlement {
	return queue.Settlement{State: queue.Again, Verdict: relay.Verdict{Outcome: outcome, Status: status, Reason: reason}}
}

func mustLease(t *testing.T, s *Store, sink string, budgets ...relay.Budget) queue.Lane {
	t.Helper()
	lane, err := s.Lease(t.Context(), sink, 1e6*time.Hour, budgets)
	if err != nil {
		t.Fatal(err)
	}
	return lane
}

func limited(key string, count int, per time.Duration) relay.Budget {
	return relay.Budget{Key: key, Limits: []relay.Limit{{Count: count, Per: per}}}
}

// Failed attempts are kept for people at each delivery, successful ones are not.
func TestAttempts(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	for i := range 3 {
		mustPut(t, s, fmt.Sprint(i))
	}
	lane := mustLease(t, s, "a", limited("k", 1, time.Millisecond))
	settlements := []queue.Settlement{
		again(relay.Later, 503, "busy"), again(relay.Held, 403, "revoked"), {State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, Status: 200}},
	}
	for i, settlement := range settlements {
		sendBatch(t, clock, lane, 2-i%2, settlement)
		clock.advance(time.Millisecond)
	}
	var got string
	const all = `SELECT group_concat(delivery || ' ' || attempt || ' ' || took || ' ' || outcome || ' ' || status || ' ' || reason || ' ' || size, ', ')
		FROM attempts`
	if err := s.db.reads.db.QueryRowContext(t.Context(), all).Scan(&got); err != nil {
		t.Fatal(err)
	}
	const want = "1 1 250000 later 503 busy 2, 1 2 250000 held 403 revoked 1, 2 1 250000 later 503 busy 2"
	if got != want {
		t.Errorf("attempts %q, want %q", got, want)
	}
}

// A lane that tries for days must not fill the disk.
func TestOldAttemptsAreForgotten(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	mustPut(t, s, "1")
	lane := mustLease(t, s, "a")
	const kept, tries = 100, 107
	for range tries {
		sendBatch(t, clock, lane, 1, again(relay.Later, 503, "busy"))
	}
	if n := count(t, s, "count(*) FROM attempts"); n != kept {
		t.Errorf("%d attempts, want %d", n, kept)
	}
	if n := count(t, s, "max(attempt) FROM attempts"); n != tries {
		t.Errorf("the newest is number %d, want %d", n, tries)
	}
}

// Uses are kept as long as they matter, and no longer.
func TestOldUsesAreForgotten(t *testing.T) {
	clock := newClock()
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), clock.now)
	mustPut(t, s, "1")
	lane := mustLease(t, s, "a", limited("minute", 1000, time.Minute), limited("second", 1000, time.Second), relay.Budget{Key: "none"})
	for range 400 { // each takes 250 ms
		sendBatch(t, clock, lane, 1, again(relay.Later, 503, "busy"))
	}
	for key, want := range map[string]int{"minute": 240, "second": 4, "none": 0} {
		if n := count(t, s, "count(*) FROM uses WHERE key = '"+key+"'"); n != want {
			t.Errorf("%s: %d uses, want %d", key, n, want)
		}
	}
}

// A request that finds no room, or no lease, must not take the commit apart that
// it shares with events coming in: they would go one by one.
func TestWhatIsRefusedSharesACommit(t *testing.T) {
	clock := newClock()
	var sizes []int
	s, err := Open(t.Context(), Config{
		Path: filepath.Join(t.TempDir(), "botrelay.db"), Now: clock.now,
		Committed: func(operations int, _ time.Duration, err error) {
			if err != nil {
				t.Error(err)
			}
			sizes = append(sizes, operations)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	mustPut(t, s, "1")
	lane, lost := mustLease(t, s, "a", limited("k", 1, time.Hour)), mustLease(t, s, "b")
	turn, err := lane.Next(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	sendBatch(t, clock, lane, 1, again(relay.Later, 503, "busy"))
	if err := lost.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	sizes = nil
	errs := together(
		t, s,
		putCall(t, s, testEvent("2")),
		func() error { return lane.Begin(t.Context(), turn.Batch) },
		func() error { return lost.Begin(t.Context(), turn.Batch) },
		putCall(t, s, testEvent("3")),
	)
	if errs[0] != nil || !errors.Is(errs[1], queue.ErrNoRoom) || !errors.Is(errs[2], queue.ErrLost) || errs[3] != nil {
		t.Errorf("errors %v", errs)
	}
	if want := []int{1, 4}; !slices.Equal(sizes, want) { // the first kept the writer busy
		t.Errorf("transactions of %d operations, want %d", sizes, want)
	}
	if !stored(t, s, "2") || !stored(t, s, "3") {
		t.Error("an event is missing")
	}
}
