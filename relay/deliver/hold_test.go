package deliver_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

// TestFallback: one notice when a sink is held or has failed for 15 minutes,
// and one when it is back; none for less.
func TestFallback(t *testing.T) {
	held := relay.Verdict{Outcome: relay.Held, Status: 404, Reason: "channel_not_found"}
	failing := relay.Verdict{Outcome: relay.Later, Status: 503, Reason: "down"}
	for name, tc := range map[string]struct {
		verdict relay.Verdict
		lasts   time.Duration
		by      time.Duration // when it is told at the latest
		want    string
	}{
		"held":                  {held, time.Hour, time.Second, "sales refuses all messages|sales takes messages again"},
		"failing for long":      {failing, time.Hour, 16 * time.Minute, "Nothing gets through to sales|sales takes messages again"},
		"failing for 5 minutes": {failing, 5 * time.Minute, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				started := time.Now()
				answer := func() relay.Verdict {
					if time.Since(started) < tc.lasts {
						return tc.verdict
					}
					return relay.Verdict{Outcome: relay.Sent}
				}
				p := &platform{probe: answer, answer: func(int, relay.Post) relay.Verdict { return answer() }}
				night := &platform{}
				cfg := deliver.Config{Name: "sales", Sink: p, Tell: []string{"night", "sales"}}
				l.put("a", "sales")
				stop := l.startWith(cfg)
				defer l.start("night", night)()
				pass(20 * time.Minute)
				stop() // a restart does not tell it again
				l.close()
				l.open()
				defer l.startWith(cfg)()
				defer l.start("night", night)()
				pass(time.Hour)
				var got []string
				for _, a := range night.seen() {
					title, _, _ := strings.Cut(a.titles, "The ")
					got = append(got, strings.TrimSuffix(title, "Messages get through to the sink sales again"))
				}
				told := strings.Join(got, "|")
				for part := range strings.SplitSeq(tc.want, "|") {
					if !strings.Contains(told, part) {
						t.Errorf("told %q, want %q", told, tc.want)
					}
				}
				if want := len(strings.FieldsFunc(tc.want, func(r rune) bool { return r == '|' })); len(got) != want {
					t.Errorf("told %d times, want %d: %q", len(got), want, told)
				}
				if s := l.status("sales"); s.Sent != 1 || s.Told {
					t.Errorf("status %+v", s)
				}
			})
		})
	}
}

// TestFlapping: a destination that refuses every other message is news once a
// day, not once a message.
func TestFlapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{answer: func(n int, _ relay.Post) relay.Verdict {
			if n%2 == 0 {
				return relay.Verdict{Outcome: relay.Held, Status: 403, Reason: "forbidden"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		night := &platform{}
		defer l.startWith(deliver.Config{Name: "sales", Sink: p, Tell: []string{"night"}})()
		defer l.start("night", night)()
		for i := range 36 {
			l.put(fmt.Sprint(i), "sales")
			pass(5 * time.Minute)
		}
		if n := len(night.seen()); n != 2 {
			t.Errorf("told %d times in three hours: %s", n, night.titles())
		}
		if s := l.status("sales"); s.Sent < 35 {
			t.Errorf("status %+v", s)
		}
	})
}

// TestMendedWhileStopped: what a former process was refused is no news of this
// one, which has not tried yet, and least of all of a sink that has a new name.
func TestMendedWhileStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		shared := append(channel("c"), token("bot"))
		refused := &platform{budgets: shared, answer: func(int, relay.Post) relay.Verdict {
			return relay.Verdict{Outcome: relay.Held, Status: 401, Scope: relay.ScopeToken, Reason: "revoked"}
		}}
		l.put("a", "old")
		stop := l.start("old", refused)
		pass(time.Hour)
		stop()
		l.close()
		l.open()
		well, night := &platform{budgets: shared}, &platform{}
		l.put("b", "new")
		defer l.start("night", night)()
		defer l.startWith(deliver.Config{Name: "new", Sink: well, Tell: []string{"night"}})()
		pass(time.Minute)
		if got := night.titles(); got != "" {
			t.Errorf("told %q", got)
		}
		if s := l.status("new"); s.Sent != 1 {
			t.Errorf("status %+v", s)
		}
	})
}

// TestTokenRefused: a revoked token holds all who share it; they do not each
// knock at the door, and once it is mended all go on.
func TestTokenRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var mended atomic.Bool
		answer := func(int, relay.Post) relay.Verdict {
			if !mended.Load() {
				return relay.Verdict{Outcome: relay.Held, Status: 401, Scope: relay.ScopeToken, Reason: "revoked"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}
		var all []*platform
		for i := range 5 {
			p := &platform{answer: answer, budgets: append(channel(fmt.Sprint("c", i)), token("bot"))}
			all = append(all, p)
			defer l.start(fmt.Sprint("sink", i), p)()
		}
		pass(time.Second)
		l.put("a", "sink0")
		pass(time.Second)
		l.put("b", "sink1", "sink2", "sink3", "sink4")
		pass(20 * time.Second)
		for i, p := range all[1:] {
			if n := len(p.seen()); n != 0 {
				t.Errorf("sink%d asked %d times", i+1, n)
			}
		}
		if s := l.status("sink3"); !s.Held || s.Reason != "revoked" {
			t.Errorf("status of another sink of the token: %+v", s)
		}
		mended.Store(true)
		pass(11 * time.Minute)
		for i := range all {
			if s := l.status(fmt.Sprint("sink", i)); s.Sent != 1 || s.Held {
				t.Errorf("sink%d once mended: %+v", i, s)
			}
		}
	})
}

// TestHeldIsTriedAtOnceAfterRestart: whoever has mended the token restarts the
// relay and looks.
func TestHeldIsTriedAtOnceAfterRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: []relay.Budget{token("bot")}, answer: func(n int, _ relay.Post) relay.Verdict {
			if n < 5 {
				return relay.Verdict{Outcome: relay.Held, Status: 401, Scope: relay.ScopeToken, Reason: "revoked"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		stop := l.start("sales", p)
		pass(7 * time.Minute)
		stop()
		n := len(p.seen())
		defer l.start("sales", p)()
		pass(time.Second)
		if len(p.seen()) == n {
			t.Errorf("not tried after the restart: %v", p.times())
		}
	})
}

// TestMoved: a chat that moved is followed at once, and so are those that come
// later, also after a restart.
func TestMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("chat"), answer: func(_ int, post relay.Post) relay.Verdict {
			if post.MovedTo != "-1009" {
				return relay.Verdict{Outcome: relay.Later, Status: 400, MovedTo: "-1009", Reason: "upgraded"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		stop := l.start("sales", p)
		pass(time.Second)
		stop()
		l.close()
		l.open()
		l.put("b", "sales")
		defer l.start("sales", p)()
		pass(time.Second)
		if got := p.titles(); got != "a a b" {
			t.Errorf("sent %q", got)
		}
		if s := l.status("sales"); s.Sent != 2 || s.Held {
			t.Errorf("status %+v", s)
		}
	})
}
