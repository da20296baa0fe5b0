package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// Next returns what to send now: see queue.Sending. A delivery whose next try is
// as text goes alone, for it was refused.
func (l *lane) Next(ctx context.Context, limit int) (queue.Turn, error) {
	turn, err := l.next(ctx, limit)
	if err != nil {
		return queue.Turn{}, fmt.Errorf("reading lane %s: %w", l.sink, l.store.db.Classify(err))
	}
	return turn, nil
}

// next reads the lane and its deliveries one after the other, without a
// transaction: only who has the lease changes them, and who has lost it
// meanwhile cannot begin the batch. Begin looks at the budgets again.
func (l *lane) next(ctx context.Context, limit int) (turn queue.Turn, err error) {
	if limit < 1 {
		return turn, fmt.Errorf("a batch of %d deliveries was asked for", limit)
	}
	read := l.store.db.Read()
	now, err := l.store.db.Held(ctx, nil, l.sink, l.fence, false)
	if err != nil {
		return turn, err
	}
	row, err := scanLane(read.QueryRowContext(ctx, l.store.lane.lane, l.sink))
	if err != nil {
		return turn, err
	}
	budgets, err := scanBudgets(read.QueryContext(ctx, l.store.lane.budgets, l.keys))
	if err != nil {
		return turn, err
	}
	left, err := l.left(ctx, now)
	if err != nil {
		return turn, err
	}
	turn.Health = row.Health(now, budgets)
	if len(budgets) > 0 {
		turn.MovedTo = budgets[0].MovedTo
	}
	if wait := max(row.Rest(now), rows.LongestRest(now, budgets), left.Wait); wait > 0 {
		return l.waiting(ctx, turn, &row, wait)
	}
	turn.Batch, err = l.batch(ctx, &row, left.Free, limit, now)
	return turn, err
}

// left returns what the budgets have left. Uses that take room and should not are
// mended first: of requests that nobody waits for, and from a clock set back.
func (l *lane) left(ctx context.Context, now int64) (rows.Room, error) {
	left, err := l.room(ctx, l.store.db.Read(), now)
	if err != nil || !left.Open && !left.Ahead {
		return left, err
	}
	sinks, err := l.abandoned(ctx)
	if err != nil || len(sinks) == 0 && !left.Ahead {
		return left, err
	}
	err = l.store.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) error {
		return l.tidy(ctx, tx, sinks, now)
	}})
	if err != nil {
		return left, err
	}
	return l.room(ctx, l.store.db.Read(), now)
}

// waiting returns the turn of a lane that may send nothing yet.
func (l *lane) waiting(ctx context.Context, turn queue.Turn, row *laneRow, wait time.Duration) (queue.Turn, error) {
	pending := row.Batch != ""
	if !pending {
		n, err := l.pending(ctx, 1)
		if err != nil {
			return turn, err
		}
		pending = n > 0
	}
	if pending {
		turn.Wait = wait
	}
	return turn, nil
}

// pending counts what is pending, up to limit.
func (l *lane) pending(ctx context.Context, limit int) (n int, err error) {
	err = l.store.db.Read().QueryRowContext(ctx, l.store.lane.pending, l.sink, limit).Scan(&n)
	return n, err
}

// batch returns the lane's batch, or makes one for free places in the budgets.
func (l *lane) batch(ctx context.Context, row *laneRow, free, limit int, now int64) (queue.Batch, error) {
	read := l.store.db.Read()
	if row.Batch != "" {
		g := rows.GatherAll()
		err := gather(g, now)(read.QueryContext(ctx, l.store.lane.batch, row.deliveries))
		b := g.Batch(row.Batch, &row.Lane, now)
		b.Form, b.Doubts = row.Form, row.Tries()
		return b, err
	}
	limit, err := l.most(ctx, free, limit)
	if err != nil {
		return queue.Batch{}, err
	}
	g := rows.Gather(&row.Lane)
	err = gather(g, now)(read.QueryContext(ctx, l.store.lane.head, l.sink, limit))
	return g.Batch(rows.NewBatchID(), &row.Lane, now), err
}

// most returns how many deliveries a new batch holds at most: one if all that
// wait can be sent one by one.
func (l *lane) most(ctx context.Context, free, limit int) (int, error) {
	if limit == 1 || free == math.MaxInt {
		return 1, nil
	}
	n, err := l.pending(ctx, free+1)
	if err != nil || n <= free {
		return 1, err
	}
	return limit, nil
}

// gather returns a function that reads deliveries, up to the first that g does not
// take.
func gather(g *rows.Gathering, now int64) func(*sql.Rows, error) error {
	return func(found *sql.Rows, err error) error {
		if err != nil {
			return err
		}
		defer func() { _ = found.Close() }() // its error is that of Err
		for found.Next() {
			d, form, size, err := scanDelivery(found, now)
			if err != nil {
				return err
			}
			if !g.Add(d, form, size) {
				break
			}
		}
		return found.Err()
	}
}

// scanDelivery reads deliveryColumns, and tells how many bytes the event has.
func scanDelivery(found *sql.Rows, now int64) (d queue.Delivery, form relay.Form, size int, err error) {
	var event, payload []byte
	var owedAt int64
	if err := found.Scan(&d.ID, &d.Route, &d.Attempts, &form, &owedAt, &event, &payload); err != nil {
		return d, "", 0, err
	}
	d.Age = rows.Age(now, owedAt)
	d.Event, err = rows.Decode(event, payload)
	return d, form, len(event) + len(payload), err
}
