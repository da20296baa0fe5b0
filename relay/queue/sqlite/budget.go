package sqlite

import (
	"context"
	"database/sql"
	"slices"

	"botrelay/relay/queue/rows"
)

// budgetColumns are what scanBudgets reads.
const budgetColumns = `b.key, b.rested_at, b.resume_at, b.held, b.held_at, b.retry_from, b.retry_at, b.reason, b.moved_to`

// budgetsQuery reads the budgets of a JSON array of keys, in its order.
const budgetsQuery = `SELECT ` + budgetColumns + `
	FROM json_each(?) k CROSS JOIN budgets b ON b.key = k.value ORDER BY k.key`

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

// windowQuery reads a rows.Window. The largest integer is rows.UnderWay, which the
// schema and the statements write out.
const windowQuery = `SELECT count(*), coalesce(min(at), 0), coalesce(max(at) FILTER (WHERE at < 9223372036854775807), 0)
	FROM (SELECT at FROM uses WHERE key = ? AND at > ? ORDER BY at DESC LIMIT ? + 0)`

// room looks at each limit of the lane's budgets. A request counts from when it
// was answered.
func (l *lane) room(ctx context.Context, window *sql.Stmt, now int64) (rows.Room, error) {
	r := rows.AllRoom()
	for _, b := range l.budgets {
		for _, limit := range b.Limits {
			var w rows.Window
			err := window.QueryRowContext(ctx, b.Key, now-rows.Micros(limit.Per), limit.Count).Scan(&w.Used, &w.First, &w.Last)
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
func (l *lane) tidy(ctx context.Context, c *conn, sinks []string, now int64) error {
	for _, sink := range sinks {
		if _, err := c.closeUses.ExecContext(ctx, now, sink); err != nil {
			return err
		}
	}
	_, err := c.pullUses.ExecContext(ctx, now, l.keys)
	return err
}

// abandoned returns the lanes with an open request that nobody waits for: their
// sender was killed, has lost the lane, or is the one who asks.
func (l *lane) abandoned(ctx context.Context) (sinks []string, err error) {
	open, err := column[string](l.store.read.openUses.QueryContext(ctx))
	if err != nil {
		return nil, err
	}
	now := l.store.now()
	return slices.DeleteFunc(open, func(sink string) bool {
		return sink != l.sink && l.store.leases.taken(sink, now)
	}), nil
}

// wakeSharing wakes the senders of all lanes that have one of these budgets.
func (s *Store) wakeSharing(keys []string) {
	if len(keys) == 0 {
		return
	}
	for _, sink := range s.leases.sharing(keys) {
		s.wakes.wake(sink)
	}
}
