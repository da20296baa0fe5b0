package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"botrelay/relay"
)

// underWay stands for the time of the answer while there is none, so that the
// request counts as the newest of all. The schema and the statements write the
// number out.
const underWay = math.MaxInt64

// budgetRow is a budget as it is stored: see the table budgets.
type budgetRow struct {
	key                string
	restedAt, resumeAt int64
	held               bool
	heldAt             int64
	retryFrom, retryAt int64
	reason             string
	movedTo            string
}

// budgetColumns are what scanBudgets reads.
const budgetColumns = `b.key, b.rested_at, b.resume_at, b.held, b.held_at, b.retry_from, b.retry_at, b.reason, b.moved_to`

// budgetsQuery reads the budgets of a JSON array of keys, in its order.
const budgetsQuery = `SELECT ` + budgetColumns + `
	FROM json_each(?) k CROSS JOIN budgets b ON b.key = k.value ORDER BY k.key`

// scanBudgets reads rows of budgetColumns.
func scanBudgets(rows *sql.Rows, err error) (all []budgetRow, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is that of Err
	for rows.Next() {
		var b budgetRow
		err := rows.Scan(&b.key, &b.restedAt, &b.resumeAt, &b.held, &b.heldAt, &b.retryFrom, &b.retryAt, &b.reason, &b.movedTo)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, rows.Err()
}

// rest returns how long nothing may be sent by the budget's holds.
func (b *budgetRow) rest(now int64) time.Duration {
	wait := rest(now, b.restedAt, b.resumeAt)
	if b.held {
		wait = max(wait, rest(now, b.retryFrom, b.retryAt))
	}
	return wait
}

// longestRest returns how long nothing may be sent by the holds of all of them.
func longestRest(now int64, budgets []budgetRow) (wait time.Duration) {
	for _, b := range budgets {
		wait = max(wait, b.rest(now))
	}
	return wait
}

// keysOf returns the keys of budgets, or what is wrong with them.
func keysOf(budgets []relay.Budget) ([]string, error) {
	keys := make([]string, 0, len(budgets))
	for _, b := range budgets {
		if b.Key == "" || slices.Contains(keys, b.Key) {
			return nil, fmt.Errorf("the key %q of a budget is empty or there twice", b.Key)
		}
		for _, limit := range b.Limits {
			if limit.Count < 1 || limit.Per <= 0 {
				return nil, fmt.Errorf("budget %s: nothing can be sent with %d in %s", b.Key, limit.Count, limit.Per)
			}
		}
		keys = append(keys, b.Key)
	}
	return keys, nil
}

// span returns how many microseconds a use of the budget matters.
func span(b relay.Budget) (longest int64) {
	for _, limit := range b.Limits {
		longest = max(longest, micros(limit.Per))
	}
	return longest
}

// room is what the budgets of a lane have left.
type room struct {
	free  int           // how many requests may be made right now
	wait  time.Duration // until there is room for one
	open  bool          // it depends on the answer to a request that is under way
	ahead bool          // a use lies in the future: the clock was set back
}

// windowQuery looks at the newest uses in a window, and not at more than would
// fill it: the first is the one whose end makes room.
const windowQuery = `SELECT count(*), coalesce(min(at), 0), coalesce(max(at) FILTER (WHERE at < 9223372036854775807), 0)
	FROM (SELECT at FROM uses WHERE key = ? AND at > ? ORDER BY at DESC LIMIT ? + 0)`

// room looks at each limit of the lane's budgets. A request counts from when it
// was answered.
func (l *lane) room(ctx context.Context, window *sql.Stmt, now int64) (room, error) {
	r := room{free: math.MaxInt}
	for _, b := range l.budgets {
		for _, limit := range b.Limits {
			var used int
			var first, last int64
			per := micros(limit.Per)
			if err := window.QueryRowContext(ctx, b.Key, now-per, limit.Count).Scan(&used, &first, &last); err != nil {
				return r, err
			}
			r.free = min(r.free, limit.Count-used)
			r.ahead = r.ahead || last > now
			switch {
			case used < limit.Count:
				continue
			case first == underWay:
				r.open = true
				first = now
			}
			r.wait = max(r.wait, time.Duration(first+per-now)*time.Microsecond)
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
