package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// writes are the statements of the connection that writes.
type writes struct {
	begin, commit, rollback *sql.Stmt

	addEvent, addDelivery *sql.Stmt
	firstOf               *sql.Stmt

	lane, openLane, tell, resume           *sql.Stmt
	headIDs, replayed, beginLane, countTry *sql.Stmt
	settleLane, settle                     *sql.Stmt
	addAttempts, dropAttempts              *sql.Stmt
	budgets, openBudget, window            *sql.Stmt
	addUses, closeUses, pullUses           *sql.Stmt
	dropUses                               *sql.Stmt
	freeBudgets, endHolds                  *sql.Stmt
	restBudget, holdBudget                 *sql.Stmt
	moveBudget                             *sql.Stmt
	addThread, dropThread, dropThreads     *sql.Stmt

	replays replays
	prunes  prunes
}

// reads are the statements of the connections that read.
type reads struct {
	lane, pending, head, batch *sql.Stmt
	budgets, window, openUses  *sql.Stmt
	threads                    *sql.Stmt
}

// deliveryColumns are what scanDelivery reads.
const deliveryColumns = `d.id, d.route, d.attempts, d.form, d.owed_at, e.event, e.payload`

// SQLite prepares a statement anew for each value of a LIMIT that is a parameter
// alone, which takes longer than to run it. Hence the "+ 0".

// headQuery reads the head of a lane: one step down an index, however long the
// lane is.
const headQuery = `SELECT ` + deliveryColumns + `
	FROM deliveries d INDEXED BY deliveries_pending JOIN events e ON e.seq = d.event
	WHERE d.sink = ? AND d.state = 'pending' ORDER BY d.id LIMIT ? + 0`

// pendingQuery counts along the same index, up to a limit.
const pendingQuery = `SELECT count(*) FROM
	(SELECT 1 FROM deliveries INDEXED BY deliveries_pending WHERE sink = ? AND state = 'pending' LIMIT ? + 0)`

// headIDsQuery reads the IDs of the head, as a JSON array.
const headIDsQuery = `SELECT json_group_array(id) FROM (SELECT id FROM deliveries INDEXED BY deliveries_pending
	WHERE sink = ? AND state = 'pending' ORDER BY id LIMIT ? + 0)`

// countTryQuery counts a request at each delivery of a batch.
const countTryQuery = `UPDATE deliveries SET attempts = attempts + 1, batch = ? WHERE id IN (SELECT value FROM json_each(?))`

// dropUsesQuery forgets uses that matter to nobody: a few at a time, but more
// than come in.
const dropUsesQuery = `DELETE FROM uses WHERE id IN
	(SELECT u.id FROM json_each(?) k CROSS JOIN budgets b ON b.key = k.value
	CROSS JOIN uses u INDEXED BY uses_key ON u.key = b.key AND u.at <= ? - b.span LIMIT 32)`

func (c *conn) prepare(ctx context.Context) error {
	if err := errors.Join(c.replays.prepare(ctx, c.sql), c.prunes.prepare(ctx, c.sql)); err != nil {
		return err
	}
	return prepare(ctx, c.sql, []statement{
		{&c.begin, `BEGIN IMMEDIATE`},
		{&c.commit, `COMMIT`},
		{&c.rollback, `ROLLBACK`},

		{&c.addEvent, `INSERT INTO events (id, put_at, source, vendor, kind, routed, dedup, event, payload)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&c.addDelivery, `INSERT INTO deliveries (event, sink, route, owed_at) VALUES (?, ?, ?, ?)`},
		{&c.firstOf, `SELECT id FROM events WHERE dedup = ?`},

		{&c.lane, `SELECT ` + laneColumns + ` FROM lanes WHERE sink = ?`},
		// Whoever mended a destination that refused everything wants to see it at once.
		{&c.openLane, `INSERT INTO lanes (sink, leased, budgets) VALUES (?, 1, ?) ON CONFLICT DO UPDATE
			SET leased = 1, budgets = excluded.budgets, resume_at = CASE WHEN held AND NOT asked THEN 0 ELSE resume_at END`},
		{&c.tell, `UPDATE lanes SET told = ? WHERE sink = ?`},
		{&c.resume, `UPDATE lanes SET resume_at = CASE WHEN asked THEN resume_at ELSE 0 END, failed = 0, failures = 0, failed_at = 0
			WHERE sink = ?`},

		{&c.beginLane, `UPDATE lanes SET batch = ?, begun_at = ?, form = ?, doubts = ?, deliveries = ? WHERE sink = ?`},
		{&c.headIDs, headIDsQuery},
		{&c.replayed, `SELECT count(*) FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) AND state = 'replayed'`},
		{&c.countTry, countTryQuery},
		{&c.settleLane, `UPDATE lanes SET rested_at = ?, resume_at = ?, asked = ?, held = ?, reason = ?, failing_at = ?,
			failed = ?, failures = ?, failed_at = ?, most = ?, most_until = ?,
			sent = sent + ?, dead = dead + ?, batch = ?, begun_at = 0, doubts = ?, deliveries = ? WHERE sink = ?`},
		{&c.settle, `UPDATE deliveries SET state = ?, form = ?, reason = coalesce(?, reason), message_id = ?, settled_at = ?
			WHERE id IN (SELECT value FROM json_each(?))`},
		{&c.addAttempts, `INSERT INTO attempts (delivery, attempt, batch, at, took, outcome, status, reason, size)
			SELECT id, attempts, ?, ?, ?, ?, ?, ?, ? FROM deliveries WHERE id IN (SELECT value FROM json_each(?))`},
		{&c.dropAttempts, `DELETE FROM attempts WHERE (delivery, attempt) IN
			(SELECT a.delivery, a.attempt FROM json_each(?) b CROSS JOIN deliveries d ON d.id = b.value
				CROSS JOIN attempts a ON a.delivery = d.id AND a.attempt <= d.attempts - ?)`},
	}, c.budgetStatements(), c.threadStatements())
}

// budgetStatements are those that write budgets and their uses.
func (c *conn) budgetStatements() []statement {
	return []statement{
		{&c.budgets, budgetsQuery},
		{&c.window, windowQuery},
		{&c.openBudget, `INSERT INTO budgets (key, span) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET span = max(span, excluded.span)`},

		{&c.addUses, `INSERT INTO uses (key, at, sink) SELECT b.key, 9223372036854775807, ?
			FROM json_each(?) k CROSS JOIN budgets b ON b.key = k.value WHERE b.span > 0`},
		{&c.closeUses, `UPDATE uses INDEXED BY uses_open SET at = ? WHERE sink = ? AND at = 9223372036854775807`},
		{&c.pullUses, `UPDATE uses INDEXED BY uses_key SET at = ?1
			WHERE key IN (SELECT value FROM json_each(?2)) AND at > ?1 AND at < 9223372036854775807`},
		{&c.dropUses, dropUsesQuery},

		{&c.freeBudgets, `UPDATE budgets SET retry_at = 0
			WHERE key IN (SELECT value FROM json_each(?)) AND held AND retry_at > 0 RETURNING key`},
		{&c.endHolds, `UPDATE budgets SET held = 0, held_at = 0, retry_from = 0, retry_at = 0, reason = ''
			WHERE key IN (SELECT value FROM json_each(?)) AND held RETURNING key`},
		// A shorter rest does not end a longer one.
		{&c.restBudget, `INSERT INTO budgets (key, rested_at, resume_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE
			SET rested_at = excluded.rested_at, resume_at = excluded.resume_at
			WHERE rested_at > excluded.rested_at OR resume_at < excluded.resume_at`},
		{&c.holdBudget, `INSERT INTO budgets (key, held, held_at, retry_from, retry_at, reason) VALUES (?1, 1, ?2, ?2, ?3, ?4)
			ON CONFLICT DO UPDATE SET held = 1, held_at = CASE WHEN held THEN held_at ELSE excluded.held_at END,
				retry_from = excluded.retry_from, retry_at = excluded.retry_at, reason = excluded.reason`},
		{&c.moveBudget, `INSERT INTO budgets (key, moved_to) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET moved_to = excluded.moved_to`},
	}
}

func (r *reads) prepare(ctx context.Context, db *sql.DB) error {
	return prepare(ctx, db, []statement{
		{&r.lane, `SELECT ` + laneColumns + ` FROM lanes WHERE sink = ?`},
		{&r.head, headQuery},
		{&r.pending, pendingQuery},
		{&r.budgets, budgetsQuery},
		{&r.window, windowQuery},
		{&r.threads, threadsQuery},
		{&r.openUses, `SELECT DISTINCT sink FROM uses INDEXED BY uses_open WHERE at = 9223372036854775807`},
		{&r.batch, `SELECT ` + deliveryColumns + `
			FROM json_each(?) b JOIN deliveries d ON d.id = b.value JOIN events e ON e.seq = d.event ORDER BY b.key`},
	})
}

type statement struct {
	to   **sql.Stmt
	text string
}

// prepare prepares statements, which end with their connection.
func prepare(ctx context.Context, on interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}, lists ...[]statement,
) error {
	for _, s := range slices.Concat(lists...) {
		stmt, err := on.PrepareContext(ctx, s.text)
		if err != nil {
			return fmt.Errorf("preparing %q: %w", s.text, err)
		}
		*s.to = stmt
	}
	return nil
}

// column reads rows of one value each.
func column[T any](rows *sql.Rows, err error) (all []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is that of Err
	for rows.Next() {
		var one T
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
