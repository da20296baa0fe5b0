package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"
)

const patience = time.Minute

// Relays that start at once on an empty database make its tables once.
func TestStartedAtOnce(t *testing.T) {
	url := server.Database(t)
	var all sync.WaitGroup
	stores := make([]*Store, 4)
	for i := range stores {
		all.Go(func() {
			var err error
			if stores[i], err = Open(t.Context(), Config{URL: url, MaxConns: 3}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i, s := range stores {
		if s == nil {
			continue
		}
		if _, err := s.Put(t.Context(), lead(fmt.Sprint(i)), nil); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

func lead(id string) relay.Event {
	return relay.Event{ID: id, Source: "website", Vendor: "chatbase", Kind: relay.Lead, Payload: []byte(`{}`)}
}

// begun begins the next batch of a lane.
func begun(t *testing.T, lane queue.Lane) queue.Batch {
	t.Helper()
	turn, err := lane.Next(t.Context(), 1)
	if err == nil {
		err = lane.Begin(t.Context(), turn.Batch)
	}
	if err != nil {
		t.Fatal("beginning:", err)
	}
	return turn.Batch
}

// A relay that is too old for what a newer one is to make of the tables says so,
// takes nothing more, and begins nothing. What is under way it brings to an end.
func TestTooOld(t *testing.T) {
	url := server.Database(t)
	s := openAt(t, url)
	for _, id := range []string{"1", "2"} {
		if _, err := s.Put(t.Context(), lead(id), []queue.Owed{{Sink: "a"}}); err != nil {
			t.Fatal(err)
		}
	}
	lane, err := s.Lease(t.Context(), "a", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	batch := begun(t, lane)
	exec(t, s, `UPDATE botrelay.compatible SET oldest = 1000`)
	refused := func(about string, err error) {
		t.Helper()
		if !errors.Is(err, errOld) || !errors.Is(err, queue.ErrUnavailable) || Reason(err) != "this relay is too old for the database" {
			t.Errorf("%s: %v", about, err)
		}
	}
	refused("put", second(s.Put(t.Context(), lead("3"), nil)))
	if !s.db.old.Load() {
		t.Error("a transaction does not tell")
	}
	s.db.old.Store(false)
	refused("replay", second(s.Replay(t.Context(), []queue.Redelivery{{Event: "1", Sink: "b"}})))
	for _, about := range []string{"look", "look again"} {
		refused(about, s.db.look(t.Context(), ""))
		if alive, err := s.db.alive(t.Context()); err != nil || len(alive) > 0 {
			t.Errorf("it has not left: %v, %v", alive, err)
		}
	}
	refused("lease", second(s.Lease(t.Context(), "b", time.Minute, nil)))
	refused("next", second(lane.Next(t.Context(), 1)))
	refused("opening", second(Open(t.Context(), Config{URL: url})))
	refused("opening beside", second(OpenBeside(t.Context(), Config{URL: url})))
	if err := lane.Renew(t.Context(), time.Minute); err != nil {
		t.Error("renewing:", err)
	}
	refused("begin", lane.Begin(t.Context(), batch))
	if err := lane.Settle(t.Context(), batch, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent}}); err != nil {
		t.Error("settling:", err)
	}
	if err := lane.Release(t.Context()); err != nil {
		t.Error("releasing:", err)
	}
	exec(t, s, `UPDATE botrelay.compatible SET oldest = 1`)
	if err := s.db.look(t.Context(), ""); err != nil {
		t.Error(err)
	}
	if _, err := s.Put(t.Context(), lead("4"), nil); err != nil {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// Lanes are spread over relays; those of one that dies are taken over, and those
// of one that stops at once.
func TestLanesAreSpread(t *testing.T) {
	url := server.Database(t)
	var sinks []string
	for i := range 6 {
		sinks = append(sinks, fmt.Sprint("sink-", i))
	}
	relays := []*senders{newSenders(t, url, sinks)}
	relays[0].until("has all", func(n int) bool { return n == 6 })
	relays = append(relays, newSenders(t, url, sinks), newSenders(t, url, sinks))
	for _, r := range relays {
		r.until("has its part", func(n int) bool { return n == 2 })
	}
	relays[2].kill()
	for _, r := range relays[:2] {
		r.until("has part of the dead one's", func(n int) bool { return n == 3 })
	}
	relays[1].end()
	relays[0].until("has all again", func(n int) bool { return n == 6 })
	relays[0].end()
}

// senders hold the lanes that a relay gets, as its senders would.
type senders struct {
	*testing.T
	store   *Store
	ctx     context.Context //nolint:containedctx // of all of them
	cancel  context.CancelFunc
	running sync.WaitGroup
	mu      sync.Mutex
	held    map[string]bool
	changed chan struct{} // receives when held has changed
}

func newSenders(t *testing.T, url string, sinks []string) *senders {
	t.Helper()
	s := &senders{T: t, store: openAt(t, url), held: make(map[string]bool), changed: make(chan struct{}, 1)}
	s.ctx, s.cancel = context.WithCancel(t.Context())
	for _, sink := range sinks {
		s.running.Go(func() { s.send(sink) })
	}
	t.Cleanup(s.kill)
	return s
}

const shortLease = 3 * time.Second

// send has the lane of a sink whenever it can.
func (s *senders) send(sink string) {
	for s.ctx.Err() == nil {
		lane, err := s.store.Lease(s.ctx, sink, shortLease, nil)
		for s.set(sink, err == nil); err == nil && s.ctx.Err() == nil; {
			if _, err = lane.Next(s.ctx, 1); err == nil {
				err = lane.Renew(s.ctx, shortLease)
			}
			s.wait(sink)
		}
		s.set(sink, false)
		if s.ctx.Err() == nil && !errors.Is(err, queue.ErrTaken) && !errors.Is(err, queue.ErrLost) {
			s.Errorf("%s: %v", sink, err)
		}
		s.wait(sink)
	}
}

func (s *senders) wait(sink string) {
	select {
	case <-s.ctx.Done():
	case <-s.store.Wake(sink):
	case <-time.After(500 * time.Millisecond):
	}
}

func (s *senders) set(sink string, held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[sink] = held
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

func (s *senders) until(about string, is func(held int) bool) {
	s.Helper()
	end := time.After(patience)
	for {
		n := 0
		s.mu.Lock()
		for _, held := range s.held {
			if held {
				n++
			}
		}
		s.mu.Unlock()
		if is(n) {
			return
		}
		select {
		case <-s.changed:
		case <-end:
			s.Fatalf("%s: it has %d lanes", about, n)
		}
	}
}

// kill ends the relay as a kill does.
func (s *senders) kill() {
	s.cancel()
	s.running.Wait()
	s.store.closing.Do(s.store.kill)
}

// end stops the relay.
func (s *senders) end() {
	s.cancel()
	s.running.Wait()
	if err := s.store.Close(); err != nil {
		s.Error(err)
	}
}

// What one relay puts wakes the lane at another, and so does who asks it to have the
// lane tried.
func TestOthersAreWoken(t *testing.T) {
	url := server.Database(t)
	sending, receiving := openAt(t, url), openAt(t, url)
	if _, err := sending.Lease(t.Context(), "a", time.Hour, nil); err != nil {
		t.Fatal(err)
	}
	if err := receiving.db.look(t.Context(), ""); err != nil { // it knows of the other by now
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := receiving.Put(t.Context(), lead(fmt.Sprint(i)), []queue.Owed{{Sink: "a"}}); err != nil {
			t.Fatal(err)
		}
		select {
		case <-sending.Wake("a"):
		case <-time.After(patience):
			t.Fatal("the lane was not woken")
		}
	}
	if _, _, err := receiving.TryNow(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-sending.Wake("a"):
	case <-time.After(patience):
		t.Fatal("the lane is not tried")
	}
}

// A transaction that another one is in the way of is tried again.
func TestDeadlocks(t *testing.T) {
	s := openAt(t, server.Database(t))
	exec(t, s, `CREATE TABLE botrelay.test (n int PRIMARY KEY, v int); INSERT INTO botrelay.test VALUES (1, 0), (2, 0)`)
	var all sync.WaitGroup
	for order := range 2 {
		all.Go(func() {
			for range 20 {
				if err := s.db.Do(t.Context(), update(order)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var total int
	if err := s.db.sql.QueryRowContext(t.Context(), `SELECT sum(v) FROM botrelay.test`).Scan(&total); err != nil || total != 80 {
		t.Errorf("%d updates, %v", total, err)
	}
}

// update changes two rows, in one order or the other.
func update(order int) sqlstore.Operation {
	return sqlstore.Operation{Run: func(ctx context.Context, tx sqlstore.Runner, _ int64) error {
		for i := range 2 {
			if _, err := tx.ExecContext(ctx, `UPDATE botrelay.test SET v = v + 1 WHERE n = $1`, 1+(i+order)%2); err != nil {
				return err
			}
		}
		return nil
	}}
}

// A lane that a relay has given back, since its file has the sink no more, is the
// other relays' at once: none waits for that one to come.
func TestGivenBack(t *testing.T) {
	url := server.Database(t)
	former, other := openAt(t, url), openAt(t, url)
	for _, sink := range []string{"x", "z"} { // the other one has more to do
		if _, err := other.Lease(t.Context(), sink, time.Hour, nil); err != nil {
			t.Fatal(err)
		}
	}
	lane, err := former.Lease(t.Context(), "y", time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Lease(t.Context(), "y", time.Hour, nil); !errors.Is(err, queue.ErrTaken) {
		t.Fatal(err)
	}
	if err := lane.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	end := time.After(wantTime - time.Second)
	for {
		lane, err := other.Lease(t.Context(), "y", time.Hour, nil)
		if err == nil {
			_, err = lane.Next(t.Context(), 1)
		}
		if err == nil {
			return
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-end:
			t.Fatalf("nobody has it: %v", err)
		}
	}
}
