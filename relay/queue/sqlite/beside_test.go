package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay/queue"
)

func openBesideAt(t *testing.T, path string, now func() time.Time) *Beside {
	t.Helper()
	b, err := OpenBeside(t.Context(), Config{Path: path, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// deadLetters puts n events for sink a that are given up on, and returns their
// deliveries.
func deadLetters(t *testing.T, s *Store, n int) (all []queue.Redelivery) {
	t.Helper()
	for i := range n {
		mustPut(t, s, fmt.Sprint("dead ", i))
	}
	lane := mustLease(t, s, "a")
	for range n {
		turn, err := lane.Next(t.Context(), 1)
		if err != nil || len(turn.Batch.Deliveries) != 1 {
			t.Fatal(turn, err)
		}
		if err := lane.Begin(t.Context(), turn.Batch); err != nil {
			t.Fatal(err)
		}
		if err := lane.Settle(t.Context(), turn.Batch, queue.Settlement{State: queue.Dead}); err != nil {
			t.Fatal(err)
		}
		d := turn.Batch.Deliveries[0]
		all = append(all, queue.Redelivery{Event: d.Event.ID, Sink: "a", Replaces: d.ID})
	}
	if err := lane.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	return all
}

// Another process looks and replays, dead letter by dead letter, while this one
// puts and sends as fast as it can. Neither may fail for the other's sake.
func TestBesideABusyRelay(t *testing.T) {
	const letters = 60
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	deadLetters(t, s, letters)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var relay sync.WaitGroup
	var put [8]int // by putter, how many were acknowledged
	for p := range put {
		relay.Go(func() {
			for ; ctx.Err() == nil; put[p]++ {
				mustPut(t, s, fmt.Sprintf("%d/%d", p, put[p]))
			}
		})
	}
	lane := mustLease(t, s, "a")
	relay.Go(func() {
		for ctx.Err() == nil {
			sendNext(t, lane)
		}
	})
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestChildReplays$")
	child.Env = append(os.Environ(), "BOTRELAY_TEST_REPLAY="+path)
	if out, err := child.CombinedOutput(); err != nil || !strings.Contains(string(out), fmt.Sprintf("replayed %d.", letters)) {
		t.Errorf("the other process: %v\n%s", err, out)
	}
	cancel()
	relay.Wait()
	for sendNext(t, lane) > 0 {
	}
	all := letters
	for _, n := range put {
		all += n
	}
	t.Logf("%d events were put meanwhile", all-letters)
	for what, want := range map[string]int{
		"count(*) FROM events":                                              all,
		"count(*) FROM deliveries":                                          all + letters,
		"count(*) FROM deliveries WHERE state = 'sent'":                     all,
		"count(*) FROM deliveries WHERE state = 'replayed'":                 letters,
		"count(DISTINCT event) FROM deliveries WHERE state = 'sent'":        all,
		"count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'": 1,
	} {
		if got := count(t, s, what); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
}

// sendNext sends what is at the head of a lane, and returns how many those were.
func sendNext(t *testing.T, lane queue.Lane) int {
	turn, err := lane.Next(context.WithoutCancel(t.Context()), 10)
	batch := turn.Batch
	if err == nil && len(batch.Deliveries) > 0 {
		err = errors.Join(lane.Begin(t.Context(), batch), lane.Settle(t.Context(), batch, queue.Settlement{State: queue.Sent}))
	}
	if err != nil {
		t.Error(err)
	}
	return len(batch.Deliveries)
}

func TestChildReplays(t *testing.T) {
	path := os.Getenv("BOTRELAY_TEST_REPLAY")
	if path == "" {
		t.Skip("only for TestBesideABusyRelay")
	}
	b := openBesideAt(t, path, nil)
	replayed := 0
	for {
		records, err := b.Events(t.Context(), queue.Query{Status: queue.StatusDead, Sink: "a", Limit: 1, Oldest: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(records) == 0 {
			break
		}
		r := records[0]
		n, err := b.Replay(t.Context(), []queue.Redelivery{{Event: r.Event.ID, Sink: "a", Replaces: r.Deliveries[0].ID}})
		if err != nil {
			t.Fatal(err)
		}
		replayed += n
		if _, err := b.LaneStatus(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Printf("replayed %d.\n", replayed)
}

// The write-ahead log is the relay's: it alone copies and shortens it.
func TestBesideLeavesTheLogToTheRelay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	letters := deadLetters(t, s, 50)
	database, log := contents(t, path), contents(t, path+"-wal")
	b := openBesideAt(t, path, nil)
	if n, err := b.Replay(t.Context(), letters); n != len(letters) || err != nil {
		t.Fatal(n, err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(contents(t, path), database) {
		t.Error("the database was written to, beside its log")
	}
	if !bytes.HasPrefix(contents(t, path+"-wal"), log) {
		t.Error("the log was not just added to")
	}
	mustPut(t, s, "after")
	lane := mustLease(t, s, "a")
	if n := sendNext(t, lane); n != 1 {
		t.Errorf("%d to send", n)
	}
}

// Nobody else has the store open.
func TestBesideNoRelay(t *testing.T) {
	clock := newClock()
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, clock.now)
	letters := deadLetters(t, s, 3)
	killed, stopped := killedCopy(t, path), filepath.Join(t.TempDir(), "botrelay.db")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(stopped, contents(t, path), fileMode); err != nil {
		t.Fatal(err)
	}
	for about, path := range map[string]string{"after a stop": stopped, "after a kill": killed} {
		b := openBesideAt(t, path, clock.now)
		if records, err := b.Events(t.Context(), queue.Query{}); err != nil || len(records) != 3 {
			t.Errorf("%s: %d records, error %v", about, len(records), err)
		}
		if n, err := b.Replay(t.Context(), letters[1:]); n != 2 || err != nil {
			t.Errorf("%s: %d replayed, error %v", about, n, err)
		}
		status, err := b.LaneStatus(t.Context())
		if got := status["a"]; err != nil || got.Pending != 2 || got.Dead != 1 {
			t.Errorf("%s: %+v, error %v", about, got, err)
		}
		for range 2 {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := b.Replay(t.Context(), letters[:1]); err == nil {
			t.Errorf("%s: it replays after Close", about)
		}
		for _, file := range []string{path + "-wal", path + "-shm"} {
			if _, err := os.Stat(file); err == nil {
				t.Errorf("%s: %s was left", about, file)
			}
		}
		again := openAt(t, path, clock.now)
		if n := count(t, again, "count(*) FROM deliveries WHERE state = 'pending'"); n != 2 {
			t.Errorf("%s: the next relay finds %d pending", about, n)
		}
	}
}

// A relay comes and goes while somebody looks.
func TestRelayComesAndGoesBeside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	letters := func() []queue.Redelivery {
		s := openAt(t, path, nil)
		defer func() { _ = s.Close() }()
		return deadLetters(t, s, 3)
	}()
	b := openBesideAt(t, path, nil)
	for i, letter := range letters {
		if n, err := b.Replay(t.Context(), []queue.Redelivery{letter}); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		s := openAt(t, path, nil)
		mustPut(t, s, fmt.Sprint(i))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if records, err := b.Events(t.Context(), queue.Query{}); err != nil || len(records) != len(letters)+i+1 {
			t.Errorf("%d records, error %v", len(records), err)
		}
	}
	s := openAt(t, path, nil)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, "after")
	if n := count(t, s, "count(*) FROM deliveries WHERE state = 'pending'"); n != 7 {
		t.Errorf("%d pending, want 7", n)
	}
}

// Whether a relay runs is seen, and nothing is left behind by who looks.
func TestRunning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	b := openBesideAt(t, path, nil)
	want := func(want bool, when string) {
		t.Helper()
		if running, err := b.Running(); running != want || err != nil {
			t.Errorf("%s: running %v, error %v", when, running, err)
		}
	}
	want(true, "with a relay")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want(false, "after its end")
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	want(false, "without a lock's file")
	if _, err := os.Stat(path + ".lock"); err == nil {
		t.Error("who looks made the lock's file")
	}
}

// The relay's transaction is waited for, as long as the caller likes.
func TestBesideWaitsItsTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "botrelay.db")
	s := openAt(t, path, nil)
	letters := deadLetters(t, s, 2)
	b := openBesideAt(t, path, nil)
	release := hold(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if n, err := b.Replay(ctx, letters); n != 0 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("replayed %d, error %v", n, err)
	}
	replayed := make(chan error, 1)
	go func() {
		_, err := b.Replay(t.Context(), letters)
		replayed <- err
	}()
	select {
	case err := <-replayed:
		t.Error("it did not wait")
		replayed <- err
	case <-time.After(50 * besidePoll):
	}
	release()
	if err := <-replayed; err != nil {
		t.Error(err)
	}
}
