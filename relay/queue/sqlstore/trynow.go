package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"botrelay/relay/queue/rows"
)

// tryTexts are the statements of TryNow.
type tryTexts struct{ lane, resume string }

func (d Dialect) tryTexts() tryTexts {
	return tryTexts{
		lane:   d.Text(`SELECT ` + laneColumns + ` FROM @lanes WHERE sink = $1 {lock}`),
		resume: d.Text(`UPDATE @lanes SET resume_at = 0 WHERE sink = $1 AND resume_at > 0 AND NOT asked`),
	}
}

// TryNow ends the rest of a lane: see queue.Trier.
func (s *Store) TryNow(ctx context.Context, sink string) (pending bool, wait time.Duration, err error) {
	var is bool
	var rest time.Duration
	var free []string // keys of budgets that rest no longer
	err = s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) (err error) {
		is, rest, free, err = s.tryNow(ctx, tx, sink, now)
		return err
	}, Committed: func() {
		s.db.Wake([]string{sink})
		if len(free) > 0 {
			s.db.WakeSharing(free)
		}
	}})
	if err != nil { // it may still be under way
		return false, 0, fmt.Errorf("having lane %s tried: %w", sink, err)
	}
	return is, rest, nil
}

// tryNow takes the lane first and its budgets after it, as whoever settles does.
func (s *Store) tryNow(ctx context.Context, tx Runner, sink string, now int64) (pending bool, wait time.Duration, free []string, err error) {
	var row laneRow
	if err := row.scan(tx.QueryRowContext(ctx, s.try.lane, sink)); errors.Is(err, sql.ErrNoRows) {
		return false, 0, nil, nil
	} else if err != nil {
		return false, 0, nil, err
	}
	if _, err := tx.ExecContext(ctx, s.try.resume, sink); err != nil {
		return false, 0, nil, err
	}
	if free, err = column[string](tx.QueryContext(ctx, s.lane.freeBudgets, row.budgets)); err != nil {
		return false, 0, nil, err
	}
	budgets, err := scanBudgets(tx.QueryContext(ctx, s.lane.budgets, row.budgets))
	if err != nil {
		return false, 0, nil, err
	}
	if wait = rows.LongestRest(now, budgets); row.Asked {
		wait = max(wait, row.Rest(now))
	}
	var n int
	err = tx.QueryRowContext(ctx, s.lane.pending, sink, 1).Scan(&n)
	return n > 0, wait, free, err
}
