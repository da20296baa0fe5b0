package deliver_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

// slowly answers after so long.
func slowly(d time.Duration) func(int, relay.Post) relay.Verdict {
	return func(int, relay.Post) relay.Verdict {
		<-time.After(d)
		return relay.Verdict{Outcome: relay.Sent, ID: "m"}
	}
}

func refuses(int, relay.Post) relay.Verdict {
	return relay.Verdict{Outcome: relay.Held, Status: 401, Reason: "token revoked"}
}

// TestAnotherSink: what is under way is finished with the sink that it began
// with, and the rest goes to the other one, in order, without a pause.
func TestAnotherSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		before, after := &platform{answer: slowly(10 * time.Second)}, &platform{}
		s, stop := l.startSender(deliver.Config{Name: "sales", Sink: before})
		defer stop()
		l.burst(3, "sales")
		pass(time.Second)
		s.Use(l.complete(deliver.Config{Name: "sales", Sink: after}))
		pass(time.Second)
		if got := after.titles(); got != "" {
			t.Errorf("beside the request that was under way: %q", got)
		}
		pass(8 * time.Second)
		if got := before.titles() + "|" + after.titles(); got != "1|2 3" {
			t.Errorf("got %q", got)
		}
		if at := after.times()[0]; at != 9*time.Second { // since the change
			t.Errorf("the other sink began after %s", at)
		}
	})
}

// TestHeldTriesAtOnce: whoever has mended a destination sees it at once, also if
// that was not in the routes file.
func TestHeldTriesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: refuses}
		cfg := l.complete(deliver.Config{Name: "sales", Sink: p})
		s, stop := l.startSender(cfg)
		defer stop()
		l.burst(1, "sales")
		pass(time.Second)
		s.Use(cfg)
		pass(time.Second)
		if got := p.titles(); got != "1 1" {
			t.Errorf("got %q", got)
		}
		good := &platform{}
		s.Use(l.complete(deliver.Config{Name: "sales", Sink: good}))
		pass(time.Second)
		if got := good.titles(); got != "1" || l.status("sales").Held {
			t.Errorf("got %q, %+v", got, l.status("sales"))
		}
	})
}

// TestFailingTriesAtOnce: a lane that has failed for hours does not wait for its
// next try once it has another connection, but for what the platform asked; with
// the same connection it does.
func TestFailingTriesAtOnce(t *testing.T) {
	for name, verdict := range map[string]relay.Verdict{
		"no answer":     {Outcome: relay.Later, Reason: "connection refused"},
		"asked to wait": {Outcome: relay.Later, Reason: "busy", After: time.Hour, Status: 429},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				down := func() *platform {
					return &platform{
						answer: func(int, relay.Post) relay.Verdict { return verdict },
						probe:  func() relay.Verdict { return verdict },
					}
				}
				bad := down()
				cfg := l.complete(deliver.Config{Name: "sales", Sink: bad})
				s, stop := l.startSender(cfg)
				defer stop()
				l.burst(1, "sales")
				pass(3*time.Hour + time.Second) // it is tried every 5 minutes by now
				tries := len(bad.seen())
				s.Use(cfg)
				pass(time.Second)
				if n := len(bad.seen()); n != tries {
					t.Errorf("tried %d times more, though nothing has changed", n-tries)
				}
				still := down()
				s.Use(l.complete(deliver.Config{Name: "sales", Sink: still}))
				pass(5 * time.Second)
				if n := len(still.seen()); verdict.After == 0 && n < 4 || verdict.After > 0 && n > 0 {
					t.Errorf("tried %d times by the new connection", n)
				}
				good := &platform{}
				s.Use(l.complete(deliver.Config{Name: "sales", Sink: good}))
				pass(time.Second)
				if got := good.titles(); (got == "1") != (verdict.After == 0) {
					t.Errorf("sent %q", got)
				}
				pass(time.Hour)
				if got := good.titles(); got != "1" {
					t.Errorf("an hour later %q", got)
				}
			})
		})
	}
}

// connected is a platform that notes when its connections were closed.
type connected struct {
	*platform
	closed atomic.Int64
}

func (c *connected) CloseIdle() { c.closed.Add(1) }

// TestConnectionsClosed: those of a sink that sends nothing more are closed once its
// last request is done, and those of one that goes on are not.
func TestConnectionsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		before, after := &connected{platform: &platform{answer: slowly(10 * time.Second)}}, &connected{platform: &platform{}}
		cfg := l.complete(deliver.Config{Name: "sales", Sink: before})
		s, stop := l.startSender(cfg)
		l.burst(3, "sales")
		pass(time.Second)
		s.Use(cfg)
		s.Use(l.complete(deliver.Config{Name: "sales", Sink: after}))
		pass(8 * time.Second)
		if n := before.closed.Load(); n != 0 {
			t.Errorf("closed %d times while a request is under way", n)
		}
		pass(2 * time.Second)
		if was, is := before.closed.Load(), after.closed.Load(); was != 1 || is != 0 {
			t.Errorf("closed %d times, and the new one's %d times", was, is)
		}
		stop()
		if was, is := before.closed.Load(), after.closed.Load(); was != 1 || is != 1 {
			t.Errorf("after the end: closed %d times, and the new one's %d times", was, is)
		}
	})
}

// TestSameSink: a lane whose sink is the same goes on with its lease, and shows
// what else is new from the next message on.
func TestSameSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p, counted := &platform{}, &countedLanes{Lanes: l.store}
		cfg := l.complete(deliver.Config{Name: "sales", Sink: p, Lanes: counted})
		s, stop := l.startSender(cfg)
		defer stop()
		l.put("a", "sales")
		pass(time.Second)
		cfg.Render = func(e relay.Event, _ string) relay.Message { return relay.Message{Title: "new " + e.Text} }
		for range 100 {
			s.Use(cfg)
		}
		pass(time.Second)
		l.put("b", "sales")
		pass(time.Second)
		if got := p.titles(); got != "a new b" || counted.leases.Load() != 1 {
			t.Errorf("got %q after %d leases", got, counted.leases.Load())
		}
		cfg.Budgets = []relay.Budget{{Key: "slow", Limits: []relay.Limit{{Count: 1, Per: time.Hour}}}}
		s.Use(cfg)
		pass(time.Second)
		l.put("c", "sales")
		l.put("d", "sales")
		pass(time.Second)
		if got := p.titles(); got != "a new b new c" || counted.leases.Load() != 2 {
			t.Errorf("with another pace: got %q after %d leases", got, counted.leases.Load())
		}
	})
}

// TestRetire: a lane that nobody wants any more ends what is under way, however
// long that takes, and keeps the rest for who comes after.
func TestRetire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: slowly(19 * time.Second)}
		s := deliver.New(l.complete(deliver.Config{Name: "sales", Sink: p}))
		var ended atomic.Bool
		go func() {
			s.Run(t.Context())
			ended.Store(true)
		}()
		l.burst(2, "sales")
		pass(time.Second)
		s.Retire()
		pass(17 * time.Second)
		if ended.Load() {
			t.Fatal("it did not wait for the answer")
		}
		pass(2 * time.Second)
		if got := l.status("sales"); !ended.Load() || got.Pending != 1 || p.titles() != "1" {
			t.Fatalf("ended: %t, %+v, %q", ended.Load(), got, p.titles())
		}
		next := &platform{}
		stop := l.start("sales", next)
		defer stop()
		pass(time.Millisecond) // the lease was given back
		if got := next.titles(); got != "2" {
			t.Errorf("got %q", got)
		}
	})
}

// TestRetireIdle: one that has nothing to do, or that waits for its lane, ends at
// once.
func TestRetireIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		s := deliver.New(l.complete(deliver.Config{Name: "sales", Sink: &platform{}}))
		waiting := deliver.New(l.complete(deliver.Config{Name: "sales", Sink: &platform{}}))
		ended := make(chan struct{}, 2)
		for _, s := range []*deliver.Sender{s, waiting} {
			go func() {
				s.Run(t.Context())
				ended <- struct{}{}
			}()
			pass(time.Minute)
		}
		waiting.Retire()
		s.Retire()
		synctest.Wait()
		if len(ended) != 2 {
			t.Errorf("%d ended", len(ended))
		}
	})
}
