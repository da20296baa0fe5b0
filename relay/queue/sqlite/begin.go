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

// Begin makes durable that batch is about to be sent: see queue.Sending.
func (l *lane) Begin(ctx context.Context, batch queue.Batch) error {
	if batch.ID == "" || len(batch.Deliveries) == 0 {
		return errors.New("beginning a batch: it is empty")
	}
	ids, err := json.Marshal(idsOf(batch))
	if err != nil {
		return fmt.Errorf("beginning batch %s: %w", batch.ID, err)
	}
	return l.do(ctx, change{doing: "beginning a batch of", run: func(ctx context.Context, c *conn, row *laneRow, now int64) error {
		form, doubts, ids, n := batch.Form, 0, string(ids), len(batch.Deliveries)
		switch row.batch {
		case "":
		case batch.ID: // it goes again, unchanged whatever the caller made of it
			form, doubts, ids, n = row.form, row.triesMade(), row.deliveries, 0
		default:
			return fmt.Errorf("batch %s cannot begin before batch %s is settled", batch.ID, row.batch)
		}
		if err := l.occupy(ctx, c, row, now); err != nil {
			return err
		}
		if err := l.count(ctx, c, batch.ID, ids, n); err != nil {
			return err
		}
		_, err := c.beginLane.ExecContext(ctx, batch.ID, now, string(cmp.Or(form, relay.Rich)), doubts, ids, l.sink)
		return err
	}})
}

// occupy takes the request's place in each budget, or returns queue.ErrNoRoom.
func (l *lane) occupy(ctx context.Context, c *conn, row *laneRow, now int64) error {
	if len(l.budgets) == 0 {
		return nil
	}
	if row.begunAt != 0 { // nobody waits for that request any more
		if err := l.tidy(ctx, c, []string{l.sink}, now); err != nil {
			return err
		}
	}
	budgets, err := scanBudgets(c.budgets.QueryContext(ctx, l.keys))
	if err != nil {
		return err
	}
	left, err := l.room(ctx, c.window, now)
	if err != nil {
		return err
	}
	if left.wait > 0 || longestRest(now, budgets) > 0 {
		return queue.ErrNoRoom
	}
	_, err = c.addUses.ExecContext(ctx, l.sink, l.keys)
	return err
}

// count counts the request at each delivery of the batch, n of which must be
// pending; 0: that is known.
func (l *lane) count(ctx context.Context, c *conn, batch, ids string, n int) error {
	result, err := c.countTry.ExecContext(ctx, batch, ids, l.sink)
	if err != nil {
		return err
	}
	counted, err := result.RowsAffected()
	if err == nil && n > 0 && counted != int64(n) {
		err = fmt.Errorf("of the %d deliveries of batch %s, %d are pending there", n, batch, counted)
	}
	return err
}

func idsOf(batch queue.Batch) []int64 {
	ids := make([]int64, len(batch.Deliveries))
	for i, d := range batch.Deliveries {
		ids[i] = d.ID
	}
	return ids
}
