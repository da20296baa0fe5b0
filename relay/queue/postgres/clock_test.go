package postgres

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// clockLease is that of these tests, in which the clock stands still.
const clockLease = 6 * time.Second

// setClock moves the clock of a store from clockText on or back.
func setClock(t *testing.T, s *Store, by time.Duration) {
	t.Helper()
	exec(t, s, fmt.Sprintf(`UPDATE botrelay.test_clock SET now = now + %d`, by.Microseconds()))
}

// When the database's clock is set back, what a dead relay had is free after a lease,
// not after the jump.
func TestClockSetBackWhenARelayDies(t *testing.T) {
	url := server.Database(t)
	dead, other := openAt(t, url), openAt(t, url)
	exec(t, dead, clockText)
	lane, err := dead.Lease(t.Context(), "a", clockLease, nil)
	if err != nil {
		t.Fatal(err)
	}
	const days = 48 * time.Hour // what counts is when it was renewed
	err = lane.Renew(t.Context(), 2*days)
	setClock(t, dead, days)
	if err := errors.Join(err, lane.Renew(t.Context(), clockLease)); err != nil {
		t.Fatal(err)
	}
	released, err := dead.Lease(t.Context(), "b", clockLease, nil)
	if err == nil {
		err = released.Release(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	dead.closing.Do(dead.kill)
	setClock(t, other, -24*time.Hour)
	take := func(sink string) error {
		t.Helper()
		if err := other.db.look(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		return second(other.Lease(t.Context(), sink, time.Hour, nil))
	}
	if err := take("b"); err != nil {
		t.Error("one that was given back:", err)
	}
	if err := take("a"); !errors.Is(err, queue.ErrTaken) {
		t.Error("its sender may have a request under way, and yet:", err)
	}
	setClock(t, other, clockLease-time.Millisecond)
	if err := take("a"); !errors.Is(err, queue.ErrTaken) {
		t.Error("before the end of the lease:", err)
	}
	setClock(t, other, time.Millisecond)
	if err := take("a"); err != nil {
		t.Error("after the lease:", err)
	}
}

// When the database's clock is set back, who lives goes on, is taken for alive, and
// keeps its lanes for as long as it renews them; whose lane was taken begins nothing.
func TestClockSetBackBesideALivingRelay(t *testing.T) {
	url := server.Database(t)
	s, other := openAt(t, url), openAt(t, url)
	exec(t, s, clockText)
	for i := range 2 {
		if _, err := s.Put(t.Context(), lead(fmt.Sprint(i)), []queue.Owed{{Sink: "a"}}); err != nil {
			t.Fatal(err)
		}
	}
	lane, err := s.Lease(t.Context(), "a", clockLease, nil)
	if err != nil {
		t.Fatal(err)
	}
	batch := begun(t, lane)
	setClock(t, s, -time.Hour)
	for range 3 {
		for _, relay := range []*Store{other, s} {
			if err := relay.db.look(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := second(other.Lease(t.Context(), "a", clockLease, nil)); !errors.Is(err, queue.ErrTaken) {
			t.Fatal("beside its sender:", err)
		}
		if err := lane.Renew(t.Context(), clockLease); err != nil {
			t.Fatal("renewing:", err)
		}
		setClock(t, s, clockLease-time.Second)
	}
	if err := s.db.look(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	alive, err := other.db.alive(t.Context())
	if _, known := alive[s.db.id]; err != nil || !known {
		t.Errorf("taken for dead: %v, %v", alive, err)
	}
	sent := queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent}}
	if err := lane.Settle(t.Context(), batch, sent); err != nil {
		t.Error("settling:", err)
	}
	turn, err := lane.Next(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	setClock(t, s, time.Hour) // it comes back to itself: who did not renew has lost it
	if err := other.db.look(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := second(other.Lease(t.Context(), "a", clockLease, nil)); err != nil {
		t.Fatal("taking it over:", err)
	}
	if err := lane.Begin(t.Context(), turn.Batch); !errors.Is(err, queue.ErrLost) {
		t.Error("beginning what is another's:", err)
	}
}
