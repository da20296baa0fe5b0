package deliver

import (
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func TestSettle(t *testing.T) {
	const hour = time.Hour
	batch := func(form relay.Form, attempts int, age time.Duration, doubtful bool) queue.Batch {
		return queue.Batch{ID: "b", Form: form, Doubtful: doubtful, Deliveries: []queue.Delivery{{Attempts: attempts, Age: age}}}
	}
	fresh := batch(relay.Rich, 0, 0, false)
	for _, tc := range []struct {
		about   string
		batch   queue.Batch
		verdict relay.Verdict
		want    queue.Settlement // without its Verdict
		reason  string           // part of the verdict's reason
		tried   time.Duration
	}{
		{"sent is sent", fresh, relay.Verdict{Outcome: relay.Sent}, queue.Settlement{State: queue.Sent}, "", 0},
		{"refused: once more as text, under a new ID", fresh, relay.Verdict{Outcome: relay.Refused, Reason: "bad"}, queue.Settlement{State: queue.Again, Form: relay.Text}, "bad", 0},
		{"refused as text: dead, with its reason", batch(relay.Text, 1, 0, false), relay.Verdict{Outcome: relay.Refused, Reason: "bad"}, queue.Settlement{State: queue.Dead}, "bad", 0},
		{"a first failure waits a second", fresh, relay.Verdict{Outcome: relay.Later}, queue.Settlement{State: queue.Again, After: time.Second}, "", 0},
		{"waits double", batch(relay.Rich, 3, 0, false), relay.Verdict{Outcome: relay.Later}, queue.Settlement{State: queue.Again, After: 8 * time.Second}, "", 0},
		{"waits have a limit", batch(relay.Rich, 60, 0, false), relay.Verdict{Outcome: relay.Later}, queue.Settlement{State: queue.Again, After: 5 * time.Minute}, "", 0},
		{"what the platform asks is obeyed to the letter", batch(relay.Rich, 9, 0, false), relay.Verdict{Outcome: relay.Later, After: 1337 * time.Millisecond}, queue.Settlement{State: queue.Again, After: 1337 * time.Millisecond}, "", 0},
		{"also when it is long", fresh, relay.Verdict{Outcome: relay.Later, After: hour}, queue.Settlement{State: queue.Again, After: hour}, "", 0},
		{"a lost answer goes again unchanged", fresh, relay.Verdict{Outcome: relay.Later, Doubtful: true}, queue.Settlement{State: queue.Again, After: time.Second, Keep: true}, "", 0},
		{"silence is met with longer waits: each try may be a copy", batch(relay.Rich, 3, 0, true), relay.Verdict{Outcome: relay.Later, Doubtful: true}, queue.Settlement{State: queue.Again, After: 64 * time.Second, Keep: true}, "", 0},
		{"an hour at most", batch(relay.Rich, 30, 0, true), relay.Verdict{Outcome: relay.Later, Doubtful: true}, queue.Settlement{State: queue.Again, After: hour, Keep: true}, "", 0},
		{"a server's error is an answer", batch(relay.Rich, 3, 0, false), relay.Verdict{Outcome: relay.Later, Doubtful: true, Status: 503}, queue.Settlement{State: queue.Again, After: 8 * time.Second, Keep: true}, "", 0},
		{"once doubtful, always doubtful", batch(relay.Rich, 0, 0, true), relay.Verdict{Outcome: relay.Later}, queue.Settlement{State: queue.Again, After: time.Second, Keep: true}, "", 0},
		{"just before the end it is tried again", batch(relay.Rich, 60, 72*hour-1, false), relay.Verdict{Outcome: relay.Later}, queue.Settlement{State: queue.Again, After: 5 * time.Minute}, "", hour},
		{"at the end it is given up", batch(relay.Rich, 60, 72*hour, false), relay.Verdict{Outcome: relay.Later, Reason: "503"}, queue.Settlement{State: queue.Dead}, "gave up after 72h0m0s: 503", hour},
		{"old age alone is no reason to give up", batch(relay.Rich, 3, 96*hour, false), relay.Verdict{Outcome: relay.Later}, queue.Settlement{State: queue.Again, After: 8 * time.Second}, "", 14 * time.Minute},
		{"a held destination is asked again", fresh, relay.Verdict{Outcome: relay.Held, Reason: "revoked"}, queue.Settlement{State: queue.Again, After: 30 * time.Second}, "revoked", 0},
		{"a held destination keeps its deliveries, whatever their age", batch(relay.Rich, 60, 1000*hour, false), relay.Verdict{Outcome: relay.Held}, queue.Settlement{State: queue.Again, After: 10 * time.Minute}, "", 0},
		{"a chat that moved is held, and its new ID is told", fresh, relay.Verdict{Outcome: relay.Later, MovedTo: "-1009", Reason: "upgraded"}, queue.Settlement{State: queue.Again, After: 30 * time.Second}, "upgraded: the new ID is -1009", 0},
	} {
		p := policy{giveUpAfter: 72 * hour, jitter: func() float64 { return 0 }}
		got := p.settle(tc.batch, tc.verdict, tc.tried)
		if !strings.Contains(got.Verdict.Reason, tc.reason) {
			t.Errorf("%s: reason %q, want %q in it", tc.about, got.Verdict.Reason, tc.reason)
		}
		if tc.verdict.MovedTo != "" && got.Verdict.Outcome != relay.Held {
			t.Errorf("%s: outcome %s", tc.about, got.Verdict.Outcome)
		}
		got.Verdict = relay.Verdict{}
		if got != tc.want {
			t.Errorf("%s: got %+v, want %+v", tc.about, got, tc.want)
		}
	}
}

func TestJitterStaysInBounds(t *testing.T) {
	p := newPolicy(time.Hour)
	seen := make(map[time.Duration]bool)
	for range 1000 {
		d := p.wait(time.Second, time.Minute, 2)
		if d < 3200*time.Millisecond || d > 4800*time.Millisecond {
			t.Fatalf("4s became %s", d)
		}
		seen[d] = true
	}
	if len(seen) < 100 {
		t.Errorf("only %d different waits in 1000", len(seen))
	}
}
