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
