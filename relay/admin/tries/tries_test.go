package tries_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/tries"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// failed settles an attempt that is made again an hour later.
func failed(v relay.Verdict) queue.Settlement {
	return queue.Settlement{State: queue.Again, After: time.Hour, Verdict: v}
}

func refused() queue.Settlement {
	return failed(relay.Verdict{Outcome: relay.Held, Reason: "channel_not_found"})
}

// lane is a lane of a store, and its sender.
type lane struct {
	*testing.T
	queue.Lane

	store *sqlite.Store
}

// open returns the lane of a new store, in which messages wait.
func open(t *testing.T, n int) lane {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for i := range n {
		if _, err := store.Put(t.Context(), relay.Event{ID: strings.Repeat("x", i+1), Source: "website", Kind: relay.Lead}, []relay.Owed{{Sink: "sales"}}); err != nil {
			t.Fatal(err)
		}
	}
	leased, err := store.Lease(t.Context(), "sales", 24*time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	return lane{t, leased, store}
}

// attempt makes one, which comes to this.
func (l lane) attempt(s queue.Settlement) {
	l.Helper()
	turn, err := l.Next(l.Context(), 1)
	if err == nil {
		err = l.Begin(l.Context(), turn.Batch)
	}
	if err == nil {
		err = l.Settle(l.Context(), turn.Batch, s)
	}
	if err != nil {
		l.Error(err)
	}
}

// TestTry: what is told is what has come of the very try that was asked for.
func TestTry(t *testing.T) {
	for _, c := range []struct {
		name    string
		waiting int
		before  queue.Settlement // how the lane stood
		then    *queue.Settlement
		state   tries.State
		text    string
		next    time.Duration // from when it was told
	}{
		{"got through", 3, refused(), new(pagetest.Sent("m")), tries.Through, "It got through. 2 messages to follow.", 0},
		{"the last one got through", 1, refused(), new(pagetest.Sent("m")), tries.Through, "It got through.", 0},
		{"refused as before", 1, refused(), new(refused()), tries.Failed, "It did not get through, as before.", time.Hour},
		{"failed otherwise", 1, refused(), new(failed(relay.Verdict{Outcome: relay.Later, Reason: "no\nanswer"})), tries.Failed, "It did not get through, as before.", time.Hour},
		{"refused anew", 1, failed(relay.Verdict{Outcome: relay.Later, Reason: "no answer"}), new(refused()), tries.Failed, "It did not get through: channel_not_found", time.Hour},
		{"the message was refused", 2, refused(), new(pagetest.Dead("bad")), tries.Dead, "The message was given up on, and is a dead letter now. 1 message to follow.", 0},
		{"the platform has asked to wait", 1, failed(relay.Verdict{Outcome: relay.Later, Reason: "too many", After: time.Hour}), nil, tries.Waits, "The platform itself has asked to wait until . That is obeyed, and it is tried then.", time.Hour},
		{"nothing waits", 1, pagetest.Sent("m"), nil, tries.Empty, "Nothing waits for sales, so there is nothing to try.", 0},
		{"nobody tries", 1, refused(), nil, tries.Open, "It is being tried. A platform may take a minute to answer; what comes of it shows here.", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := open(t, c.waiting)
				defer func() { _ = l.store.Close() }()
				l.attempt(c.before)
				changed := 0
				desk := tries.New(l.store, func() { changed++ })
				if desk.Last("sales") != nil {
					t.Error("something is told before anything was asked for")
				}
				if c.then != nil { // between two looks
					time.AfterFunc(1100*time.Millisecond, func() { l.attempt(*c.then) })
				}
				began := time.Now()
				r, err := desk.Try(t.Context(), "sales")
				if err != nil || r.State != c.state || r.Text.With(func(time.Time) string { return "" }) != c.text || !r.At.Equal(began) {
					t.Fatalf("%+v, %v", r, err)
				}
				if next := r.Next.Sub(time.Now().UTC()).Round(2 * time.Second); c.next != 0 && next != c.next || c.next == 0 && !r.Next.IsZero() {
					t.Errorf("tried next in %s: %+v", next, r)
				}
				if took := time.Since(began); took > 6*time.Second || c.then != nil && took > 1500*time.Millisecond {
					t.Errorf("told after %s", took)
				}
				if last := desk.Last("sales"); changed != 1 || last == nil || *last != r || desk.Last("night") != nil {
					t.Errorf("told later: %+v; %d changes", last, changed)
				}
				<-time.After(3 * time.Minute)
				if last := desk.Last("sales"); last != nil {
					t.Errorf("told for ever: %+v", last)
				}
			})
		})
	}
}

// TestTakenElsewhere: a lane that somebody else empties meanwhile has not let anything
// through.
func TestTakenElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, 1)
		defer func() { _ = l.store.Close() }()
		l.attempt(refused())
		records, err := l.store.Events(t.Context(), queue.Query{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second, func() {
			again := queue.Redelivery{Event: "x", Sink: "night", Replaces: records[0].Deliveries[0].ID}
			if n, err := l.store.Replay(t.Context(), []queue.Redelivery{again}); n != 1 || err != nil {
				t.Error(n, err)
			}
		})
		r, err := tries.New(l.store, nil).Try(t.Context(), "sales")
		if err != nil || r.State != tries.Empty || r.Text.Before != "Nothing waits for sales any more." {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// broken is a store that fails where it is asked.
type broken struct {
	*sqlite.Store

	try  error
	look func() error
}

func (b broken) TryNow(ctx context.Context, sink string) (bool, time.Duration, error) {
	if b.try != nil {
		return false, 0, b.try
	}
	return b.Store.TryNow(ctx, sink)
}

func (b broken) LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	if err := b.look(); err != nil {
		return nil, err
	}
	return b.Store.LaneStatus(ctx)
}

// TestBroken: a store that fails is told of as that, and nothing is said to have come of
// the try.
func TestBroken(t *testing.T) {
	gone := errors.New("no line to it")
	for name, c := range map[string]struct {
		try   error
		looks int // that it answers
	}{"at once": {nil, 0}, "asked to try": {gone, 9}, "meanwhile": {nil, 3}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := open(t, 1)
				defer func() { _ = l.store.Close() }()
				l.attempt(refused())
				looks := 0
				desk := tries.New(broken{l.store, c.try, func() error {
					if looks++; looks > c.looks {
						return gone
					}
					return nil
				}}, nil)
				if r, err := desk.Try(t.Context(), "sales"); !errors.Is(err, gone) || desk.Last("sales") != nil {
					t.Errorf("%+v, %v; told later: %+v", r, err, desk.Last("sales"))
				}
			})
		})
	}
}

// TestGone: the store of one who asks and goes away is left in peace, and so is who
// comes later.
func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, 1)
		defer func() { _ = l.store.Close() }()
		l.attempt(refused())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		r, err := tries.New(l.store, nil).Try(ctx, "sales")
		if err != nil || r.State != tries.Open || time.Since(began) > 1100*time.Millisecond {
			t.Errorf("%+v, %v after %s", r, err, time.Since(began))
		}
	})
}

// TestTogether: however many ask at a time, the lane is tried once, and all are told what
// came of it; who asks later has it tried anew. Who leaves spoils it for nobody.
func TestTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, 2)
		defer func() { _ = l.store.Close() }()
		l.attempt(refused())
		var looks atomic.Int64
		desk := tries.New(broken{l.store, nil, func() error { looks.Add(1); return nil }}, nil)
		time.AfterFunc(3*time.Second, func() { l.attempt(refused()) })
		var all sync.WaitGroup
		ask := func(ctx context.Context, state tries.State) {
			all.Go(func() {
				r, err := desk.Try(ctx, "sales")
				if state == "" && err == nil || state != "" && (err != nil || r.State != state || r.Sink != "sales") {
					t.Errorf("%q: %+v, %v", state, r, err)
				}
			})
		}
		ask(t.Context(), tries.Failed)
		synctest.Wait()
		for range 500 {
			ask(t.Context(), tries.Failed)
		}
		gone, leave := context.WithCancel(t.Context())
		ask(gone, "")
		synctest.Wait()
		leave()
		all.Wait()
		if n := looks.Load(); n > 20 {
			t.Errorf("the store was looked at %d times", n)
		}
		time.AfterFunc(time.Second, func() { l.attempt(pagetest.Sent("m")) })
		ask(t.Context(), tries.Through)
		all.Wait()
	})
}
