package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// Begin makes durable that batch is about to be sent: see queue.Sending.
func (l *lane) Begin(ctx context.Context, batch queue.Batch) error {
	if batch.ID == "" || len(batch.Deliveries) == 0 {
		return errors.New("beginning a batch: it is empty")
	}
	ids := make([]int64, len(batch.Deliveries))
	for i, d := range batch.Deliveries {
		ids[i] = d.ID
	}
	return l.do(ctx, change{doing: "beginning a batch of", run: func(ctx context.Context, tx Runner, row *laneRow, now int64) error {
		form, doubts, list := batch.Form, 0, jsonOf(ids)
		switch row.Batch {
		case "":
			if err := l.isHead(ctx, tx, ids); err != nil {
				return err
			}
		case batch.ID: // it goes again, unchanged whatever the caller made of it
			form, doubts, list = row.Form, row.Tries(), row.deliveries
		default:
			return fmt.Errorf("batch %s cannot begin before batch %s is settled", batch.ID, row.Batch)
		}
		if err := l.occupy(ctx, tx, row, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, l.store.lane.try, batch.ID, list); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, l.store.lane.begin, batch.ID, now, string(cmp.Or(form, relay.Rich)), doubts, list, l.sink)
		return err
	}})
}

// occupy takes the request's place in each budget, or returns queue.ErrNoRoom.
func (l *lane) occupy(ctx context.Context, tx Runner, row *laneRow, now int64) error {
	if len(l.budgets) == 0 {
		return nil
	}
	if err := l.lock(ctx, tx, l.store.lane.lockPaces); err != nil {
		return err
	}
	if row.BegunAt != 0 { // nobody waits for that request any more
		if err := l.tidy(ctx, tx, []string{l.sink}, now); err != nil {
			return err
		}
	}
	budgets, err := scanBudgets(tx.QueryContext(ctx, l.store.lane.budgets, l.keys))
	if err != nil {
		return err
	}
	left, err := l.room(ctx, tx, now)
	if err != nil {
		return err
	}
	if left.Wait > 0 || rows.LongestRest(now, budgets) > 0 {
		return queue.ErrNoRoom
	}
	_, err = tx.ExecContext(ctx, l.store.lane.addUses, l.sink, l.keys)
	return err
}

// lock runs a statement that locks budgets of the lane, where others could be at them
// at the same time. Everybody takes them in one order, so that no two wait for each
// other.
func (l *lane) lock(ctx context.Context, tx Runner, statement string) error {
	if len(l.budgets) == 0 || l.store.db.Dialect().Lock == "" {
		return nil
	}
	_, err := column[string](tx.QueryContext(ctx, statement, l.keys))
	return err
}

// isHead makes sure that these deliveries are the first that are pending: whatever
// its caller believes, a lane keeps its order. Where several relays put at the same
// time, one that was put earlier may be seen later.
func (l *lane) isHead(ctx context.Context, tx Runner, ids []int64) error {
	head, err := column[int64](tx.QueryContext(ctx, l.store.lane.headIDs, l.sink, len(ids)))
	if err != nil {
		return err
	}
	if slices.Equal(ids, head) {
		return nil
	}
	var replayed, pending int
	err = tx.QueryRowContext(ctx, l.store.lane.standing, jsonOf(ids), l.sink).Scan(&replayed, &pending)
	switch {
	case err != nil:
		return err
	case replayed > 0:
		return fmt.Errorf("%w: %d deliveries were replayed meanwhile", queue.ErrNoRoom, replayed)
	case pending == len(ids) && slices.IsSorted(ids):
		return fmt.Errorf("%w: another delivery has come before them", queue.ErrNoRoom)
	}
	return errors.New("its deliveries are not those at the head of the lane")
}
