package move_test

import (
	"context"
	"database/sql"
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
	"botrelay/relay/queue/sqlite"

	"github.com/jackc/pgx/v5"
)

// run moves a file into a database.
func run(ctx context.Context, t *testing.T, path, url string, progress func(move.Report)) (move.Report, error) {
	t.Helper()
	return runWith(ctx, t, path, url, move.Config{Progress: progress})
}

// runAnew moves, and takes back what an interrupted move has brought.
func runAnew(t *testing.T, path, url string) (move.Report, error) {
	t.Helper()
	return runWith(t.Context(), t, path, url, move.Config{Anew: true})
}

func runWith(ctx context.Context, t *testing.T, path, url string, cfg move.Config) (move.Report, error) {
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
	cfg.From, cfg.To = from, to
	return move.Run(ctx, cfg)
}

// interrupt moves until a stage has begun.
func interrupt(t *testing.T, path, url string, stage move.Stage) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := run(ctx, t, path, url, func(r move.Report) {
		if r.Stage == stage {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%v; want it interrupted while %s", err, stage)
	}
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
	replay(t, s, id, "c")
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

// smallTotal is how many events fillSmall puts.
const smallTotal = 40

// fillSmall makes a small store, with something sent, dead and failed.
func fillSmall(t *testing.T, path string) {
	t.Helper()
	s := openFile(t, path)
	putAll(t, s, 0, smallTotal)
	c := lease(t, s, "c")
	settle(t, c, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: "m1"}})
	settle(t, c, queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "no"}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
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

func event(n int) relay.Event {
	return relay.Event{
		ID: fmt.Sprintf("event-%04d", n), Vendor: "chatbase", Source: "website", Kind: relay.Lead, Text: fmt.Sprintf("tëxt \x00 of %d", n),
		DedupKey: fmt.Sprint("key ", n), ReceivedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Payload: json.RawMessage(fmt.Sprintf(`{"n": %d}`, n)),
	}
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

// replay owes a dead letter again.
func replay(t *testing.T, s queue.Store, id, sink string) {
	t.Helper()
	records, err := s.Events(t.Context(), queue.Query{ID: id})
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	for _, d := range records[0].Deliveries {
		if d.Sink == sink && d.State == queue.Dead {
			if n, err := s.Replay(t.Context(), []queue.Redelivery{{Event: id, Sink: sink, Route: "again", Replaces: d.ID}}); err != nil || n != 1 {
				t.Fatal(n, err)
			}
		}
	}
}

// copied returns the path of a copy of a file.
func copied(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "botrelay.db")
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

func executeFile(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err == nil {
		_, err = db.ExecContext(t.Context(), text)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, url, text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if tag, err := conn.Exec(t.Context(), text); err != nil || tag.RowsAffected() == 0 {
		t.Fatal(tag, err)
	}
}
