package deliver_test

import (
	"context"
	"sync/atomic"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// countedLanes counts what is asked of lanes.
type countedLanes struct {
	queue.Lanes
	leases  atomic.Int64
	looks   atomic.Int64 // for what to send
	threads atomic.Int64 // reads of conversations
}

func (c *countedLanes) Lease(ctx context.Context, sink string, ttl time.Duration, budgets []relay.Budget) (queue.Lane, error) {
	c.leases.Add(1)
	lane, err := c.Lanes.Lease(ctx, sink, ttl, budgets)
	return &countedLane{lane, c}, err
}

type countedLane struct {
	queue.Lane
	by *countedLanes
}

func (l *countedLane) Next(ctx context.Context, limit int) (queue.Turn, error) {
	l.by.looks.Add(1)
	return l.Lane.Next(ctx, limit)
}

func (l *countedLane) Threads(ctx context.Context, keys []string) (map[string]queue.Thread, error) {
	l.by.threads.Add(1)
	return l.Lane.Threads(ctx, keys)
}
