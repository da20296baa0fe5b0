package deliver_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
)

func TestInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newLanes(t), &platform{}
		defer l.close()
		l.put("a", "sales")
		l.put("b", "sales")
		stop := l.start("sales", p)
		defer stop()
		pass(time.Second)
		l.put("c", "sales")
		pass(time.Second)
		if got := p.titles(); got != "a b c" {
			t.Errorf("sent %q", got)
		}
		if a := p.seen(); a[2].at != time.Second {
			t.Errorf("the third was sent after %s: the lane was not woken", a[2].at)
		}
		if s := l.status("sales"); s.Sent != 3 || s.Pending != 0 {
			t.Errorf("status %+v", s)
		}
	})
}

// TestRetry: a failing head holds its lane, waits longer each time, and passes.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			if n < 4 {
				return relay.Verdict{Outcome: relay.Later, Status: 503, Reason: "down"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		l.put("b", "sales")
		stop := l.start("sales", p)
		defer stop()
		pass(time.Minute)
		if got := p.titles(); got != "a a ? a ? a ? a b" {
			t.Fatalf("sent %q", got)
		}
		var tries []time.Duration
		for _, a := range p.seen() {
			if !a.probe {
				tries = append(tries, a.at)
			}
		}
		var at time.Duration
		for i, want := range []time.Duration{0, 500, 625, 781, 977} { // milliseconds of wait before each try, ± 20 %
			gap := tries[i] - at
			at = tries[i]
			if gap < want*time.Millisecond*8/10 || gap > want*time.Millisecond*12/10+time.Millisecond {
				t.Errorf("try %d came after %s, want about %d ms", i, gap, want)
			}
		}
	})
}

// TestRetryAfter: what the platform asks for is kept to the letter.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			if n == 0 {
				return relay.Verdict{Outcome: relay.Later, Status: 429, After: time.Hour}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		stop := l.start("sales", p)
		pass(30 * time.Minute)
		stop() // and a restart in between does not shorten it
		stop = l.start("sales", p)
		defer stop()
		pass(29*time.Minute + 59*time.Second)
		if n := len(p.seen()); n != 1 {
			t.Fatalf("%d requests before the hour had passed", n)
		}
		pass(6 * time.Second)
		if got := p.titles(); got != "a a" {
			t.Errorf("sent %q", got)
		}
	})
}

// TestRefused: refused, once more as text, then dead with its reason; the lane goes on.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(_ int, post relay.Post) relay.Verdict {
			if post.Messages[0].Title == "bad" {
				return relay.Verdict{Outcome: relay.Refused, Reason: "invalid_blocks"}
			}
			return relay.Verdict{Outcome: relay.Sent, ID: "m1"}
		}}
		l.put("bad", "sales")
		l.put("good", "sales")
		stop := l.start("sales", p)
		defer stop()
		pass(time.Minute)
		a := p.seen()
		if got := p.titles(); got != "bad bad good" || a[0].form != relay.Rich || a[1].form != relay.Text || a[2].form != relay.Rich {
			t.Errorf("sent %+v", a)
		}
		if a[0].nonce == a[1].nonce {
			t.Error("other content under the same nonce")
		}
		records, err := l.store.Events(t.Context(), queue.Query{})
		if err != nil {
			t.Fatal(err)
		}
		good, bad := records[0].Deliveries[0], records[1].Deliveries[0]
		if bad.State != queue.Dead || bad.Reason != "invalid_blocks" || bad.Tries != 2 {
			t.Errorf("the refused one: %+v", bad)
		}
		if good.State != queue.Sent || good.MessageID != "m1" {
			t.Errorf("the good one: %+v", good)
		}
	})
}

// TestHeld: a destination that refuses everything keeps its deliveries.
func TestHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var mended atomic.Bool
		p := &platform{answer: func(int, relay.Post) relay.Verdict {
			if !mended.Load() {
				return relay.Verdict{Outcome: relay.Held, Status: 404, Reason: "channel_not_found"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		stop := l.start("sales", p)
		defer stop()
		pass(8 * time.Hour) // give_up_after is two hours
		s := l.status("sales")
		if !s.Held || s.Reason != "channel_not_found" || s.Pending != 1 || s.Dead != 0 {
			t.Errorf("after eight hours: %+v", s)
		}
		if n := len(p.seen()); n < 40 || n > 100 {
			t.Errorf("%d probes in eight hours", n)
		}
		mended.Store(true)
		pass(13 * time.Minute)
		if s := l.status("sales"); s.Held || s.Sent != 1 {
			t.Errorf("once mended: %+v", s)
		}
	})
}

// TestGiveUp: a temporary failure is given up after its time, and the lane goes on.
func TestGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var mended atomic.Bool
		answer := func() relay.Verdict {
			if !mended.Load() {
				return relay.Verdict{Outcome: relay.Later, Reason: "502"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}
		p := &platform{probe: answer, answer: func(int, relay.Post) relay.Verdict { return answer() }}
		l.put("a", "sales")
		stop := l.startWith(deliver.Config{Name: "sales", Sink: p, GiveUpAfter: 2 * time.Hour})
		defer stop()
		pass(time.Hour + 54*time.Minute)
		if s := l.status("sales"); s.Pending != 1 {
			t.Fatalf("given up too early: %+v", s)
		}
		l.put("b", "sales")
		pass(20 * time.Minute)
		if s := l.status("sales"); s.Dead != 1 || s.Pending != 1 {
			t.Errorf("after two hours: %+v", s)
		}
		mended.Store(true)
		pass(7 * time.Minute)
		if s := l.status("sales"); s.Sent != 1 {
			t.Errorf("the lane did not go on: %+v", s)
		}
	})
}

// TestIsolation: a sink that hangs costs the others nothing.
func TestIsolation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		dead := &platform{answer: func(int, relay.Post) relay.Verdict { return relay.Verdict{Reason: "hang"} }}
		alive := &platform{}
		stopDead, stopAlive := l.start("dead", dead), l.start("alive", alive)
		defer stopDead()
		defer stopAlive()
		for i := range 5 {
			l.put(fmt.Sprint(i), "dead", "alive")
			pass(time.Second)
		}
		for i, a := range alive.seen() {
			if a.at != time.Duration(i)*time.Second {
				t.Errorf("message %d came at %s", i, a.at)
			}
		}
		if n := len(alive.seen()); n != 5 {
			t.Errorf("%d of 5 arrived", n)
		}
	})
}

// TestLostAnswer: after a lost answer the same batch goes again under the same
// nonce, and one sender at a time is at work.
func TestLostAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			if n == 0 {
				return relay.Verdict{Reason: "hang"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		l.put("b", "sales")
		first := l.start("sales", p)
		second := l.start("sales", p) // as another relay would be
		pass(5 * time.Minute)
		first()
		second()
		a := p.seen()
		if p.titles() != "a a b" || a[0].nonce != a[1].nonce || a[1].nonce == a[2].nonce {
			t.Errorf("sent %+v", a)
		}
		if p.overlaps != 0 {
			t.Errorf("%d requests at the same time", p.overlaps)
		}
	})
}

// TestPanic: a message that makes our own code panic does not take the lane with it.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(_ int, post relay.Post) relay.Verdict {
			if post.Messages[0].Title == "bad" {
				panic("a bug")
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("bad", "sales")
		l.put("good", "sales")
		stop := l.start("sales", p)
		defer stop()
		pass(time.Hour)
		if s := l.status("sales"); s.Dead != 1 || s.Sent != 1 {
			t.Errorf("status %+v", s)
		}
	})
}
