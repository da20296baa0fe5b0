package deliver_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
)

// slowLanes are lanes of a store that is far away: to lease one takes long.
type slowLanes struct {
	queue.Lanes

	takes time.Duration
}

func (s slowLanes) Lease(ctx context.Context, sink string, ttl time.Duration, budgets []relay.Budget) (queue.Lane, error) {
	pass(s.takes)
	return s.Lanes.Lease(ctx, sink, ttl, budgets)
}

// A lane that took longer to lease than its lease lasts is sent from nevertheless:
// who has it makes sure that the lease has just begun.
func TestSlowLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p := newLanes(t), new(platform)
		defer l.close()
		l.put("a", "sales")
		stop := l.startWith(deliver.Config{Name: "sales", Sink: p, Lanes: slowLanes{l.store, 7 * time.Second}})
		defer stop()
		pass(10 * time.Second)
		if got := p.titles(); got != "a" {
			t.Errorf("sent %q", got)
		}
	})
}
