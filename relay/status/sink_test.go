package status_test

import (
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/deliver"
	"botrelay/relay/status"
)

// place is where a sink sends.
type place string

func (place) Check() []relay.Problem { return nil }
func (place) Replies() bool          { return true }
func (p place) Where() string        { return string(p) }

// TestPaceOfSink: the pace is that of the place, and what is shared is told beside
// it; a rate of the sink's own replaces both, also where another sink sends to the
// same place.
func TestPaceOfSink(t *testing.T) {
	second, minute := relay.Limit{Count: 1, Per: time.Second}, relay.Limit{Count: 20, Per: time.Minute}
	budgets := []relay.Budget{
		{Key: "chat", Limits: []relay.Limit{second, minute}},
		{Key: "bot", Scope: relay.ScopeToken, Limits: []relay.Limit{{Count: 30, Per: time.Second}}},
		{Key: "all", Scope: relay.ScopePlatform},
	}
	paces := deliver.Budgets([]deliver.Pace{
		{Sink: "a", Budgets: budgets},
		{Sink: "b", Budgets: budgets, Rate: &relay.Limit{Count: 5, Per: time.Minute}},
	})
	a := status.SinkOf(config.Sink{Name: "a", Type: "telegram", Options: place("chat -100")}, paces[0], nil)
	if a.Pace != "1 message a second, and 20 a minute" || a.Shared != "30 messages a second" || a.OwnRate || a.Where != "chat -100" || !a.Threads || !a.Digest || a.Told == nil {
		t.Errorf("got %+v", a)
	}
	no := false
	b := status.SinkOf(config.Sink{
		Name: "b", Options: place("x"), Rate: config.Rate{Count: 5, Per: time.Minute}, Digest: &no, Fallback: "a", GiveUpAfter: time.Hour,
	}, paces[1], []string{"a"})
	if b.Pace != "5 messages a minute" || b.Shared != "" || !b.OwnRate || b.Digest || b.Fallback != "a" || b.Told[0] != "a" || b.GiveUpAfter != "1h0m0s" {
		t.Errorf("got %+v", b)
	}
}
