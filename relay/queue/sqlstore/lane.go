package sqlstore

import (
	"cmp"
	"context"
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
	l := &lane{store: s, sink: sink, budgets: slices.Clone(budgets), keys: jsonOf(keys)}
	l.fence, err = s.db.Take(ctx, sink, keys, ttl, l.open())
	return l, err
}

// open makes the lane and its budgets if there are none, and ends what a former
// sender left: its open requests, and the rests that a person has seen to.
func (l *lane) open() Operation {
	var free []string // keys of budgets that rest no longer
	return Operation{Run: func(ctx context.Context, tx Runner, now int64) (err error) {
		texts := &l.store.lane
		if _, err := tx.ExecContext(ctx, texts.open, l.sink, l.keys); err != nil {
			return err
		}
		// Everybody takes budgets in the same order, so that no two wait for each other.
		for _, b := range slices.SortedFunc(slices.Values(l.budgets), func(a, b relay.Budget) int { return cmp.Compare(a.Key, b.Key) }) {
			if _, err := tx.ExecContext(ctx, texts.openBudget, b.Key, rows.Span(b)); err != nil {
				return err
			}
		}
		if err := l.tidy(ctx, tx, []string{l.sink}, now); err != nil {
			return err
		}
		free, err = column[string](tx.QueryContext(ctx, texts.freeBudgets, l.keys))
		return err
	}, Committed: func() { l.wakeSharing(free) }}
}

// wakeSharing wakes the senders of all lanes that have one of these budgets.
func (l *lane) wakeSharing(keys []string) {
	if len(keys) > 0 {
		l.store.db.WakeSharing(keys)
	}
}

// Renew lets the lease last for ttl from now.
func (l *lane) Renew(ctx context.Context, ttl time.Duration) error {
	return l.extend(ctx, "renewing the lease of", min(ttl, rows.FarOff))
}

// Release ends the lease.
func (l *lane) Release(ctx context.Context) error { return l.extend(ctx, "releasing", 0) }

func (l *lane) extend(ctx context.Context, doing string, ttl time.Duration) error {
	if err := l.store.db.Extend(ctx, l.sink, l.fence, ttl); err != nil {
		return fmt.Errorf("%s lane %s: %w", doing, l.sink, err)
	}
	return nil
}

// change is one change of a lane: an operation on its row.
type change struct {
	doing     string // for errors: "settling a batch of"
	run       func(ctx context.Context, tx Runner, row *laneRow, now int64) error
	committed func() // once it is durable, if not nil
	batch     string // the one that it ends; empty: none
}

// do makes a change, unless the lease has ended.
func (l *lane) do(ctx context.Context, ch change) error {
	// What is refused before anything was changed is no failure of the
	// transaction: that would take apart the commit that others share.
	var refused error
	err := l.store.db.Do(ctx, Operation{Ends: ch.batch != "", Run: func(ctx context.Context, tx Runner, _ int64) error {
		refused = nil
		now, row, err := l.locked(ctx, tx, ch.batch)
		if err == nil {
			err = ch.run(ctx, tx, &row, now)
		}
		if errors.Is(err, queue.ErrNoRoom) || errors.Is(err, queue.ErrLost) {
			refused, err = err, nil
		}
		return err
	}, Committed: func() {
		if refused == nil && ch.committed != nil {
			ch.committed()
		}
	}})
	if err == nil { // otherwise the operation may still be under way
		err = refused
	}
	if err != nil {
		return fmt.Errorf("%s lane %s: %w", ch.doing, l.sink, err)
	}
	return nil
}

// locked returns the lane for a change, and the store's time, unless the lease has
// ended. What is under way, if it is ended, may be recorded until somebody takes the
// lane: it went out within the lease, and would go out again.
func (l *lane) locked(ctx context.Context, tx Runner, ended string) (now int64, row laneRow, err error) {
	now, err = l.store.db.Held(ctx, tx, l.sink, l.fence, false)
	late := ended != "" && errors.Is(err, queue.ErrLost)
	if late {
		now, err = l.store.db.Held(ctx, tx, l.sink, l.fence, true)
	}
	if err != nil {
		return 0, row, err
	}
	row, err = scanLane(tx.QueryRowContext(ctx, l.store.lane.lane, l.sink))
	if err == nil && late && (row.Batch != ended || row.BegunAt == 0) {
		err = queue.ErrLost
	}
	return now, row, err
}

// Resume ends the lane's rest: see queue.Lane.
func (l *lane) Resume(ctx context.Context) error {
	return l.do(ctx, change{doing: "resuming", run: func(ctx context.Context, tx Runner, _ *laneRow, _ int64) error {
		_, err := tx.ExecContext(ctx, l.store.lane.resume, l.sink)
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
	return l.do(ctx, change{
		doing: "telling of",
		run: func(ctx context.Context, tx Runner, _ *laneRow, now int64) error {
			if len(owed) > 0 {
				if err := p.run(ctx, tx, &l.store.put, now); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, l.store.lane.tell, told, l.sink)
			return err
		},
		committed: func() {
			if !p.receipt.Duplicate {
				l.store.db.Wake(sinksOf(owed))
			}
		},
	})
}
