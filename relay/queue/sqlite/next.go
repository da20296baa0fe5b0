package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// batchIDLen is the length of a batch's ID: all that a nonce may have.
const batchIDLen = 25

// Next returns what to send now: see queue.Lane. Deliveries whose next try has
// another form than that of the head are left for a later batch.
func (l *lane) Next(ctx context.Context, limit int) (queue.Turn, error) {
	batch, wait, err := l.next(ctx, limit)
	if err != nil {
		return queue.Turn{}, fmt.Errorf("reading lane %s: %w", l.sink, classify(err))
	}
	return queue.Turn{Batch: batch, Wait: wait}, nil
}

// next reads the lane and its deliveries one after the other, without a
// transaction: only who has the lease changes them, and who has lost it
// meanwhile cannot begin the batch.
func (l *lane) next(ctx context.Context, limit int) (batch queue.Batch, wait time.Duration, err error) {
	if err := ctx.Err(); err != nil {
		return batch, 0, err
	}
	if limit < 1 {
		return batch, 0, fmt.Errorf("a batch of %d deliveries was asked for", limit)
	}
	// These reads are short, and a context that can end costs each a goroutine.
	ctx = context.WithoutCancel(ctx)
	read, now := &l.store.read, l.store.micros()
	if !l.holds() {
		return batch, 0, queue.ErrLost
	}
	row, err := scanLane(read.lane.QueryRowContext(ctx, l.sink))
	if err != nil {
		return batch, 0, err
	}
	if wait := row.rest(now); wait > 0 {
		return batch, wait, nil
	}
	if row.batch != "" {
		batch = queue.Batch{ID: row.batch, Form: row.form, Doubts: row.doubts(row.begunAt != 0)}
		batch.Deliveries, _, err = collect(now, false)(read.batch.QueryContext(ctx, row.deliveries))
		return batch, 0, err
	}
	batch.Deliveries, batch.Form, err = collect(now, true)(read.head.QueryContext(ctx, l.sink, limit))
	if err == nil && len(batch.Deliveries) > 0 {
		batch.ID = rand.Text()[:batchIDLen]
	}
	return batch, 0, err
}

// collect returns a function that reads deliveries and the form of the first.
// With oneForm it stops at the first that has another.
func collect(now int64, oneForm bool) func(*sql.Rows, error) ([]queue.Delivery, relay.Form, error) {
	return func(rows *sql.Rows, err error) (all []queue.Delivery, form relay.Form, _ error) {
		if err != nil {
			return nil, "", err
		}
		defer func() { _ = rows.Close() }() // its error is that of Err
		for rows.Next() {
			d, f, err := scanDelivery(rows, now)
			if err != nil {
				return nil, "", err
			}
			if len(all) == 0 {
				form = f
			} else if oneForm && f != form {
				break
			}
			all = append(all, d)
		}
		return all, form, rows.Err()
	}
}

// scanDelivery reads deliveryColumns.
func scanDelivery(rows *sql.Rows, now int64) (d queue.Delivery, form relay.Form, err error) {
	var event, payload []byte
	var owedAt int64
	if err := rows.Scan(&d.ID, &d.Route, &d.Attempts, &form, &owedAt, &event, &payload); err != nil {
		return d, "", err
	}
	d.Age = age(now, owedAt)
	d.Event, err = decode(event, payload)
	return d, form, err
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
