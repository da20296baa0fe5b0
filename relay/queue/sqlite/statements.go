package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// writes are the statements of the connection that writes.
type writes struct {
	begin, commit, rollback *sql.Stmt

	addEvent, addDelivery *sql.Stmt
	firstOf               *sql.Stmt

	lane, openLane      *sql.Stmt
	beginLane, countTry *sql.Stmt
	settleLane, settle  *sql.Stmt
	addAttempt          *sql.Stmt
}

// reads are the statements of the connections that read.
type reads struct {
	lane, head, batch  *sql.Stmt
	newest, byID, owed *sql.Stmt
	lanes              *sql.Stmt
}

// laneColumns are what scanLane reads.
const laneColumns = `rested_at, resume_at, held, reason, batch, begun_at, form, doubts, deliveries`

// deliveryColumns are what scanDelivery reads.
const deliveryColumns = `d.id, d.route, d.attempts, d.form, d.owed_at, e.event, e.payload`

// headQuery reads the head of a lane: one step down an index, however long the
// lane is.
const headQuery = `SELECT ` + deliveryColumns + `
	FROM deliveries d INDEXED BY deliveries_pending JOIN events e ON e.seq = d.event
	WHERE d.sink = ? AND d.state = 'pending' ORDER BY d.id LIMIT ?`

func (c *conn) prepare(ctx context.Context) error {
	return prepare(ctx, c.sql, []statement{
		{&c.begin, `BEGIN IMMEDIATE`},
		{&c.commit, `COMMIT`},
		{&c.rollback, `ROLLBACK`},

		{&c.addEvent, `INSERT INTO events (id, put_at, source, vendor, kind, dedup, event, payload)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&c.addDelivery, `INSERT INTO deliveries (event, sink, route, owed_at) VALUES (?, ?, ?, ?)`},
		{&c.firstOf, `SELECT id FROM events WHERE dedup = ?`},

		{&c.lane, `SELECT ` + laneColumns + ` FROM lanes WHERE sink = ?`},
		// Whoever mended a destination that refused everything wants to see it at once.
		{&c.openLane, `INSERT INTO lanes (sink) VALUES (?)
			ON CONFLICT DO UPDATE SET resume_at = 0 WHERE held`},

		{&c.beginLane, `UPDATE lanes SET batch = ?, begun_at = ?, form = ?, doubts = ?, deliveries = ? WHERE sink = ?`},
		{&c.countTry, `UPDATE deliveries SET attempts = attempts + 1, batch = ?
			WHERE id = ? AND sink = ? AND state = 'pending'`},
		{&c.settleLane, `UPDATE lanes SET rested_at = ?, resume_at = ?, held = ?, reason = ?, sent = sent + ?, dead = dead + ?,
			batch = ?, begun_at = 0, doubts = ?, deliveries = ? WHERE sink = ?`},
		{&c.settle, `UPDATE deliveries SET state = ?, form = ?, reason = coalesce(?, reason), message_id = ?, settled_at = ?
			WHERE id = ?`},
		{&c.addAttempt, `INSERT INTO attempts (delivery, attempt, batch, at, took, outcome, status, reason, size)
			SELECT id, attempts, ?, ?, ?, ?, ?, ?, 1 FROM deliveries WHERE id = ?`},
	})
}

func (r *reads) prepare(ctx context.Context, db *sql.DB) error {
	return prepare(ctx, db, []statement{
		{&r.lane, `SELECT ` + laneColumns + ` FROM lanes WHERE sink = ?`},
		{&r.head, headQuery},
		{&r.batch, `SELECT ` + deliveryColumns + `
			FROM json_each(?) b JOIN deliveries d ON d.id = b.value JOIN events e ON e.seq = d.event ORDER BY b.key`},

		{&r.newest, `SELECT seq, event, payload FROM events WHERE seq < ? ORDER BY seq DESC LIMIT ?`},
		{&r.byID, `SELECT seq, event, payload FROM events WHERE id = ?`},
		{&r.owed, `SELECT event, id, sink, route, state, attempts, reason, message_id, settled_at
			FROM deliveries WHERE event BETWEEN ? AND ? ORDER BY event, id`},

		// Pending deliveries are counted along their index; the others are
		// counted where they are settled, for there may be millions.
		{&r.lanes, `SELECT p.sink, p.count, d.owed_at, 0, 0, 0, ''
			FROM (SELECT sink, count(*) AS count, min(id) AS head
				FROM deliveries INDEXED BY deliveries_pending WHERE state = 'pending' GROUP BY sink) p
				JOIN deliveries d ON d.id = p.head
			UNION ALL
			SELECT sink, 0, 0, sent, dead, held, reason FROM lanes`},
	})
}

type statement struct {
	to   **sql.Stmt
	text string
}

// prepare prepares statements, which end with their connection.
func prepare(ctx context.Context, on interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}, all []statement,
) error {
	for _, s := range all {
		stmt, err := on.PrepareContext(ctx, s.text)
		if err != nil {
			return fmt.Errorf("preparing %q: %w", s.text, err)
		}
		*s.to = stmt
	}
	return nil
}
