package sqlite

import (
	"slices"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// leases are the lanes that are leased. They are kept in memory: the lock on the
// file proves that no other process has a lane, and a lease in memory costs no
// commit, needs no space on a full disk, and lasts by the monotonic clock.
type leases struct {
	mu    sync.Mutex
	fence int64 // counts leases, so that each has a number of its own
	lanes map[string]lease
}

type lease struct {
	fence   int64
	until   time.Time
	budgets []string // keys; never changed
}

// take gives sink's lane to a new sender, or returns queue.ErrTaken.
func (l *leases) take(sink string, budgets []string, now time.Time, ttl time.Duration) (fence int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.lanes[sink].until) {
		return 0, queue.ErrTaken
	}
	l.fence++
	if l.lanes == nil {
		l.lanes = make(map[string]lease)
	}
	l.lanes[sink] = lease{l.fence, now.Add(min(ttl, rows.FarOff)), budgets}
	return l.fence, nil
}

// valid reports whether a lease has not ended.
func (l *leases) valid(sink string, fence int64, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	have := l.lanes[sink]
	return have.fence == fence && now.Before(have.until)
}

// taken reports whether anybody has a lane.
func (l *leases) taken(sink string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return now.Before(l.lanes[sink].until)
}

// extend lets a lease that has not ended last until then; otherwise it returns
// queue.ErrLost.
func (l *leases) extend(sink string, fence int64, now, until time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	have := l.lanes[sink]
	if have.fence != fence || !now.Before(have.until) {
		return queue.ErrLost
	}
	have.until = until
	l.lanes[sink] = have
	return nil
}

// sharing returns the lanes that were leased with one of these budgets.
func (l *leases) sharing(budgets []string) (sinks []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for sink, have := range l.lanes {
		if slices.ContainsFunc(have.budgets, func(key string) bool { return slices.Contains(budgets, key) }) {
			sinks = append(sinks, sink)
		}
	}
	return sinks
}
