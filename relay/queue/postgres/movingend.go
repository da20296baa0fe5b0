package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

// End brings lanes, budgets and conversations, and lets what waits be sent: see
// move.Target. What relays have made of a lane or a budget here stays.
func (m *Moving) End(ctx context.Context, name string, rest move.Rest, newest int64) error {
	err := m.do(ctx, endTime, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE botrelay.moves SET done_at = botrelay.now_micros(), newest = $1
			WHERE file = $2 AND event = $3 AND delivery = $4 AND done_at = 0`, newest, name, m.at.Event, m.at.Delivery)
		if err == nil && tag.RowsAffected() != 1 {
			err = errElsewhere
		}
		if err != nil {
			return err
		}
		for _, l := range rest.Lanes {
			if err := m.lane(ctx, tx, name, l); err != nil {
				return fmt.Errorf("lane %s: %w", l.Text("sink"), err)
			}
		}
		if err := shared(ctx, tx, rest); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE botrelay.deliveries d SET sink = substr(d.sink, length($2) + 1)
			FROM botrelay.moved_deliveries m WHERE m.file = $1 AND d.id = m.id AND starts_with(d.sink, $2)`, name, waitingName(name, ""))
		if err != nil {
			return err
		}
		return forgetMoved(ctx, tx, name)
	})
	if err != nil {
		return fmt.Errorf("moving lanes: %w", err)
	}
	m.db.wakeAll([]string{""})
	return nil
}

const (
	laneState = `budgets, rested_at, resume_at, asked, held, reason, failing_at, told, failed, failures, failed_at,
		most, most_until, batch, begun_at, form, doubts, deliveries`
	laneExcluded = `excluded.budgets, excluded.rested_at, excluded.resume_at, excluded.asked, excluded.held, excluded.reason,
		excluded.failing_at, excluded.told, excluded.failed, excluded.failures, excluded.failed_at, excluded.most, excluded.most_until,
		excluded.batch, excluded.begun_at, excluded.form, excluded.doubts, excluded.deliveries`
	// laneConflict: a lane that nothing has become of here is as good as none.
	laneConflict = `ON CONFLICT (sink) DO UPDATE SET (` + laneState + `) = (` + laneExcluded + `)
		WHERE t.sent = 0 AND t.dead = 0 AND t.batch = '' AND t.failing_at = 0 AND NOT t.held AND t.resume_at = 0`
	budgetConflict = `ON CONFLICT (key) DO UPDATE SET span = greatest(t.span, excluded.span),
			moved_to = CASE WHEN t.moved_to = '' THEN excluded.moved_to ELSE t.moved_to END,
			rested_at = CASE WHEN t.resume_at > excluded.resume_at THEN t.rested_at ELSE excluded.rested_at END,
			resume_at = greatest(t.resume_at, excluded.resume_at)`
)

// lane brings a lane. What it names of deliveries is named anew.
func (m *Moving) lane(ctx context.Context, tx pgx.Tx, name string, l move.Row) error {
	row := with(l, "deliveries", "[]")
	sent, dead := l.Int("sent"), l.Int("dead")
	row["sent"], row["dead"] = 0, 0
	var batch []int64
	if err := json.Unmarshal([]byte(l.Text("deliveries")), &batch); err != nil {
		return err
	}
	var ids []int64
	err := tx.QueryRow(ctx, `SELECT coalesce(array_agg(d.id ORDER BY k.nth), '{}') FROM unnest($2::bigint[]) WITH ORDINALITY AS k (former, nth)
		JOIN botrelay.moved_deliveries m ON m.file = $1 AND m.former = k.former
		JOIN botrelay.deliveries d ON d.id = m.id AND d.state = 'pending'`, name, batch).Scan(&ids)
	if err != nil {
		return err
	}
	if len(ids) == len(batch) && len(ids) > 0 {
		text, err := json.Marshal(ids)
		if err != nil {
			return err
		}
		row["deliveries"] = string(text)
	} else { // a part of it came in another way: the batch is none any more
		row["batch"], row["begun_at"], row["doubts"] = "", 0, 0
	}
	var failed, mostUntil int64
	err = tx.QueryRow(ctx, `SELECT coalesce((SELECT id FROM botrelay.moved_deliveries WHERE file = $1 AND former = $2), 0),
		coalesce((SELECT max(m.id) FROM botrelay.moved_deliveries m JOIN botrelay.deliveries d ON d.id = m.id AND d.sink = $4
			WHERE m.file = $1 AND m.former <= $3), 0)`,
		name, l.Int("failed"), l.Int("most_until"), waitingName(name, l.Text("sink"))).Scan(&failed, &mostUntil)
	if err != nil {
		return err
	}
	row["failed"], row["most_until"] = failed, mostUntil
	if err := insertRows(ctx, tx, "lanes", "sink, sent, dead, "+laneState, laneConflict, []move.Row{row}); err != nil {
		return err
	}
	return m.count(ctx, tx, name, l.Text("sink"), sent, dead)
}

// count adds what a lane has sent. Of a file that was moved once before, that is
// what was brought now.
func (m *Moving) count(ctx context.Context, tx pgx.Tx, name, sink string, sent, dead int64) error {
	if m.newer > 0 {
		err := tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE d.state = 'sent'), count(*) FILTER (WHERE d.state = 'dead')
			FROM botrelay.moved_events m JOIN botrelay.deliveries d ON d.event = m.seq WHERE m.file = $1 AND d.sink = $2`, name, sink).
			Scan(&sent, &dead)
		if err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE botrelay.lanes SET sent = sent + $1, dead = dead + $2 WHERE sink = $3`, sent, dead, legibleText(sink))
	return err
}

// shared brings what lanes share.
func shared(ctx context.Context, tx pgx.Tx, rest move.Rest) error {
	const budgetColumns = `key, span, rested_at, resume_at, held, held_at, retry_from, retry_at, reason, moved_to`
	if err := insertRows(ctx, tx, "budgets", budgetColumns, budgetConflict, rest.Budgets); err != nil {
		return err
	}
	if err := insertRows(ctx, tx, "uses", `key, at, sink`, ``, rest.Uses); err != nil {
		return err
	}
	return insertRows(ctx, tx, "threads", `destination, thread, root, sent_at`, `ON CONFLICT DO NOTHING`, rest.Threads)
}
