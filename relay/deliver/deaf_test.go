package deliver_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
)

// lookedAt counts how often lanes are asked what to send.
type lookedAt struct {
	queue.Lanes
	times atomic.Int64
}

func (l *lookedAt) Lease(ctx context.Context, sink string, ttl time.Duration, budgets []relay.Budget) (queue.Lane, error) {
	lane, err := l.Lanes.Lease(ctx, sink, ttl, budgets)
	return &lookedLane{lane, l}, err
}

type lookedLane struct {
	queue.Lane
	by *lookedAt
}

func (l *lookedLane) Next(ctx context.Context, limit int) (queue.Turn, error) {
	l.by.times.Add(1)
	return l.Lane.Next(ctx, limit)
}

// TestDeafWhileItWaits: events that come while a lane has to wait do not have it look at the
// store one by one, and it sends on the instant at which it may.
func TestDeafWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t)
		defer l.close()
		p := &platform{budgets: channel("c", relay.Limit{Count: 1, Per: 10 * time.Second})}
		counted := &lookedAt{Lanes: l.store}
		defer l.startWith(deliver.Config{Name: "sales", Sink: p, Digest: true, Lanes: counted})()
		l.put("first", "sales")
		synctest.Wait()
		before := counted.times.Load()
		for i := range 1000 { // within a second
			l.put(fmt.Sprint(i), "sales")
			pass(time.Millisecond)
		}
		if looks := counted.times.Load() - before; looks < 1 || looks > 21 {
			t.Errorf("the lane looked %d times while 1,000 events came in a second", looks)
		}
		pass(10 * time.Second)
		if at := p.times(); len(at) < 2 || at[1] != 10*time.Second {
			t.Errorf("sent at %v", at)
		}
	})
}
