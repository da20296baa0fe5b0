package deliver_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
)

// tryNow has a lane tried, as a person asks for on the admin page.
func (l *lanes) tryNow(sink string) {
	l.t.Helper()
	if pending, wait, err := l.store.TryNow(l.t.Context(), sink); !pending || wait != 0 || err != nil {
		l.t.Fatalf("trying %s now: pending %t, wait %s, error %v", sink, pending, wait, err)
	}
}

// TestTryNow: a lane that is held, or that fails, is tried when a person asks for it,
// once; what got through is followed by all else in its order.
func TestTryNow(t *testing.T) {
	for _, outcome := range []relay.Outcome{relay.Held, relay.Later} {
		t.Run(string(outcome), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				var mended atomic.Bool
				p := &platform{probe: func() relay.Verdict { return relay.Verdict{Outcome: relay.Later} }, answer: func(int, relay.Post) relay.Verdict {
					if mended.Load() {
						return relay.Verdict{Outcome: relay.Sent}
					}
					return relay.Verdict{Outcome: outcome, Reason: "no such channel"}
				}}
				l.burst(3, "sales")
				stop := l.start("sales", p)
				defer l.close()
				defer stop()
				pass(time.Hour) // by now it rests for minutes
				for range 2 {
					if wait := l.status("sales").Wait; wait < 20*time.Second {
						pass(wait + time.Second) // not just before its own next try
					}
					before := len(p.seen())
					l.tryNow("sales")
					synctest.Wait()
					pass(10 * time.Second)
					requests := 0
					for _, a := range p.seen()[before:] {
						if !a.probe {
							requests++
						}
					}
					if requests != 1 {
						t.Errorf("%d requests within seconds of the wish: %s", requests, p.titles())
					}
				}
				mended.Store(true)
				before := len(p.seen())
				l.tryNow("sales")
				pass(time.Second)
				got := ""
				for _, a := range p.seen()[before:] {
					got += a.titles
				}
				if s := l.status("sales"); got != "123" || s.Pending != 0 || s.Held || s.Failing != 0 {
					t.Errorf("sent %q, then %+v", got, s)
				}
			})
		})
	}
}

// TestTryNowBeside: a wish that comes while a request is under way, however often,
// has no second one begin beside it, nor sends anything twice.
func TestTryNowBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		p := &platform{answer: func(int, relay.Post) relay.Verdict {
			<-time.After(3 * time.Second)
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.burst(2, "sales")
		stop := l.start("sales", p)
		defer l.close()
		defer stop()
		pass(time.Second)
		for range 5 {
			l.tryNow("sales")
			pass(100 * time.Millisecond)
		}
		pass(time.Minute)
		if got := p.titles(); got != "1 2" || p.overlaps != 0 {
			t.Errorf("sent %q, %d beside another", got, p.overlaps)
		}
	})
}
