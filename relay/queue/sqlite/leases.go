package sqlite

import (
	"context"
	"slices"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	"botrelay/relay/queue/sqlstore"
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

// valid reports whether a lease has not ended, or, late, nobody has taken the lane
// since.
func (l *leases) valid(sink string, fence int64, now time.Time, late bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	have := l.lanes[sink]
	return have.fence == fence && (late || now.Before(have.until))
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

// Take makes the caller the only sender of a lane: see sqlstore.Leases.
func (d *database) Take(ctx context.Context, sink string, keys []string, ttl time.Duration, open sqlstore.Operation) (int64, error) {
	fence, err := d.leases.take(sink, keys, d.now(), ttl)
	if err != nil {
		return 0, err
	}
	run := open.Run
	open.Run = func(ctx context.Context, tx sqlstore.Runner, now int64) error {
		if err := run(ctx, tx, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE lanes SET leased = 1 WHERE sink = $1`, sink)
		return err
	}
	if err := d.Do(ctx, open); err != nil {
		now := d.now()
		_ = d.leases.extend(sink, fence, now, now) // it is not ours if it is over
		return 0, err
	}
	return fence, nil
}

// Held returns the store's time if the lease still lasts: see sqlstore.Leases. A
// lease that ends between the look and the commit does no harm: another sender
// begins with the same writer, after it.
func (d *database) Held(ctx context.Context, tx sqlstore.Runner, sink string, fence int64, late bool) (int64, error) {
	if tx == nil {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
	}
	now := d.now()
	if !d.leases.valid(sink, fence, now, late) {
		return 0, queue.ErrLost
	}
	return now.UnixMicro(), nil
}

// Extend lets a lease last for ttl from now: see sqlstore.Leases.
func (d *database) Extend(ctx context.Context, sink string, fence int64, ttl time.Duration) error {
	if err := d.usable(ctx); err != nil {
		return err
	}
	now := d.now()
	return d.leases.extend(sink, fence, now, now.Add(ttl))
}

// Abandoned returns those of some lanes that nobody has.
func (d *database) Abandoned(_ context.Context, sinks []string) ([]string, error) {
	now := d.now()
	return slices.DeleteFunc(sinks, func(sink string) bool { return d.leases.taken(sink, now) }), nil
}

// Wake wakes the senders of lanes.
func (d *database) Wake(sinks []string) { d.wakes.Wake(sinks) }

// WakeSharing wakes the senders of all lanes that have one of these budgets.
func (d *database) WakeSharing(keys []string) { d.Wake(d.leases.sharing(keys)) }
