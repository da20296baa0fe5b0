package sqlstore

import (
	"cmp"
	"context"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
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
		run: func(ctx context.Context, tx Runner, row *laneRow, now int64) (err error) {
			if row.Batch != batch.ID || row.BegunAt == 0 {
				return fmt.Errorf("batch %q was not begun", batch.ID)
			}
			if err := l.settleDeliveries(ctx, tx, row, s, now); err != nil {
				return err
			}
			if err := l.recordFailure(ctx, tx, row, s.Verdict, now); err != nil {
				return err
			}
			if free, err = l.settleBudgets(ctx, tx, s, now); err != nil {
				return err
			}
			if err := l.settleThread(ctx, tx, s.Thread, now); err != nil {
				return err
			}
			return l.settleLane(ctx, tx, row, s, now)
		},
		committed: func() { l.wakeSharing(free) },
		batch:     batch.ID,
	})
}

// settleDeliveries writes what the attempt came to for each delivery.
func (l *lane) settleDeliveries(ctx context.Context, tx Runner, row *laneRow, s queue.Settlement, now int64) error {
	form, messageID, settledAt := cmp.Or(s.Form, row.Form), "", int64(0) // a kept batch goes in the lane's form
	if s.State == queue.Sent {
		messageID = s.Verdict.ID
	}
	if s.State != queue.Again {
		settledAt = now
	}
	var reason any // NULL leaves the former one
	if s.Verdict.Outcome != relay.Sent {
		reason = queue.GroupReason(s.Verdict.Reason)
	}
	_, err := tx.ExecContext(ctx, l.store.lane.settle, string(s.State), string(form), reason, messageID, settledAt, row.deliveries)
	return err
}

// recordFailure keeps an attempt that did not succeed with each of the batch's
// deliveries, for people to look up, and drops the oldest beyond maxAttempts.
func (l *lane) recordFailure(ctx context.Context, tx Runner, row *laneRow, v relay.Verdict, now int64) error {
	if v.Outcome == relay.Sent {
		return nil
	}
	took := max(now-row.BegunAt, 0)
	_, err := tx.ExecContext(ctx, l.store.lane.addAttempts, row.Batch, row.BegunAt, took,
		string(v.Outcome), v.Status, v.Reason, len(row.Deliveries), row.deliveries)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, l.store.lane.dropAttempts, row.deliveries, maxAttempts)
	return err
}

// settleBudgets records the answer in the budgets, and their holds and moves. It
// returns those that are held no longer. Who counts meanwhile counts the request,
// answered or not; so nothing is locked but what is written.
func (l *lane) settleBudgets(ctx context.Context, tx Runner, s queue.Settlement, now int64) (free []string, err error) {
	if len(s.Holds) > 0 || s.Move.Key != "" {
		if err := l.lock(ctx, tx, l.store.lane.lockBudgets); err != nil {
			return nil, err
		}
	}
	if len(l.budgets) > 0 {
		if _, err := tx.ExecContext(ctx, l.store.lane.closeUses, now, l.sink); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, l.store.lane.dropUses, l.keys, now); err != nil {
			return nil, err
		}
		if s.Verdict.Outcome == relay.Sent {
			if free, err = column[string](tx.QueryContext(ctx, l.store.lane.endHolds, l.keys)); err != nil {
				return nil, err
			}
		}
	}
	for _, h := range s.Holds {
		if err := l.store.addHold(ctx, tx, h, s.Verdict.Reason, now); err != nil {
			return nil, err
		}
	}
	if s.Move.Key != "" {
		err = l.store.move(ctx, tx, s.Move)
	}
	return free, err
}

// addHold lets a budget rest.
func (s *Store) addHold(ctx context.Context, tx Runner, h queue.Hold, reason string, now int64) (err error) {
	if h.Refused {
		_, err = tx.ExecContext(ctx, s.lane.holdBudget, h.Key, now, rows.Later(now, h.For), reason)
	} else {
		_, err = tx.ExecContext(ctx, s.lane.restBudget, h.Key, now, rows.Later(now, h.For))
	}
	return err
}

// settleLane ends the batch, or keeps it for another try, and notes how the
// lane does.
func (l *lane) settleLane(ctx context.Context, tx Runner, row *laneRow, s queue.Settlement, now int64) error {
	to, deliveries, sent, dead := row.Settled(s, now), "[]", 0, 0
	if to.Batch != "" {
		deliveries = row.deliveries
	}
	switch s.State {
	case queue.Sent:
		sent = len(row.Deliveries)
	case queue.Dead:
		dead = len(row.Deliveries)
	case queue.Again, queue.Replayed, queue.Discarded: // it is pending still
	}
	args := []any{
		to.RestedAt, to.ResumeAt, to.Asked, to.Held, to.Reason, to.FailingAt, to.Failed, to.Failures, to.FailedAt, to.Most, to.MostUntil,
		sent, dead, to.Batch, to.Doubts, deliveries, l.sink,
	}
	seconds := now / 1_000_000
	if l.store.db.Dialect().Chains {
		args = append(args, seconds)
	} else if sent+dead > 0 {
		if _, err := tx.ExecContext(ctx, l.store.lane.outcome, l.sink, seconds, sent, dead); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, l.store.lane.settleLane, args...)
	return err
}
