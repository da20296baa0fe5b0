package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
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
	fence int64
	until time.Time
}

// take gives sink's lane to a new sender, or returns queue.ErrTaken.
func (l *leases) take(sink string, now time.Time, ttl time.Duration) (fence int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Before(l.lanes[sink].until) {
		return 0, queue.ErrTaken
	}
	l.fence++
	if l.lanes == nil {
		l.lanes = make(map[string]lease)
	}
	l.lanes[sink] = lease{l.fence, now.Add(min(ttl, farOff))}
	return l.fence, nil
}

// holds reports whether a lease has not ended.
func (l *leases) holds(sink string, fence int64, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	have := l.lanes[sink]
	return have.fence == fence && now.Before(have.until)
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
	l.lanes[sink] = lease{fence, until}
	return nil
}

// lane is a leased lane. It holds nothing that changes.
type lane struct {
	store *Store
	sink  string
	fence int64
}

// Lease makes the caller the only sender of sink's lane: see queue.Lanes.
func (s *Store) Lease(ctx context.Context, sink string, ttl time.Duration, _ []relay.Budget) (queue.Lane, error) {
	fence, err := s.leases.take(sink, s.now(), ttl)
	if err != nil {
		return nil, fmt.Errorf("leasing lane %s: %w", sink, err)
	}
	l := &lane{s, sink, fence}
	err = s.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		_, err := c.openLane.ExecContext(ctx, sink)
		return err
	}}, true)
	if err != nil {
		now := s.now()
		_ = s.leases.extend(sink, fence, now, now) // it is not ours if it is over
		return nil, fmt.Errorf("leasing lane %s: %w", sink, err)
	}
	return l, nil
}

// Renew lets the lease last for ttl from now.
func (l *lane) Renew(ctx context.Context, ttl time.Duration) error {
	return l.extend(ctx, "renewing the lease of", min(ttl, farOff))
}

// Release ends the lease.
func (l *lane) Release(ctx context.Context) error { return l.extend(ctx, "releasing", 0) }

func (l *lane) extend(ctx context.Context, doing string, ttl time.Duration) error {
	err := l.store.usable(ctx)
	if err == nil {
		now := l.store.now()
		err = l.store.leases.extend(l.sink, l.fence, now, now.Add(ttl))
	}
	if err != nil {
		return fmt.Errorf("%s lane %s: %w", doing, l.sink, err)
	}
	return nil
}

// do runs a change of the lane, unless the lease has ended. A lease that ends
// between the look and the commit does no harm: another sender begins with the
// same writer, after it.
func (l *lane) do(ctx context.Context, doing string, run func(context.Context, *conn, *laneRow, int64) error) error {
	err := l.store.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		if !l.holds() {
			return queue.ErrLost
		}
		row, err := scanLane(c.lane.QueryRowContext(ctx, l.sink))
		if err != nil {
			return err
		}
		return run(ctx, c, &row, l.store.micros())
	}}, true)
	if err != nil {
		return fmt.Errorf("%s lane %s: %w", doing, l.sink, err)
	}
	return nil
}

// holds reports whether the lane is still ours.
func (l *lane) holds() bool { return l.store.leases.holds(l.sink, l.fence, l.store.now()) }

// laneRow is a lane as it is stored.
type laneRow struct {
	restedAt, resumeAt int64
	held               bool
	reason             string
	batch              string // empty: none
	begunAt            int64  // 0: no request is under way
	form               relay.Form
	doubtful           bool
	deliveries         string // JSON array of IDs
}

// scanLane reads laneColumns.
func scanLane(row *sql.Row) (r laneRow, err error) {
	err = row.Scan(&r.restedAt, &r.resumeAt, &r.held, &r.reason,
		&r.batch, &r.begunAt, &r.form, &r.doubtful, &r.deliveries)
	if errors.Is(err, sql.ErrNoRows) {
		err = errors.New("its lane was never opened")
	}
	return r, err
}

// rest returns how long the lane still sends nothing. A clock that was set back
// to before the rest began ends it: it would last for nobody knows how long.
func (r *laneRow) rest(now int64) time.Duration {
	if now < r.restedAt || now >= r.resumeAt {
		return 0
	}
	return time.Duration(r.resumeAt-now) * time.Microsecond
}

// farOff is more than anything waits, and keeps times from overflowing.
const farOff = 100 * 365 * 24 * time.Hour

// later returns the first microsecond at which d has passed since now.
func later(now int64, d time.Duration) int64 {
	d = min(max(d, 0), farOff)
	return now + int64((d+time.Microsecond-1)/time.Microsecond)
}

// doubts returns how many tries of the batch may have arrived.
func (r *laneRow) doubts(underWay bool) int {
	if r.doubtful || underWay {
		return 1
	}
	return 0
}

// Tell is not built yet.
func (l *lane) Tell(context.Context, bool, relay.Event, []queue.Owed) error {
	return errors.New("not built")
}

// Replay is not built yet.
func (s *Store) Replay(context.Context, []queue.Redelivery) (int, error) {
	return 0, errors.New("not built")
}

// Prune is not built yet.
func (s *Store) Prune(context.Context, queue.Retention) (int, bool, error) {
	return 0, false, errors.New("not built")
}
