package sqlite

import (
	"database/sql"
	"errors"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// laneRow is a lane as it is stored: see the table lanes.
type laneRow struct {
	budgets            string // JSON array of keys
	restedAt, resumeAt int64
	held               bool
	reason             string
	failingAt          int64
	told               bool
	failed             int64 // the delivery that failures are of
	failures           int
	failedAt           int64
	most               int
	mostUntil          int64
	batch              string // empty: none
	begunAt            int64  // 0: no request is under way
	form               relay.Form
	doubts             int
	deliveries         string // JSON array of IDs
}

// laneColumns are what scanLane reads.
const laneColumns = `budgets, rested_at, resume_at, held, reason, failing_at, told, failed, failures, failed_at,
	most, most_until, batch, begun_at, form, doubts, deliveries`

// fields returns where laneColumns go.
func (r *laneRow) fields() []any {
	return []any{
		&r.budgets, &r.restedAt, &r.resumeAt, &r.held, &r.reason, &r.failingAt, &r.told, &r.failed, &r.failures, &r.failedAt,
		&r.most, &r.mostUntil, &r.batch, &r.begunAt, &r.form, &r.doubts, &r.deliveries,
	}
}

func scanLane(row *sql.Row) (r laneRow, err error) {
	err = row.Scan(r.fields()...)
	if errors.Is(err, sql.ErrNoRows) {
		err = errors.New("its lane was never opened")
	}
	return r, err
}

// rest returns how long the lane still sends nothing of its own accord.
func (r *laneRow) rest(now int64) time.Duration { return rest(now, r.restedAt, r.resumeAt) }

// health returns how the lane does. A budget that refuses everything tells as
// much as a destination that does.
func (r *laneRow) health(now int64, budgets []budgetRow) queue.Health {
	h := queue.Health{Held: r.held, Failing: since(now, r.failingAt), Reason: r.reason, Told: r.told}
	for _, b := range budgets {
		if !b.held {
			continue
		}
		if !h.Held {
			h.Held, h.Reason = true, b.reason
		}
		h.Failing = max(h.Failing, since(now, b.heldAt))
	}
	return h
}

// triesMade returns how many tries of the batch may have arrived. One that was
// begun and not settled may have.
func (r *laneRow) triesMade() int {
	if r.begunAt != 0 {
		return r.doubts + 1
	}
	return r.doubts
}

// failuresOf returns how often a delivery has failed in a row, and since when.
// Those of a former head are no other's.
func (r *laneRow) failuresOf(delivery int64) (n int, failedAt int64) {
	if r.failed != delivery {
		return 0, 0
	}
	return r.failures, r.failedAt
}

// capOf returns how many deliveries a batch that begins with this one may hold
// by an earlier settlement; 0: as many as it likes.
func (r *laneRow) capOf(head int64) int {
	if head > r.mostUntil {
		return 0
	}
	return r.most
}

// rest returns how long a rest still lasts. A clock that was set back to before
// it began ends it: it would last for nobody knows how long.
func rest(now, from, until int64) time.Duration {
	if now < from || now >= until {
		return 0
	}
	return time.Duration(until-now) * time.Microsecond
}

// since returns how long ago then was: never 0, though a clock may be set back,
// unless then is 0, for never.
func since(now, then int64) time.Duration {
	if then == 0 {
		return 0
	}
	return time.Duration(max(now-then, 1)) * time.Microsecond
}

// farOff is more than anything waits, and keeps times from overflowing.
const farOff = 100 * 365 * 24 * time.Hour

// later returns the first microsecond at which d has passed since now.
func later(now int64, d time.Duration) int64 { return now + micros(d) }

// micros returns d in whole microseconds, rounded up.
func micros(d time.Duration) int64 {
	d = min(max(d, 0), farOff)
	return int64((d + time.Microsecond - 1) / time.Microsecond)
}
