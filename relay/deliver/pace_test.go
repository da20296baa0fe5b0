package deliver_test

import (
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
)

func channel(key string, limits ...relay.Limit) []relay.Budget {
	return []relay.Budget{{Key: key, Limits: limits}}
}

func token(key string) relay.Budget { return relay.Budget{Key: key, Scope: relay.ScopeToken} }

func seconds(all ...float64) []time.Duration {
	out := make([]time.Duration, len(all))
	for i, s := range all {
		out[i] = time.Duration(s * float64(time.Second))
	}
	return out
}

// TestPace: every limit is kept, to the instant, counted from the answers.
func TestPace(t *testing.T) {
	for name, tc := range map[string]struct {
		limits []relay.Limit
		takes  time.Duration // how long the platform takes to answer
		events int
		want   []time.Duration
	}{
		"one a second":                  {[]relay.Limit{{Count: 1, Per: time.Second}}, 0, 4, seconds(0, 1, 2, 3)},
		"counted from the answers":      {[]relay.Limit{{Count: 1, Per: time.Second}}, 300 * time.Millisecond, 3, seconds(0, 1.3, 2.6)},
		"a few at once, then a window":  {[]relay.Limit{{Count: 2, Per: 10 * time.Second}}, 0, 5, seconds(0, 0, 10, 10, 20)},
		"two limits, both kept":         {[]relay.Limit{{Count: 1, Per: time.Second}, {Count: 3, Per: time.Minute}}, 0, 5, seconds(0, 1, 2, 60, 61)},
		"without a limit there is none": {nil, 0, 4, seconds(0, 0, 0, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				p := &platform{budgets: channel("c", tc.limits...), answer: func(int, relay.Post) relay.Verdict {
					<-time.After(tc.takes)
					return relay.Verdict{Outcome: relay.Sent}
				}}
				l.burst(tc.events, "sales")
				stop := l.start("sales", p) // without digests
				defer stop()
				pass(2 * time.Minute)
				if got := p.times(); !reflect.DeepEqual(got, tc.want) {
					t.Errorf("sent at %v, want %v", got, tc.want)
				}
			})
		})
	}
}

// TestPaceSurvivesRestarts: a relay that is restarted all the time sends no
// faster, also if it is killed before its answers come.
func TestPaceSurvivesRestarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 3, Per: time.Minute})}
		l.burst(20, "sales")
		begun := time.Now()
		for time.Since(begun) < 3*time.Minute-time.Second {
			stop := l.start("sales", p)
			pass(time.Second)
			stop()
			l.close()
			l.open()
		}
		if n := len(p.seen()); n != 9 {
			t.Errorf("%d requests in three minutes at 3 a minute", n)
		}
	})
}

// TestSharedBudget: sinks of one channel share what it takes, and all of it is
// used.
func TestSharedBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		a := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second})}
		b := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second})}
		l.burst(100, "a", "b")
		stopA, stopB := l.start("a", a), l.start("b", b)
		defer stopA()
		defer stopB()
		pass(59*time.Second + 500*time.Millisecond)
		at := make(map[time.Duration]int)
		for _, when := range append(a.times(), b.times()...) {
			at[when]++
		}
		for i := range 60 {
			if n := at[time.Duration(i)*time.Second]; n != 1 {
				t.Errorf("%d requests in second %d", n, i)
			}
		}
		if len(a.seen()) == 0 || len(b.seen()) == 0 {
			t.Errorf("one of them got nothing: %d and %d", len(a.seen()), len(b.seen()))
		}
	})
}

// TestRate: a rate of one's own replaces the platform's limits.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: time.Second})}
		l.burst(5, "sales")
		budgets := deliver.Budgets([]deliver.Pace{{Sink: "sales", Budgets: p.budgets, Rate: &relay.Limit{Count: 2, Per: 5 * time.Second}}})
		stop := l.startWith(deliver.Config{Name: "sales", Sink: p, Budgets: budgets[0]})
		defer stop()
		pass(time.Minute)
		if got, want := p.times(), seconds(0, 0, 5, 5, 10); !reflect.DeepEqual(got, want) {
			t.Errorf("sent at %v, want %v", got, want)
		}
	})
}

// TestBudgets: what a rate does to the limits of its own sink, and to a place
// that others send to as well.
func TestBudgets(t *testing.T) {
	group, bot := []relay.Limit{{Count: 1, Per: time.Second}, {Count: 20, Per: time.Minute}}, []relay.Limit{{Count: 30, Per: time.Second}}
	sink := func(name, chat string, rate *relay.Limit) deliver.Pace {
		return deliver.Pace{Sink: name, Rate: rate, Budgets: []relay.Budget{{Key: chat, Limits: group}, {Key: "bot", Scope: relay.ScopeToken, Limits: bot}}}
	}
	slow, same, fast := relay.Limit{Count: 5, Per: time.Minute}, relay.Limit{Count: 20, Per: time.Minute}, relay.Limit{Count: 100, Per: time.Minute}
	limits := func(l ...relay.Limit) []relay.Limit { return l }
	for _, tc := range []struct {
		about  string
		others []deliver.Pace
		rate   *relay.Limit
		place  []relay.Limit // of the chat
		own    []relay.Limit // nil: there is no budget of its own
	}{
		{"no rate", nil, nil, group, nil},
		{"no rate beside one that has", []deliver.Pace{sink("b", "chat", &fast)}, nil, group, nil},
		{"alone", nil, &slow, limits(slow), nil},
		{"beside another chat", []deliver.Pace{sink("b", "elsewhere", nil)}, &slow, limits(slow), nil},
		{"slower than the others", []deliver.Pace{sink("b", "chat", nil)}, &slow, group, limits(slow)},
		{"faster than the others", []deliver.Pace{sink("b", "chat", nil)}, &fast, limits(fast), limits(fast)},
		{"as fast as another with a rate", []deliver.Pace{sink("b", "chat", &same)}, &same, limits(same), limits(same)},
		{"between two", []deliver.Pace{sink("b", "chat", &slow), sink("c", "chat", &fast)}, &same, limits(fast), limits(same)},
	} {
		got := deliver.Budgets(append([]deliver.Pace{sink("a", "chat", tc.rate)}, tc.others...))[0]
		want := []relay.Budget{{Key: "chat", Limits: tc.place}, {Key: "bot", Scope: relay.ScopeToken, Limits: bot}}
		if tc.rate != nil {
			want[1].Limits = nil
		}
		if tc.own != nil {
			want = append(want, relay.Budget{Key: "rate of sink a", Scope: "own", Limits: tc.own})
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", tc.about, got, want)
		}
	}
}

// TestSlowRate: a sink with a slow rate gets its share of a place where another
// sends more than that rate.
func TestSlowRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		shared := channel("c", relay.Limit{Count: 20, Per: time.Minute})
		slow, busy := &platform{budgets: shared}, &platform{budgets: shared}
		budgets := deliver.Budgets([]deliver.Pace{
			{Sink: "slow", Budgets: shared, Rate: &relay.Limit{Count: 5, Per: time.Minute}}, {Sink: "busy", Budgets: shared},
		})
		defer l.startWith(deliver.Config{Name: "slow", Sink: slow, Budgets: budgets[0]})()
		defer l.startWith(deliver.Config{Name: "busy", Sink: busy, Budgets: budgets[1]})()
		for i := range 60 {
			l.put(fmt.Sprint(i), "busy")
			if i%2 == 0 {
				l.put(fmt.Sprint(i), "slow")
			}
			pass(6 * time.Second)
		}
		pass(time.Minute)
		if s := l.status("busy"); s.Sent != 60 {
			t.Errorf("busy: %+v", s)
		}
		if s := l.status("slow"); s.Sent != 30 {
			t.Errorf("slow: %+v", s)
		}
	})
}

// TestRetryAfterHoldsAll: who shares a channel or a token waits as well, also
// after a restart, and nobody else does.
func TestRetryAfterHoldsAll(t *testing.T) {
	for _, scope := range []relay.Scope{relay.ScopeDestination, relay.ScopeToken, relay.ScopePlatform} {
		t.Run("scope "+string(scope), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLanes(t)
				defer l.close()
				shared := relay.Budget{Key: "shared", Scope: scope}
				busy := &platform{budgets: []relay.Budget{shared}, answer: func(n int, _ relay.Post) relay.Verdict {
					if n == 0 {
						return relay.Verdict{Outcome: relay.Later, Status: 429, After: time.Hour, Scope: scope}
					}
					return relay.Verdict{Outcome: relay.Sent}
				}}
				with := &platform{budgets: []relay.Budget{shared}}
				other := &platform{budgets: []relay.Budget{{Key: "other", Scope: scope}}}
				l.put("a", "busy")
				stop := l.start("busy", busy)
				pass(time.Second)
				stop()
				l.close()
				l.open()
				l.put("b", "with", "other")
				for name, p := range map[string]*platform{"busy": busy, "with": with, "other": other} {
					defer l.start(name, p)()
				}
				pass(time.Hour - 2*time.Second)
				if len(busy.seen()) != 1 || len(with.seen()) != 0 || len(other.seen()) != 1 {
					t.Errorf("within the hour: %v, %v, %v", busy.seen(), with.seen(), other.seen())
				}
				pass(2 * time.Second)
				if len(busy.seen()) != 2 || len(with.seen()) != 1 {
					t.Errorf("after the hour: %v, %v", busy.seen(), with.seen())
				}
			})
		})
	}
}
