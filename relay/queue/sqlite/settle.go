package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// maxAttempts is how many failed attempts of a delivery are kept.
const maxAttempts = 100

// Settle records what the attempt came to: see queue.Sending.
func (l *lane) Settle(ctx context.Context, batch queue.Batch, s queue.Settlement) error {
	switch s.State {
	case queue.Again, queue.Sent, queue.Dead:
	default:
		return fmt.Errorf("settling batch %s: unknown state %q", batch.ID, s.State)
	}
	if s.Thread.Root != "" && s.State != queue.Sent {
		return fmt.Errorf("settling batch %s as %s: a conversation goes on only by what is sent", batch.ID, s.State)
	}
	var free []string // keys of budgets that are held no longer
	return l.do(ctx, change{
		doing: "settling a batch of",
		run: func(ctx context.Context, c *conn, row *laneRow, now int64) (err error) {
			if row.batch != batch.ID || row.begunAt == 0 {
				return fmt.Errorf("batch %q was not begun", batch.ID)
			}
			var ids []int64
			if err := json.Unmarshal([]byte(row.deliveries), &ids); err != nil {
				return fmt.Errorf("reading batch %s: %w", batch.ID, err)
			}
			if err := settleDeliveries(ctx, c, row, s, now); err != nil {
				return err
			}
			if err := recordFailure(ctx, c, len(ids), row, s.Verdict, now); err != nil {
				return err
			}
			if free, err = l.settleBudgets(ctx, c, s, now); err != nil {
				return err
			}
			if err := l.settleThread(ctx, c, s.Thread, now); err != nil {
				return err
			}
			return l.settleLane(ctx, c, ids, row, s, now)
		},
		committed: func() { l.store.wakeSharing(free) },
	})
}

// settleDeliveries writes what the attempt came to for each delivery.
func settleDeliveries(ctx context.Context, c *conn, row *laneRow, s queue.Settlement, now int64) error {
	form, messageID, settledAt := cmp.Or(s.Form, row.form), "", int64(0) // a kept batch goes in the lane's form
	if s.State == queue.Sent {
		messageID = s.Verdict.ID
	}
	if s.State != queue.Again {
		settledAt = now
	}
	var reason any // NULL leaves the former one
	if s.Verdict.Outcome != relay.Sent {
		reason = s.Verdict.Reason
	}
	_, err := c.settle.ExecContext(ctx, string(s.State), string(form), reason, messageID, settledAt, row.deliveries)
	return err
}

// recordFailure keeps an attempt that did not succeed with each of the batch's
// deliveries, for people to look up, and drops the oldest beyond maxAttempts.
func recordFailure(ctx context.Context, c *conn, size int, row *laneRow, v relay.Verdict, now int64) error {
	if v.Outcome == relay.Sent {
		return nil
	}
	took := max(now-row.begunAt, 0)
	_, err := c.addAttempts.ExecContext(ctx, row.batch, row.begunAt, took, string(v.Outcome), v.Status, v.Reason, size, row.deliveries)
	if err != nil {
		return err
	}
	_, err = c.dropAttempts.ExecContext(ctx, row.deliveries, maxAttempts)
	return err
}

// settleBudgets records the answer in the budgets, and their holds and moves. It
// returns those that are held no longer.
func (l *lane) settleBudgets(ctx context.Context, c *conn, s queue.Settlement, now int64) (free []string, err error) {
	if len(l.budgets) > 0 {
		if _, err := c.closeUses.ExecContext(ctx, now, l.sink); err != nil {
			return nil, err
		}
		if _, err := c.dropUses.ExecContext(ctx, l.keys, now); err != nil {
			return nil, err
		}
		if s.Verdict.Outcome == relay.Sent {
			if free, err = column[string](c.endHolds.QueryContext(ctx, l.keys)); err != nil {
				return nil, err
			}
		}
	}
	for _, h := range s.Holds {
		if err := addHold(ctx, c, h, s.Verdict.Reason, now); err != nil {
			return nil, err
		}
	}
	if s.Move.Key != "" {
		err = move(ctx, c, s.Move)
	}
	return free, err
}

// addHold lets a budget rest.
func addHold(ctx context.Context, c *conn, h queue.Hold, reason string, now int64) (err error) {
	if h.Refused {
		_, err = c.holdBudget.ExecContext(ctx, h.Key, now, later(now, h.For), reason)
	} else {
		_, err = c.restBudget.ExecContext(ctx, h.Key, now, later(now, h.For))
	}
	return err
}

// settleLane ends the batch, or keeps it for another try, and notes how the
// lane does.
func (l *lane) settleLane(ctx context.Context, c *conn, ids []int64, row *laneRow, s queue.Settlement, now int64) error {
	to, sent, dead := *row, 0, 0
	to.restedAt, to.resumeAt = 0, 0
	to.batch, to.doubts, to.deliveries = "", 0, "[]"
	to.failed, to.failures, to.failedAt = 0, 0, 0
	switch s.State {
	case queue.Sent:
		sent = len(ids)
	case queue.Dead:
		dead = len(ids)
	case queue.Again:
		to.again(row, ids, s, now)
	case queue.Replayed: // no request comes to that
	}
	to.judged(s.Verdict)
	asked := s.Verdict.Outcome == relay.Later && s.Verdict.After > 0
	_, err := c.settleLane.ExecContext(ctx, to.restedAt, to.resumeAt, asked, to.held, to.reason, to.failingAt,
		to.failed, to.failures, to.failedAt, to.most, to.mostUntil,
		sent, dead, to.batch, to.doubts, to.deliveries, l.sink)
	return err
}

// again notes how the deliveries go again, row being the lane as it was.
func (r *laneRow) again(row *laneRow, ids []int64, s queue.Settlement, now int64) {
	if s.After > 0 {
		r.restedAt, r.resumeAt = now, later(now, s.After)
	}
	if s.Keep {
		r.batch, r.doubts, r.deliveries = row.batch, row.doubts, row.deliveries
		if s.Verdict.Doubtful {
			r.doubts++
		}
	}
	if s.Failures > 0 {
		former, failedAt := row.failuresOf(ids[0])
		if former == 0 || s.Failures < former {
			failedAt = row.begunAt
		}
		r.failed, r.failures, r.failedAt = ids[0], s.Failures, failedAt
	}
	if s.Most > 0 {
		r.most, r.mostUntil = s.Most, slices.Max(ids)
	}
}

// judged notes how the lane does by a verdict. A temporary failure tells nothing
// about a destination that refuses everything; one that refuses a message takes
// messages again.
func (r *laneRow) judged(v relay.Verdict) {
	switch v.Outcome {
	case relay.Sent:
		r.held, r.reason, r.failingAt = false, "", 0
		return
	case relay.Refused:
		r.held, r.reason, r.failingAt = false, v.Reason, 0
		return
	case relay.Held:
		r.held, r.reason = true, v.Reason
	case relay.Later:
		if !r.held {
			r.reason = v.Reason
		}
	}
	if r.failingAt == 0 {
		r.failingAt = r.begunAt
	}
}
