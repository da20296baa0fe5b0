package deliver_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
)

// TestObserve: those who watch learn of each request how long it took, what
// became of how many deliveries, and for how long the sent ones had been owed.
func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 2, Per: time.Minute}), answer: func(n int, _ relay.Post) relay.Verdict {
			<-time.After(time.Duration(n+1) * time.Second)
			switch n {
			case 0:
				return relay.Verdict{Outcome: relay.Later, Status: 503, Reason: "down"}
			case 1:
				return relay.Verdict{Outcome: relay.Sent}
			}
			return relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "invalid"}
		}}
		start := time.Now()
		l.put("a", "sales")
		pass(10 * time.Second)
		notice := relay.Event{ID: "n", Source: "botrelay", Kind: relay.Notice, ReceivedAt: time.Now()}
		if _, err := l.store.Put(t.Context(), notice, []queue.Owed{{Sink: "sales"}}); err != nil {
			t.Fatal(err)
		}
		l.put("b", "sales")
		var seen []string
		var ended []time.Duration
		stop := l.startWith(deliver.Config{
			Name: "sales", Sink: p, Digest: true,
			Observe: func(a deliver.Attempt) {
				line := fmt.Sprintf("%s: %s %d %q %s %d/%d %s", a.Sink, a.Verdict.Outcome, a.Verdict.Status, a.Verdict.Reason, a.State, a.Notices, a.Size, a.Took)
				ended = append(ended, time.Since(start))
				for _, age := range a.Ages {
					line += fmt.Sprintf(" %s", age)
				}
				seen = append(seen, line)
			},
		})
		defer stop()
		pass(time.Minute)
		l.put("c", "sales")
		pass(10 * time.Minute)
		if len(ended) < 2 {
			t.Fatalf("%d attempts were seen", len(ended))
		}
		arrived := ended[1]
		want := []string{
			`sales: later 503 "down" pending 1/3 1s`,
			fmt.Sprintf(`sales: sent 0 "" sent 1/3 2s %s %s %s`, arrived, arrived-10*time.Second, arrived-10*time.Second),
			`sales: refused 400 "invalid" pending 0/1 3s`,
			`sales: refused 400 "invalid" dead 0/1 4s`,
		}
		if got, want := strings.Join(seen, "\n"), strings.Join(want, "\n"); got != want {
			t.Errorf("seen:\n%s\nwant:\n%s", got, want)
		}
	})
}
