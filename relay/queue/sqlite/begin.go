package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
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
		form, doubts, ids := batch.Form, 0, string(ids)
		switch row.Batch {
		case "":
			if err := l.isHead(ctx, c, ids, len(batch.Deliveries)); err != nil {
				return err
			}
		case batch.ID: // it goes again, unchanged whatever the caller made of it
			form, doubts, ids = row.Form, row.Tries(), row.deliveries
		default:
			return fmt.Errorf("batch %s cannot begin before batch %s is settled", batch.ID, row.Batch)
		}
		if err := l.occupy(ctx, c, row, now); err != nil {
			return err
		}
		if _, err := c.countTry.ExecContext(ctx, batch.ID, ids); err != nil {
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
	if row.BegunAt != 0 { // nobody waits for that request any more
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
	if left.Wait > 0 || rows.LongestRest(now, budgets) > 0 {
		return queue.ErrNoRoom
	}
	_, err = c.addUses.ExecContext(ctx, l.sink, l.keys)
	return err
}

// isHead makes sure that n deliveries, as a JSON array, are the first that are
// pending: whatever its caller believes, a lane keeps its order.
func (l *lane) isHead(ctx context.Context, c *conn, ids string, n int) error {
	var head string
	if err := c.headIDs.QueryRowContext(ctx, l.sink, n).Scan(&head); err != nil {
		return err
	}
	if ids == head {
		return nil
	}
	var replayed int
	if err := c.replayed.QueryRowContext(ctx, ids).Scan(&replayed); err != nil {
		return err
	}
	if replayed > 0 {
		return fmt.Errorf("%w: %d deliveries were replayed meanwhile", queue.ErrNoRoom, replayed)
	}
	return errors.New("its deliveries are not those at the head of the lane")
}

func idsOf(batch queue.Batch) []int64 {
	ids := make([]int64, len(batch.Deliveries))
	for i, d := range batch.Deliveries {
		ids[i] = d.ID
	}
	return ids
}
