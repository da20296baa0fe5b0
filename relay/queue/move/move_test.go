package move_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/move"
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
	interrupt(t, path, url, move.Adding)
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
