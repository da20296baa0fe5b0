package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// batchIDLen is the length of a batch's ID: all that a nonce may have.
	batchIDLen = 25
	// batchBytes is how large the events of a batch are together, unless it has
	// one alone. A lead is of one or two KiB.
	batchBytes = 512 << 10
)

// Next returns what to send now: see queue.Sending. A delivery whose next try is
// as text goes alone, for it was refused.
func (l *lane) Next(ctx context.Context, limit int) (queue.Turn, error) {
	turn, err := l.next(ctx, limit)
	if err != nil {
		return queue.Turn{}, fmt.Errorf("reading lane %s: %w", l.sink, classify(err))
	}
	return turn, nil
}

// next reads the lane and its deliveries one after the other, without a
// transaction: only who has the lease changes them, and who has lost it
// meanwhile cannot begin the batch. Begin looks at the budgets again.
func (l *lane) next(ctx context.Context, limit int) (turn queue.Turn, err error) {
	if err := ctx.Err(); err != nil {
		return turn, err
	}
	if limit < 1 {
		return turn, fmt.Errorf("a batch of %d deliveries was asked for", limit)
	}
	// These reads are short, and a context that can end costs each a goroutine.
	ctx = context.WithoutCancel(ctx)
	read, now := &l.store.read, l.store.micros()
	if !l.valid() {
		return turn, queue.ErrLost
	}
	row, err := scanLane(read.lane.QueryRowContext(ctx, l.sink))
	if err != nil {
		return turn, err
	}
	budgets, err := scanBudgets(read.budgets.QueryContext(ctx, l.keys))
	if err != nil {
		return turn, err
	}
	left, err := l.left(ctx, now)
	if err != nil {
		return turn, err
	}
	turn.Health = row.health(now, budgets)
	if len(budgets) > 0 {
		turn.MovedTo = budgets[0].movedTo
	}
	if wait := max(row.rest(now), longestRest(now, budgets), left.wait); wait > 0 {
		return l.waiting(ctx, turn, &row, wait)
	}
	turn.Batch, err = l.batch(ctx, &row, left.free, limit, now)
	return turn, err
}

// left returns what the budgets have left. Uses that take room and should not are
// mended first: of requests that nobody waits for, and from a clock set back.
func (l *lane) left(ctx context.Context, now int64) (room, error) {
	read := &l.store.read
	left, err := l.room(ctx, read.window, now)
	if err != nil || !left.open && !left.ahead {
		return left, err
	}
	sinks, err := l.abandoned(ctx)
	if err != nil || len(sinks) == 0 && !left.ahead {
		return left, err
	}
	err = l.store.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		return l.tidy(ctx, c, sinks, now)
	}}, true)
	if err != nil {
		return left, err
	}
	return l.room(ctx, read.window, now)
}

// waiting returns the turn of a lane that may send nothing yet.
func (l *lane) waiting(ctx context.Context, turn queue.Turn, row *laneRow, wait time.Duration) (queue.Turn, error) {
	pending := row.batch != ""
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
	err = l.store.read.pending.QueryRowContext(ctx, l.sink, limit).Scan(&n)
	return n, err
}

// batch returns the lane's batch, or makes one for free places in the budgets.
func (l *lane) batch(ctx context.Context, row *laneRow, free, limit int, now int64) (b queue.Batch, err error) {
	read := &l.store.read
	if row.batch != "" {
		b = queue.Batch{ID: row.batch, Form: row.form, Doubts: row.triesMade()}
		b.Deliveries, _, err = take(now, everything)(read.batch.QueryContext(ctx, row.deliveries))
	} else {
		if limit, err = l.most(ctx, free, limit); err != nil {
			return b, err
		}
		b.Deliveries, b.Form, err = take(now, func(all []queue.Delivery, form, next relay.Form, bytes int) bool {
			most := row.capOf(all[0].ID)
			return form != relay.Text && next == form && bytes <= batchBytes && (most == 0 || len(all) < most)
		})(read.head.QueryContext(ctx, l.sink, limit))
		b.ID = rand.Text()[:batchIDLen]
	}
	if err != nil || len(b.Deliveries) == 0 {
		return queue.Batch{}, err
	}
	failures, failedAt := row.failuresOf(b.Deliveries[0].ID)
	b.Failures, b.Failing = failures, since(now, failedAt)
	return b, nil
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

// fits decides whether a batch of some deliveries takes the next one too: form is
// that of the batch, next that of the delivery, and bytes the size of all with it.
type fits func(batch []queue.Delivery, form, next relay.Form, bytes int) bool

func everything([]queue.Delivery, relay.Form, relay.Form, int) bool { return true }

// take returns a function that reads deliveries, up to the first that does not
// fit, and the form of the first.
func take(now int64, fit fits) func(*sql.Rows, error) ([]queue.Delivery, relay.Form, error) {
	return func(rows *sql.Rows, err error) (all []queue.Delivery, form relay.Form, _ error) {
		if err != nil {
			return nil, "", err
		}
		defer func() { _ = rows.Close() }() // its error is that of Err
		bytes := 0
		for rows.Next() {
			d, next, size, err := scanDelivery(rows, now)
			if err != nil {
				return nil, "", err
			}
			bytes += size
			if len(all) == 0 {
				form = next
			} else if !fit(all, form, next, bytes) {
				break
			}
			all = append(all, d)
		}
		return all, form, rows.Err()
	}
}

// scanDelivery reads deliveryColumns, and tells how many bytes the event has.
func scanDelivery(rows *sql.Rows, now int64) (d queue.Delivery, form relay.Form, size int, err error) {
	var event, payload []byte
	var owedAt int64
	if err := rows.Scan(&d.ID, &d.Route, &d.Attempts, &form, &owedAt, &event, &payload); err != nil {
		return d, "", 0, err
	}
	d.Age = age(now, owedAt)
	d.Event, err = decode(event, payload)
	return d, form, len(event) + len(payload), err
}

// age is never negative, though a clock may be set back.
func age(now, owedAt int64) time.Duration {
	return time.Duration(max(now-owedAt, 0)) * time.Microsecond
}

// decode is the opposite of encode.
func decode(text, payload []byte) (event relay.Event, err error) {
	if err := json.Unmarshal(text, &event); err != nil {
		return event, fmt.Errorf("reading a stored event: %w", err)
	}
	event.Payload = payload
	return event, nil
}
