package sqlstore

import (
	"context"
	"database/sql"

	"botrelay/relay/queue/rows"
)

// budgetColumns are what scanBudgets reads.
const budgetColumns = `b.key, b.rested_at, b.resume_at, b.held, b.held_at, b.retry_from, b.retry_at, b.reason, b.moved_to`

// budgetsOf reads the budgets of a JSON array of keys, in its order.
const budgetsOf = `SELECT ` + budgetColumns + `
	FROM {each $1 as k} CROSS JOIN @budgets b WHERE b.key = k.value ORDER BY k.key`

// scanBudgets reads rows of budgetColumns.
func scanBudgets(found *sql.Rows, err error) (all []rows.Budget, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for found.Next() {
		var b rows.Budget
		err := found.Scan(&b.Key, &b.RestedAt, &b.ResumeAt, &b.Held, &b.HeldAt, &b.RetryFrom, &b.RetryAt, &b.Reason, &b.MovedTo)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, found.Err()
}

// windowOf reads a rows.Window. The largest integer is rows.UnderWay, which the
// schema and the statements write out.
const windowOf = `SELECT count(*), coalesce(min(at), 0), coalesce(max(at) FILTER (WHERE at < 9223372036854775807), 0)
	FROM (SELECT at FROM @uses WHERE key = $1 AND at > $2 ORDER BY at DESC LIMIT $3 + 0) w`

// room looks at each limit of the lane's budgets. A request counts from when it
// was answered.
func (l *lane) room(ctx context.Context, on Runner, now int64) (rows.Room, error) {
	r := rows.AllRoom()
	for _, b := range l.budgets {
		for _, limit := range b.Limits {
			var w rows.Window
			err := on.QueryRowContext(ctx, l.store.lane.window, b.Key, now-rows.Micros(limit.Per), limit.Count).
				Scan(&w.Used, &w.First, &w.Last)
			if err != nil {
				return r, err
			}
			r.Take(limit, w, now)
		}
	}
	return r, nil
}

// tidy records the open requests of these lanes as answered now, and moves uses
// that lie in the future to now.
func (l *lane) tidy(ctx context.Context, tx Runner, sinks []string, now int64) error {
	for _, sink := range sinks {
		if _, err := tx.ExecContext(ctx, l.store.lane.closeUses, now, sink); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, l.store.lane.pullUses, now, l.keys)
	return err
}

// abandoned returns the lanes with an open request that nobody waits for: their
// sender was killed, has lost the lane, or is the one who asks.
func (l *lane) abandoned(ctx context.Context) ([]string, error) {
	open, err := column[string](l.store.db.Read().QueryContext(ctx, l.store.lane.openUses))
	if err != nil {
		return nil, err
	}
	var own, others []string
	for _, sink := range open {
		if sink == l.sink {
			own = append(own, sink)
		} else {
			others = append(others, sink)
		}
	}
	if len(others) > 0 {
		others, err = l.store.db.Abandoned(ctx, others)
	}
	return append(own, others...), err
}
