package move_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/move"
	"botrelay/relay/queue/postgres"
	"botrelay/relay/queue/postgres/postgrestest"
	"botrelay/relay/queue/sqlite"
)

var server postgrestest.Server //nolint:gochecknoglobals // one for all tests of the package

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m, &server)) }

// A move that is interrupted again and again goes on each time, and then the
// database holds what the file held: what became of each event, the lanes with the
// batch in doubt, and the order of what waits.
func TestInterrupted(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	batch := fill(t, path)
	runs := 0
	for seen := make(map[string]bool); ; runs++ {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := run(ctx, t, path, url, func(r move.Report) {
			if at := fmt.Sprint(r.Stage, r.Done); !seen[at] {
				seen[at] = true
				cancel()
			}
		})
		cancel()
		if err == nil {
			if r.Moved != total || r.Passed != 0 || r.Events != total {
				t.Errorf("%+v; want %d moved", r, total)
			}
			break
		}
		if !errors.Is(err, context.Canceled) || runs > 20 {
			t.Fatal(err)
		}
		if runs == 0 {
			nothingToSend(t, url)
		}
	}
	if runs < 5 { // events twice, counting twice, letting go
		t.Errorf("interrupted %d times: the move was too quick to tell", runs)
	}
	from, to := openFile(t, path), openDatabase(t, url)
	same(t, from, to)
	// A vendor that sends the same once more is recognised.
	again := event(7)
	again.ID = "another"
	if got, err := to.Put(t.Context(), again, nil); err != nil || !got.Duplicate || got.ID != event(7).ID {
		t.Errorf("%+v, %v; want a duplicate of %s", got, err, event(7).ID)
	}
	a, c := lease(t, to, "a"), lease(t, to, "c")
	turn, err := a.Next(t.Context(), 10)
	if err != nil || turn.Batch.ID != batch.ID || turn.Batch.Doubts != 1 || len(turn.Batch.Deliveries) != len(batch.Deliveries) {
		t.Errorf("%+v, %v; want the batch %+v in doubt", turn, err, batch)
	}
	if threads, err := c.Threads(t.Context(), []string{"talk"}); err != nil || threads["talk"].Root != "root" {
		t.Errorf("%+v, %v; want the conversation", threads, err)
	}
	for _, l := range []queue.Lane{a, c} {
		if err := l.Release(t.Context()); err != nil {
			t.Error(err)
		}
	}
	sameOrder(t, from, to, "a", "c")
	if r, err := run(t.Context(), t, filepath.Join(t.TempDir(), "none.db"), url, nil); err == nil {
		t.Errorf("moving no file: %+v", r)
	}
}

// nothingToSend makes sure that a relay finds no lane to send before all is there.
func nothingToSend(t *testing.T, url string) {
	t.Helper()
	s := openDatabase(t, url)
	for _, sink := range []string{"a", "b", "c"} {
		l, err := s.Lease(t.Context(), sink, time.Minute, nil)
		if err != nil {
			t.Fatal(err)
		}
		if turn, err := l.Next(t.Context(), 10); err != nil || len(turn.Batch.Deliveries) > 0 {
			t.Errorf("%+v, %v; want nothing to send yet", turn, err)
		}
		if err := l.Release(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A file that a relay has used since a move was interrupted is moved anew: nothing
// that it sent meanwhile is sent again. One that was moved is not moved again, but
// for what came in since.
func TestUsedMeanwhile(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := run(ctx, t, path, url, func(move.Report) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	from := openFile(t, path)
	drain(t, from, "a")
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := run(t.Context(), t, path, url, nil); err != nil || !r.Start.Anew || r.Moved != total {
		t.Fatalf("%+v, %v; want it anew", r, err)
	}
	if r, err := run(t.Context(), t, path, url, nil); err != nil || !r.Start.Done || r.Moved != total {
		t.Fatalf("%+v, %v; want nothing to do", r, err)
	}
	from = openFile(t, path)
	put(t, from, total, "a")
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := run(t.Context(), t, path, url, nil); err != nil || r.Moved != 1 || r.Events != 1 {
		t.Fatalf("%+v, %v; want the new event", r, err)
	}
	same(t, openFile(t, path), openDatabase(t, url))
}

// Relays that use the database already keep what they have: the vendor's message
// that both have is not sent twice, and their lane's state is theirs.
func TestTargetInUse(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	s := openDatabase(t, url)
	e := event(total - 10)
	e.ID = "came again"
	if _, err := s.Put(t.Context(), e, []queue.Owed{{Sink: "a", Route: "r"}}); err != nil {
		t.Fatal(err)
	}
	drain(t, s, "a")
	r, err := run(t.Context(), t, path, url, nil)
	if err != nil || r.Passed != 1 || r.Moved != total-1 {
		t.Fatalf("%+v, %v; want one passed over", r, err)
	}
	for _, id := range drain(t, s, "a") {
		if id == event(total-10).ID {
			t.Error("what was sent is sent again")
		}
	}
}

// A relay that has the file is not disturbed.
func TestRelayRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	openFile(t, path)
	if m, err := sqlite.OpenToMove(t.Context(), path); err == nil {
		t.Error("the file of a running relay was opened", m.Close())
	} else {
		t.Log(err)
	}
}

func run(ctx context.Context, t *testing.T, path, url string, progress func(move.Report)) (move.Report, error) {
	t.Helper()
	from, err := sqlite.OpenToMove(t.Context(), path)
	if err != nil {
		return move.Report{}, err
	}
	defer func() { _ = from.Close() }()
	to, err := postgres.OpenToMove(t.Context(), postgres.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = to.Close() }()
	return move.Run(ctx, move.Config{From: from, To: to, Progress: progress})
}

// total is how many events fill puts: more than a chunk.
const total = 1700

// fill makes a store of all that there may be, and returns the batch of lane a that
// was begun and never settled.
func fill(t *testing.T, path string) queue.Batch {
	t.Helper()
	s := openFile(t, path)
	putAll(t, s, 0, 600)
	put(t, s, 600)
	c := lease(t, s, "c")
	settle(t, c, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: "m1"}, Thread: queue.ThreadChange{Key: "talk", Root: "root"}})
	id := settle(t, c, queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "no \x00 way"}})
	records, err := s.Events(t.Context(), queue.Query{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range records[0].Deliveries {
		if d.Sink == "c" {
			if n, err := s.Replay(t.Context(), []queue.Redelivery{{Event: id, Sink: "c", Route: "again", Replaces: d.ID}}); err != nil || n != 1 {
				t.Fatal(n, err)
			}
		}
	}
	putAll(t, s, 601, total)
	b := lease(t, s, "b")
	settle(t, b, queue.Settlement{State: queue.Again, Failures: 2, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Held, Reason: "gone"}})
	a := lease(t, s, "a")
	turn, err := a.Next(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Begin(t.Context(), turn.Batch); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return turn.Batch
}

// putAll puts some events, several at a time.
func putAll(t *testing.T, s queue.Store, from, to int) {
	t.Helper()
	var putting sync.WaitGroup
	for worker := range 50 {
		putting.Go(func() {
			for n := from + worker; n < to; n += 50 {
				put(t, s, n, sinks(n)...)
			}
		})
	}
	putting.Wait()
}

// sinks returns whom an event is owed to. Some are owed to nobody.
func sinks(n int) (all []string) {
	for sink, each := range map[string]int{"a": 10, "b": 2, "c": 7} {
		if n%each == 0 {
			all = append(all, sink)
		}
	}
	return all
}

func event(n int) relay.Event {
	return relay.Event{
		ID: fmt.Sprintf("event-%04d", n), Vendor: "chatbase", Source: "website", Kind: relay.Lead, Text: fmt.Sprintf("tëxt \x00 of %d", n),
		DedupKey: fmt.Sprint("key ", n), ReceivedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Payload: json.RawMessage(fmt.Sprintf(`{"n": %d}`, n)),
	}
}

func put(t *testing.T, s queue.Store, n int, sinks ...string) {
	t.Helper()
	var owed []queue.Owed
	for _, sink := range sinks {
		owed = append(owed, queue.Owed{Sink: sink, Route: "to " + sink})
	}
	if _, err := s.Put(t.Context(), event(n), owed); err != nil {
		t.Error(err)
	}
}

// lease takes a lane of a store; of one lane there may be several in a test.
func lease(t *testing.T, s queue.Store, sink string) queue.Lane {
	t.Helper()
	l, err := s.Lease(t.Context(), sink, time.Hour, []relay.Budget{{Key: "place " + sink}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// settle sends the next delivery of a lane, and returns its event.
func settle(t *testing.T, l queue.Lane, s queue.Settlement) string {
	t.Helper()
	turn, err := l.Next(t.Context(), 1)
	if err != nil || len(turn.Batch.Deliveries) == 0 {
		t.Fatalf("%+v, %v", turn, err)
	}
	if err := l.Begin(t.Context(), turn.Batch); err != nil {
		t.Fatal(err)
	}
	if err := l.Settle(t.Context(), turn.Batch, s); err != nil {
		t.Fatal(err)
	}
	return turn.Batch.Deliveries[0].Event.ID
}

// drain sends all that waits for a sink, and returns the events in their order.
func drain(t *testing.T, s queue.Store, sink string) (order []string) {
	t.Helper()
	l := lease(t, s, sink)
	for {
		turn, err := l.Next(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(turn.Batch.Deliveries) == 0 {
			break
		}
		order = append(order, settle(t, l, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: "m"}}))
	}
	if err := l.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	return order
}

func openFile(t *testing.T, path string) queue.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
	return closing(t, s, err)
}

func openDatabase(t *testing.T, url string) queue.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgres.Config{URL: url, MaxConns: 3})
	return closing(t, s, err)
}

func closing(t *testing.T, s queue.Store, err error) queue.Store {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
