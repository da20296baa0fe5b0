package deliver

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	hour    = time.Hour
	minute  = time.Minute
	limited = 72 * hour
)

func budgets() []relay.Budget {
	return []relay.Budget{
		{Key: "chat"}, {Key: "bot", Scope: relay.ScopeToken}, {Key: "all", Scope: relay.ScopePlatform},
	}
}

// batchOf returns a batch of n deliveries, the first of that age, each of the
// others an hour younger.
func batchOf(n int, age time.Duration) queue.Batch {
	b := queue.Batch{ID: "b", Form: relay.Rich}
	for i := range n {
		b.Deliveries = append(b.Deliveries, queue.Delivery{ID: int64(i + 1), Age: max(age-time.Duration(i)*hour, 0)})
	}
	return b
}

func asText(b queue.Batch) queue.Batch {
	b.Form = relay.Text
	return b
}

func doubtful(b queue.Batch) queue.Batch {
	b.Doubts = 1
	return b
}

func TestSettle(t *testing.T) {
	const grown = 976562500 // 500 ms × 1.25³, in ns
	one, three := batchOf(1, 0), batchOf(3, 0)
	later := relay.Verdict{Outcome: relay.Later, Reason: "503", Status: 503}
	silent := relay.Verdict{Outcome: relay.Later, Doubtful: true}
	busy := relay.Verdict{Outcome: relay.Later, Status: 429, After: 1337 * time.Millisecond}
	refused := relay.Verdict{Outcome: relay.Refused, Reason: "bad"}
	held := relay.Verdict{Outcome: relay.Held, Reason: "revoked"}
	gone := relay.Verdict{Outcome: relay.Later, ReplyGone: true, Status: 400, Reason: "no such message"}
	unsure := func(v relay.Verdict) relay.Verdict {
		v.Doubtful = true
		return v
	}
	scoped := func(v relay.Verdict, s relay.Scope) relay.Verdict {
		v.Scope = s
		return v
	}
	for _, tc := range []struct {
		about   string
		batch   queue.Batch
		verdict relay.Verdict
		run     streak
		blamed  bool
		want    queue.Settlement // without its Verdict
		reason  string           // part of the verdict's reason
	}{
		{"sent is sent", one, relay.Verdict{Outcome: relay.Sent}, streak{}, false, queue.Settlement{State: queue.Sent}, ""},

		{"refused: once more as text, under a new ID", one, refused, streak{1, 0}, false, queue.Settlement{State: queue.Again, Form: relay.Text}, "bad"},
		{"refused as text: dead, with its reason", asText(one), refused, streak{1, 0}, false, queue.Settlement{State: queue.Dead}, "bad"},
		{"a refused digest is split", three, refused, streak{1, 0}, false, queue.Settlement{State: queue.Again, Most: 2}, "bad"},
		{"of two, each goes alone", batchOf(2, 0), refused, streak{1, 0}, false, queue.Settlement{State: queue.Again, Most: 1}, "bad"},

		{"a first failure waits half a second", one, later, streak{1, 0}, false, queue.Settlement{State: queue.Again, After: 500 * time.Millisecond, Failures: 1}, "503"},
		{"waits grow by a quarter", one, later, streak{4, 0}, false, queue.Settlement{State: queue.Again, After: grown, Failures: 4}, ""},
		{"waits have a limit", one, later, streak{60, 0}, false, queue.Settlement{State: queue.Again, After: 5 * minute, Failures: 60}, ""},
		{"a digest fails as one message does", three, later, streak{4, 0}, false, queue.Settlement{State: queue.Again, After: grown, Failures: 4}, ""},

		{"what the platform asks is obeyed to the letter, by all that share it", one, busy, streak{9, 0}, false, queue.Settlement{
			State: queue.Again, After: 1337 * time.Millisecond, Holds: []queue.Hold{{Key: "chat", For: 1337 * time.Millisecond}},
		}, ""},
		{"a whole token may be too fast", one, scoped(busy, relay.ScopeToken), streak{9, 0}, false, queue.Settlement{
			State: queue.Again, After: 1337 * time.Millisecond, Holds: []queue.Hold{{Key: "bot", For: 1337 * time.Millisecond}},
		}, ""},
		{"or the platform be closed to us", one, scoped(busy, relay.ScopePlatform), streak{9, 0}, false, queue.Settlement{
			State: queue.Again, After: 1337 * time.Millisecond, Holds: []queue.Hold{{Key: "all", For: 1337 * time.Millisecond}},
		}, ""},
		{"a server's failure counts though it says when to come back", one, relay.Verdict{Outcome: relay.Later, Status: 503, After: hour}, streak{3, 0}, false, queue.Settlement{
			State: queue.Again, After: hour, Failures: 3, Holds: []queue.Hold{{Key: "chat", For: hour}},
		}, ""},

		{"a lost answer goes again unchanged", one, silent, streak{1, 0}, false, queue.Settlement{State: queue.Again, After: 500 * time.Millisecond, Keep: true, Failures: 1}, ""},
		{"also a digest's", three, silent, streak{1, 0}, false, queue.Settlement{State: queue.Again, After: 500 * time.Millisecond, Keep: true, Failures: 1}, ""},
		{"once doubtful, always doubtful", doubtful(one), later, streak{1, 0}, false, queue.Settlement{State: queue.Again, After: 500 * time.Millisecond, Keep: true, Failures: 1}, ""},
		{"also when it is too fast", doubtful(one), busy, streak{1, 0}, false, queue.Settlement{
			State: queue.Again, After: 1337 * time.Millisecond, Keep: true, Holds: []queue.Hold{{Key: "chat", For: 1337 * time.Millisecond}},
		}, ""},

		{"just before the end it is tried again", batchOf(1, limited-1), later, streak{60, hour}, false, queue.Settlement{State: queue.Again, After: 5 * minute, Failures: 60}, ""},
		{"at the end it is given up", batchOf(1, limited), later, streak{60, hour}, false, queue.Settlement{State: queue.Dead}, "gave up after 72h0m0s: 503"},
		{"old age alone is no reason to give up", batchOf(1, 96*hour), later, streak{4, 14 * minute}, false, queue.Settlement{State: queue.Again, After: grown, Failures: 4}, ""},
		{"a digest that is old throughout is given up", batchOf(3, limited+2*hour), later, streak{60, hour}, false, queue.Settlement{State: queue.Dead}, "gave up"},
		{"of one that is not, each has its own time", batchOf(3, limited), later, streak{60, hour}, false, queue.Settlement{State: queue.Again, Most: 1, Failures: 60}, ""},

		{"what alone fails goes as text", one, later, streak{10, hour}, true, queue.Settlement{State: queue.Again, Form: relay.Text, Failures: 10}, "failed 10 times although the destination answers: 503"},
		{"then is dead", asText(one), later, streak{11, hour}, true, queue.Settlement{State: queue.Dead}, "failed 11 times"},
		{"a digest goes one by one first", three, later, streak{10, hour}, true, queue.Settlement{State: queue.Again, Most: 1, Failures: 10}, "failed 10 times"},

		{"a held destination is asked again", one, held, streak{1, 0}, false, queue.Settlement{State: queue.Again, After: 30 * time.Second, Failures: 1}, "revoked"},
		{"half as often each time", one, held, streak{3, 0}, false, queue.Settlement{State: queue.Again, After: 2 * minute, Failures: 3}, ""},
		{"ever more rarely, and keeps its deliveries, whatever their age", batchOf(1, 1000*hour), held, streak{60, 100 * hour}, false, queue.Settlement{State: queue.Again, After: 10 * minute, Failures: 60}, ""},
		{"a refused token holds all who share it", one, scoped(held, relay.ScopeToken), streak{1, 0}, false, queue.Settlement{
			State: queue.Again, After: 30 * time.Second, Failures: 1, Holds: []queue.Hold{{Key: "bot", For: 30 * time.Second, Refused: true}},
		}, "revoked"},

		{"a chat that moved is followed at once", one, relay.Verdict{Outcome: relay.Later, Status: 400, MovedTo: "-1009"}, streak{1, 0}, false, queue.Settlement{
			State: queue.Again, Move: queue.Move{Key: "chat", To: "-1009"},
		}, ""},
		{"however old the delivery is", batchOf(1, 96*hour), relay.Verdict{Outcome: relay.Later, Status: 400, MovedTo: "-1009"}, streak{1, hour}, false, queue.Settlement{
			State: queue.Again, Move: queue.Move{Key: "chat", To: "-1009"},
		}, ""},

		{"without what it answers, a message goes at once, and the same", one, gone, streak{9, hour}, true, queue.Settlement{State: queue.Again, Keep: true}, "no such message"},
		{"however old it is", batchOf(1, 96*hour), gone, streak{60, hour}, false, queue.Settlement{State: queue.Again, Keep: true}, ""},
		{"where the answer is doubtful it waits", one, unsure(gone), streak{4, 0}, false, queue.Settlement{State: queue.Again, Keep: true, After: grown, Failures: 4}, ""},
	} {
		p := policy{giveUpAfter: limited, budgets: budgets(), jitter: func() float64 { return 0 }}
		got := p.settle(queue.Turn{Batch: tc.batch}, tc.verdict, tc.run, tc.blamed)
		if !strings.Contains(got.Verdict.Reason, tc.reason) {
			t.Errorf("%s: reason %q, want %q in it", tc.about, got.Verdict.Reason, tc.reason)
		}
		got.Verdict = relay.Verdict{}
		if !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: got %+v, want %+v", tc.about, got, tc.want)
		}
	}
}

func TestJitterStaysInBounds(t *testing.T) {
	p := newPolicy(time.Hour, nil)
	seen := make(map[time.Duration]bool)
	for range 1000 {
		d := p.wait(time.Second, time.Minute, 2, 3)
		if d < 3200*time.Millisecond || d > 4800*time.Millisecond {
			t.Fatalf("4s became %s", d)
		}
		seen[d] = true
	}
	if len(seen) < 100 {
		t.Errorf("only %d different waits in 1000", len(seen))
	}
}

// TestRecord: failures of one sort are counted by the head, and the lane's time
// without success by this process.
func TestRecord(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later, held := relay.Verdict{Outcome: relay.Later}, relay.Verdict{Outcome: relay.Held}
	busy := relay.Verdict{Outcome: relay.Later, After: time.Second, Status: 429}
	turn := func(id int64, failures int, held bool) queue.Turn {
		return queue.Turn{Health: queue.Health{Held: held}, Batch: queue.Batch{Failures: failures, Deliveries: []queue.Delivery{{ID: id}}}}
	}
	var r memory
	for i, tc := range []struct {
		turn    queue.Turn
		verdict relay.Verdict
		want    streak
		probe   bool
	}{
		{turn(1, 5, true), later, streak{1, 0}, false}, // held before: its five tries say nothing of this failure
		{turn(1, 1, true), later, streak{2, minute}, true},
		{turn(1, 2, true), held, streak{1, 2 * minute}, false},
		{turn(1, 1, true), held, streak{2, 3 * minute}, false},
		{turn(1, 2, true), later, streak{1, 4 * minute}, false},
		{turn(1, 1, true), busy, streak{2, 5 * minute}, false},
		{turn(2, 0, false), later, streak{1, 6 * minute}, false},
		{turn(2, 1, false), relay.Verdict{Outcome: relay.Sent}, streak{1, 0}, false},
		{turn(3, 0, false), later, streak{1, 0}, false},
	} {
		if got := r.add(tc.turn, tc.verdict, start.Add(time.Duration(i)*minute)); got != tc.want || r.wantsProbe() != tc.probe {
			t.Errorf("step %d: %+v, probe %t; want %+v, %t", i, got, r.wantsProbe(), tc.want, tc.probe)
		}
	}
}

// TestBlame: ten failures over fifteen minutes, with a destination that was
// well each time.
func TestBlame(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tc := range []struct {
		about string
		step  time.Duration
		ill   int // the probe that fails
		want  int // after how many probes the delivery is blamed; 0: never
	}{
		{"ten are enough if they take long", 2 * minute, 0, 10},
		{"fifteen minutes are needed", minute, 0, 16},
		{"an ill destination begins anew", 2 * minute, 5, 15},
	} {
		var r memory
		got := 0
		for i := 1; i <= 20 && got == 0; i++ {
			now := start.Add(time.Duration(i) * tc.step)
			r.probed(i != tc.ill, now)
			if r.blamed(now) {
				got = i
			}
		}
		if got != tc.want {
			t.Errorf("%s: blamed after %d, want %d", tc.about, got, tc.want)
		}
	}
}
