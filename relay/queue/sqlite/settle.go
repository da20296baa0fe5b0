package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Begin makes durable that batch is about to be sent: see queue.Lane.
func (l *lane) Begin(ctx context.Context, batch queue.Batch) error {
	if batch.ID == "" || len(batch.Deliveries) == 0 {
		return errors.New("beginning a batch: it is empty")
	}
	ids, err := json.Marshal(idsOf(batch))
	if err != nil {
		return fmt.Errorf("beginning batch %s: %w", batch.ID, err)
	}
	return l.do(ctx, "beginning a batch of", func(ctx context.Context, c *conn, row *laneRow, now int64) error {
		form, doubtful := batch.Form, false
		switch row.batch {
		case "":
		case batch.ID: // it goes again, unchanged whatever the caller made of it
			ids, form, doubtful = []byte(row.deliveries), row.form, row.doubtful || row.begunAt != 0
		default:
			return fmt.Errorf("batch %s cannot begin before batch %s is settled", batch.ID, row.batch)
		}
		if err := l.count(ctx, c, batch); err != nil {
			return err
		}
		_, err := c.beginLane.ExecContext(ctx, batch.ID, now, string(cmp.Or(form, relay.Rich)), doubtful, string(ids), l.sink)
		return err
	})
}

// count counts the request at each delivery of the batch.
func (l *lane) count(ctx context.Context, c *conn, batch queue.Batch) error {
	for _, d := range batch.Deliveries {
		result, err := c.countTry.ExecContext(ctx, batch.ID, d.ID, l.sink)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil {
			return err
		} else if n != 1 {
			return fmt.Errorf("delivery %d is not pending there", d.ID)
		}
	}
	return nil
}

func idsOf(batch queue.Batch) []int64 {
	ids := make([]int64, len(batch.Deliveries))
	for i, d := range batch.Deliveries {
		ids[i] = d.ID
	}
	return ids
}

// Settle records what the attempt came to: see queue.Lane.
func (l *lane) Settle(ctx context.Context, batch queue.Batch, s queue.Settlement) error {
	switch s.State {
	case queue.Again, queue.Sent, queue.Dead:
	default:
		return fmt.Errorf("settling batch %s: unknown state %q", batch.ID, s.State)
	}
	return l.do(ctx, "settling a batch of", func(ctx context.Context, c *conn, row *laneRow, now int64) error {
		if row.batch != batch.ID || row.begunAt == 0 {
			return fmt.Errorf("batch %q was not begun", batch.ID)
		}
		var ids []int64
		if err := json.Unmarshal([]byte(row.deliveries), &ids); err != nil {
			return fmt.Errorf("reading batch %s: %w", batch.ID, err)
		}
		if err := settleDeliveries(ctx, c, ids, row, s, now); err != nil {
			return err
		}
		if err := recordFailure(ctx, c, ids[0], row, s.Verdict, now); err != nil {
			return err
		}
		return l.settleLane(ctx, c, len(ids), row, s, now)
	})
}

// settleDeliveries writes what the attempt came to for each delivery.
func settleDeliveries(ctx context.Context, c *conn, ids []int64, row *laneRow, s queue.Settlement, now int64) error {
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
	for _, id := range ids {
		if _, err := c.settle.ExecContext(ctx, string(s.State), string(form), reason, messageID, settledAt, id); err != nil {
			return err
		}
	}
	return nil
}

// recordFailure keeps an attempt that did not succeed, for people. Its first
// delivery stands for the batch.
func recordFailure(ctx context.Context, c *conn, first int64, row *laneRow, v relay.Verdict, now int64) error {
	if v.Outcome == relay.Sent {
		return nil
	}
	took := max(now-row.begunAt, 0)
	_, err := c.addAttempt.ExecContext(ctx, row.batch, row.begunAt, took, string(v.Outcome), v.Status, v.Reason, first)
	return err
}

// settleLane ends the batch, or keeps it for another try, and notes how the
// lane does.
func (l *lane) settleLane(ctx context.Context, c *conn, n int, row *laneRow, s queue.Settlement, now int64) error {
	var restedAt, resumeAt int64
	if s.State == queue.Again && s.After > 0 {
		restedAt, resumeAt = now, later(now, s.After)
	}
	var sent, dead int
	switch s.State {
	case queue.Sent:
		sent = n
	case queue.Dead:
		dead = n
	case queue.Again:
	}
	batch, deliveries, doubtful := "", "[]", false
	if s.State == queue.Again && s.Keep {
		batch, deliveries, doubtful = row.batch, row.deliveries, row.doubtful || s.Verdict.Doubtful
	}
	held, reason := health(row, s.Verdict)
	_, err := c.settleLane.ExecContext(ctx, restedAt, resumeAt, held, reason, sent, dead, batch, doubtful, deliveries, l.sink)
	return err
}

// health returns whether the lane is held, and why or why its last attempt
// failed. A temporary failure tells nothing about a destination that refuses;
// one that refuses a message takes messages again.
func health(row *laneRow, v relay.Verdict) (held bool, reason string) {
	switch v.Outcome {
	case relay.Sent:
		return false, ""
	case relay.Held:
		return true, v.Reason
	case relay.Refused:
		return false, v.Reason
	case relay.Later:
		if row.held {
			return true, row.reason
		}
	}
	return false, v.Reason
}
