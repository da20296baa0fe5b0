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
	"botrelay/relay/queue"
)

// TestHarmlessFirst: after two lost answers nothing is repeated before the
// platform has answered something harmless.
func TestHarmlessFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var well atomic.Bool
		p := &platform{
			answer: func(int, relay.Post) relay.Verdict {
				if !well.Load() {
					return relay.Verdict{Reason: "hang"}
				}
				return relay.Verdict{Outcome: relay.Sent}
			},
			probe: func() relay.Verdict {
				if !well.Load() {
					return relay.Verdict{Outcome: relay.Later, Reason: "no answer in time"}
				}
				return relay.Verdict{Outcome: relay.Sent}
			},
		}
		l.put("a", "sales")
		stop := l.start("sales", p)
		defer stop()
		pass(6 * time.Hour)
		posts := 0
		for _, a := range p.seen() {
			if !a.probe {
				posts++
			}
		}
		if posts != 2 {
			t.Errorf("%d posts in six hours in which nothing was answered; each may be a copy", posts)
		}
		if got := p.seen(); got[1].at-got[0].at < 20*time.Second {
			t.Errorf("the first had %s", got[1].at)
		}
		well.Store(true)
		pass(7 * time.Minute)
		if s := l.status("sales"); s.Sent != 1 {
			t.Errorf("once well: %+v", s)
		}
	})
}

// TestAnsweredErrors: a platform that answers every request with an error is
// not in the dark, and needs no question before the next try.
func TestAnsweredErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{
			answer: func(n int, _ relay.Post) relay.Verdict {
				if n < 6 {
					return relay.Verdict{Outcome: relay.Later, Status: 502, Reason: "bad gateway", Doubtful: true}
				}
				return relay.Verdict{Outcome: relay.Sent}
			},
			probe: func() relay.Verdict { return relay.Verdict{Outcome: relay.Later, Status: 502, Reason: "bad gateway"} },
		}
		l.put("a", "sales")
		defer l.start("sales", p)()
		pass(time.Minute)
		if s := l.status("sales"); s.Sent != 1 {
			t.Errorf("%+v after %s", s, p.titles())
		}
	})
}

// TestPoison: a delivery that always fails while its destination is well is
// sent alone, then as text, then is dead, and the lane goes on.
func TestPoison(t *testing.T) {
	for name, failure := range map[string]relay.Verdict{
		"a server's error":      {Outcome: relay.Later, Status: 500, Reason: "oops", Doubtful: true},
		"an error with a delay": {Outcome: relay.Later, Status: 503, After: 3 * time.Minute},
		"silence":               {Reason: "hang"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second}), answer: func(_ int, post relay.Post) relay.Verdict {
					for _, m := range post.Messages {
						if m.Title == "bad" {
							return failure
						}
					}
					return relay.Verdict{Outcome: relay.Sent}
				}}
				l.put("bad", "sales")
				l.put("good", "sales")
				l.put("fine", "sales")
				stop := l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true})
				defer stop()
				pass(15 * time.Minute)
				if s := l.status("sales"); s.Dead != 0 {
					t.Errorf("dead too soon: %+v, %s", s, p.titles())
				}
				pass(65 * time.Minute)
				if s := l.status("sales"); s.Dead != 1 || s.Sent != 2 {
					t.Fatalf("status %+v after %s", s, p.titles())
				}
				got := strings.ReplaceAll(p.titles(), " ?", "")
				if !strings.HasSuffix(got, "bad+good+fine bad bad good fine") {
					t.Errorf("sent %s", got)
				}
			})
		})
	}
}

// TestStranger: while something that may not be the platform answers the
// probes, a message whose answer was lost goes on being tried, and none is taken
// for the cause.
func TestStranger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var up atomic.Bool
		p := &platform{
			probe: func() relay.Verdict { return relay.Verdict{Outcome: relay.Sent, Status: 404, Doubtful: true} },
			answer: func(int, relay.Post) relay.Verdict {
				if !up.Load() {
					return relay.Verdict{Outcome: relay.Later, Status: 502, Reason: "bad gateway", Doubtful: true}
				}
				return relay.Verdict{Outcome: relay.Sent}
			},
		}
		l.put("a", "sales")
		l.put("b", "sales")
		defer l.start("sales", p)()
		pass(5 * time.Hour)
		if s := l.status("sales"); s.Dead != 0 || s.Pending != 2 {
			t.Errorf("blamed for what may be a proxy's fault: %+v", s)
		}
		up.Store(true)
		pass(10 * time.Minute)
		if s := l.status("sales"); s.Sent != 2 {
			t.Errorf("once the platform is back: %+v, after %s", s, p.titles())
		}
	})
}

// TestDayOfOutage: a platform that is down for a day loses nothing and no
// order, and costs the other sinks nothing.
func TestDayOfOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var up atomic.Bool
		down := func() relay.Verdict {
			if !up.Load() {
				return relay.Verdict{Outcome: relay.Later, Status: 502, Doubtful: true, Reason: "bad gateway"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}
		limits := channel("c", relay.Limit{Count: 1, Per: time.Second})
		p := &platform{budgets: limits, answer: func(int, relay.Post) relay.Verdict { return down() }, probe: down}
		other := &platform{}
		defer l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true})()
		defer l.start("other", other)()
		for i := range 24 {
			l.put(fmt.Sprint(i), "sales", "other")
			pass(time.Hour)
		}
		up.Store(true)
		pass(10 * time.Minute)
		if s := l.status("sales"); s.Sent != 24 || s.Dead != 0 || s.Failing != 0 {
			t.Errorf("after the outage: %+v", s)
		}
		for i, a := range other.seen() {
			if a.titles != fmt.Sprint(i) || a.at != time.Duration(i)*time.Hour {
				t.Errorf("the other sink got %s after %s", a.titles, a.at)
			}
		}
		if n := len(p.seen()); n > 1000 {
			t.Errorf("%d requests to a platform that was down", n)
		}
	})
}

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

// TestReplay: a dead letter that is replayed has its whole time again.
func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		var up atomic.Bool
		p := &platform{probe: func() relay.Verdict { return relay.Verdict{Outcome: relay.Later} }, answer: func(int, relay.Post) relay.Verdict {
			if !up.Load() {
				return relay.Verdict{Outcome: relay.Later, Reason: "down"}
			}
			return relay.Verdict{Outcome: relay.Sent}
		}}
		l.put("a", "sales")
		defer l.startWith(deliver.Config{Name: "sales", Sink: p, GiveUpAfter: time.Hour})()
		pass(2 * time.Hour)
		records, err := l.store.Events(t.Context(), queue.Query{Status: queue.StatusDead})
		if err != nil || len(records) != 1 {
			t.Fatalf("%d dead letters, error %v", len(records), err)
		}
		r := records[0]
		n, err := l.store.Replay(t.Context(), []queue.Redelivery{{Event: r.Event.ID, Sink: "sales", Route: "all", Replaces: r.Deliveries[0].ID}})
		if err != nil || n != 1 {
			t.Fatalf("replayed %d, error %v", n, err)
		}
		pass(50 * time.Minute)
		if s := l.status("sales"); s.Pending != 1 || s.Dead != 0 {
			t.Errorf("given up before its time: %+v", s)
		}
		up.Store(true)
		pass(6 * time.Minute)
		if s := l.status("sales"); s.Sent != 1 {
			t.Errorf("status %+v", s)
		}
	})
}
