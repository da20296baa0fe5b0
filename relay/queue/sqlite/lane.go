package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// lane is a leased lane. It holds nothing that changes.
type lane struct {
	store   *Store
	sink    string
	fence   int64
	budgets []relay.Budget
	keys    string // the budgets', as a JSON array
}

// Lease makes the caller the only sender of sink's lane: see queue.Lanes.
func (s *Store) Lease(ctx context.Context, sink string, ttl time.Duration, budgets []relay.Budget) (queue.Lane, error) {
	l, err := s.lease(ctx, sink, ttl, budgets)
	if err != nil {
		return nil, fmt.Errorf("leasing lane %s: %w", sink, err)
	}
	return l, nil
}

func (s *Store) lease(ctx context.Context, sink string, ttl time.Duration, budgets []relay.Budget) (*lane, error) {
	keys, err := rows.Keys(budgets)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	fence, err := s.leases.take(sink, keys, s.now(), ttl)
	if err != nil {
		return nil, err
	}
	l := &lane{s, sink, fence, slices.Clone(budgets), string(text)}
	if err := l.open(ctx); err != nil {
		now := s.now()
		_ = s.leases.extend(sink, fence, now, now) // it is not ours if it is over
		return nil, err
	}
	return l, nil
}

// open makes the lane and its budgets if there are none, and ends what a former
// sender left: its open requests, and the rests that a person has seen to.
func (l *lane) open(ctx context.Context) error {
	var free []string // keys of budgets that rest no longer
	return l.store.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) (err error) {
		now := l.store.micros()
		if _, err := c.openLane.ExecContext(ctx, l.sink, l.keys); err != nil {
			return err
		}
		for _, b := range l.budgets {
			if _, err := c.openBudget.ExecContext(ctx, b.Key, rows.Span(b)); err != nil {
				return err
			}
		}
		if err := l.tidy(ctx, c, []string{l.sink}, now); err != nil {
			return err
		}
		free, err = column[string](c.freeBudgets.QueryContext(ctx, l.keys))
		return err
	}, committed: func() { l.store.wakeSharing(free) }}, true)
}

// Renew lets the lease last for ttl from now.
func (l *lane) Renew(ctx context.Context, ttl time.Duration) error {
	return l.extend(ctx, "renewing the lease of", min(ttl, rows.FarOff))
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

// valid reports whether the lease still lasts.
func (l *lane) valid() bool { return l.store.leases.valid(l.sink, l.fence, l.store.now()) }

// change is one change of a lane: an operation on its row.
type change struct {
	doing     string // for errors: "settling a batch of"
	run       func(context.Context, *conn, *laneRow, int64) error
	committed func() // once it is durable, if not nil
}

// do makes a change, unless the lease has ended. A lease that ends between the
// look and the commit does no harm: another sender begins with the same writer,
// after it.
func (l *lane) do(ctx context.Context, ch change) error {
	// What is refused before anything was changed is no failure of the
	// transaction: that would take apart the commit that others share.
	var refused error
	err := l.store.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		refused = nil
		if !l.valid() {
			refused = queue.ErrLost
			return nil
		}
		row, err := scanLane(c.lane.QueryRowContext(ctx, l.sink))
		if err != nil {
			return err
		}
		err = ch.run(ctx, c, &row, l.store.micros())
		if errors.Is(err, queue.ErrNoRoom) {
			refused, err = err, nil
		}
		return err
	}, committed: func() {
		if refused == nil && ch.committed != nil {
			ch.committed()
		}
	}}, true)
	if err == nil { // otherwise the operation may still be under way
		err = refused
	}
	if err != nil {
		return fmt.Errorf("%s lane %s: %w", ch.doing, l.sink, err)
	}
	return nil
}

// Resume ends the lane's rest: see queue.Lane.
func (l *lane) Resume(ctx context.Context) error {
	return l.do(ctx, change{doing: "resuming", run: func(ctx context.Context, c *conn, _ *laneRow, _ int64) error {
		_, err := c.resume.ExecContext(ctx, l.sink)
		return err
	}})
}

// Tell puts an event of the relay's own and remembers that it did: see
// queue.Lane.
func (l *lane) Tell(ctx context.Context, told bool, event relay.Event, owed []queue.Owed) error {
	p, err := newPut(event, owed)
	if err != nil {
		return fmt.Errorf("telling of lane %s: %w", l.sink, err)
	}
	p.now = l.store.micros
	return l.do(ctx, change{
		doing: "telling of",
		run: func(ctx context.Context, c *conn, _ *laneRow, _ int64) error {
			if len(owed) > 0 {
				if err := p.run(ctx, c); err != nil {
					return err
				}
			}
			_, err := c.tell.ExecContext(ctx, told, l.sink)
			return err
		},
		committed: func() {
			if !p.receipt.Duplicate {
				l.store.wakes.poke(owed)
			}
		},
	})
}
