package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

const (
	// threadStep is how many conversations are brought at a time.
	threadStep = 1000
	// wakeTime is how often relays are told that there is more to send.
	wakeTime = time.Second
)

// End brings lanes, budgets and conversations, and lets what waits be sent: see
// move.Target. What relays have made of a lane or a budget here stays.
func (m *Moving) End(ctx context.Context, rest move.Rest, progress func(done, of int)) (ended move.Ended, err error) {
	if !m.here {
		lanes, err := m.lanes(ctx, rest.Lanes)
		if err == nil {
			err = m.commit(ctx, lanes, rest)
		}
		if err != nil {
			return ended, fmt.Errorf("moving lanes: %w", classify(err))
		}
		m.here = true
	}
	for _, l := range rest.Lanes {
		if ended.Lanes++; l.Int("held") != 0 {
			ended.Held++
		}
	}
	if ended.Threads, err = m.threads(ctx, rest); err != nil {
		return ended, fmt.Errorf("moving conversations: %w", classify(err))
	}
	if err := m.letGo(ctx, progress); err != nil {
		return ended, fmt.Errorf("letting go what waits: %w", classify(err))
	}
	return ended, nil
}

// commit brings what lanes are and share, with the batches under way, in one
// transaction: relays wait for it. From then on nothing can be taken back.
func (m *Moving) commit(ctx context.Context, lanes []laneMoved, rest move.Rest) error {
	used, err := m.usedBudgets(ctx)
	if err != nil {
		return err
	}
	return m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE botrelay.moves SET here_at = botrelay.now_micros(), newest = greatest(newest, $1), owed = greatest(owed, $2)
			WHERE file = $3 AND state = $4 AND event = $5 AND delivery = $6 AND here_at = 0 AND done_at = 0`,
			m.from.Newest, m.from.Last, m.from.Name, m.from.State, m.at.Event, m.at.Delivery)
		if err == nil && tag.RowsAffected() != 1 {
			err = errElsewhere
		}
		if err != nil {
			return err
		}
		if err := bringLanes(ctx, tx, lanes); err != nil {
			return err
		}
		if err := insertRows(ctx, tx, "budgets", budgetColumns, budgetConflict(), rest.Budgets, used); err != nil {
			return err
		}
		if m.newer == 0 { // else an earlier move has brought them, up to then
			err := insertRows(ctx, tx, "outcomes", `level, slot, sink, sent, died`, `ON CONFLICT (level, slot, sink) DO UPDATE
				SET sent = t.sent + excluded.sent, died = t.died + excluded.died`, rest.Outcomes)
			if err != nil {
				return err
			}
		}
		if err := insertRows(ctx, tx, "uses", `key, at, sink`, ``, rest.Uses); err != nil {
			return err
		}
		var batches []int64
		for _, l := range lanes {
			batches = append(batches, l.batch...)
		}
		_, err = tx.Exec(ctx, `UPDATE botrelay.deliveries SET sink = substr(sink, length($2) + 1) WHERE id = ANY($1) AND starts_with(sink, $2)`,
			batches, waitingName(m.from.Name, ""))
		return err
	})
}

// threads brings conversations. Of two that are the same the newer one counts.
func (m *Moving) threads(ctx context.Context, rest move.Rest) (n int, err error) {
	var some []move.Row
	bring := func() error {
		err := m.do(ctx, func(ctx context.Context, tx pgx.Tx) error { return bringThreads(ctx, tx, some) })
		n, some = n+len(some), some[:0]
		return err
	}
	for t, err := range rest.Threads {
		if err != nil {
			return n, err
		}
		if some = append(some, t); len(some) == threadStep {
			if err := bring(); err != nil {
				return n, err
			}
		}
	}
	return n, bring()
}

func bringThreads(ctx context.Context, tx pgx.Tx, list []move.Row) error {
	err := insertRows(ctx, tx, "threads", `destination, thread, root, sent_at`, `ORDER BY destination, thread
		ON CONFLICT (destination, thread) DO UPDATE SET root = excluded.root, sent_at = excluded.sent_at WHERE t.sent_at < excluded.sent_at`, list)
	if err != nil || len(list) == 0 {
		return err
	}
	var destinations, threads []string
	for _, t := range list {
		destinations, threads = append(destinations, legibleText(t.Text("destination"))), append(threads, legibleText(t.Text("thread")))
	}
	var there int
	err = tx.QueryRow(ctx, `SELECT count(*) FROM botrelay.threads t JOIN unnest($1::text[], $2::text[]) AS k (destination, thread)
		ON t.destination = k.destination AND t.thread = k.thread`, destinations, threads).Scan(&there)
	if err == nil && there != len(list) {
		err = fmt.Errorf("%w: %d of %d are in the database", move.ErrDiffers, there, len(list))
	}
	return err
}

// letGo gives what waits its sinks' names, little by little and in order, and
// forgets what the move has to remember no longer.
func (m *Moving) letGo(ctx context.Context, progress func(done, of int)) error {
	name, waiting := m.from.Name, waitingName(m.from.Name, "")
	var of int
	if err := m.db.pool.QueryRow(ctx, `SELECT count(*) FROM botrelay.moved_deliveries WHERE file = $1`, name).Scan(&of); err != nil {
		return err
	}
	done, woken := 0, time.Time{}
	err := m.steps(ctx, `WITH page AS (DELETE FROM botrelay.moved_deliveries WHERE file = $1 AND former = ANY(ARRAY(
				SELECT former FROM botrelay.moved_deliveries WHERE file = $1 AND former > $2 ORDER BY former LIMIT $3)) RETURNING former, id),
			gone AS (UPDATE botrelay.deliveries d SET sink = substr(d.sink, length($4) + 1) FROM page
				WHERE d.id = page.id AND starts_with(d.sink, $4) RETURNING d.id, d.event, d.sink, d.again, d.owed_at),
			replayed AS (UPDATE botrelay.deliveries d SET state = 'replayed', settled_at = gone.owed_at FROM gone
				WHERE gone.again AND d.event = gone.event AND d.sink = gone.sink AND d.state IN ('dead', 'discarded') AND d.id < gone.id
					AND NOT EXISTS (SELECT 1 FROM botrelay.moved_events m WHERE m.file = $1 AND m.seq = d.event))
		SELECT count(*), coalesce(max(former), 0) FROM page`, func(n int) {
		if done += n; time.Since(woken) > wakeTime {
			m.db.wakeAll()
			woken = time.Now()
		}
		progress(done, of)
	}, name, waiting)
	m.db.wakeAll()
	if err != nil {
		return err
	}
	err = m.steps(ctx, `WITH page AS (DELETE FROM botrelay.moved_events WHERE file = $1 AND seq = ANY(ARRAY(
				SELECT seq FROM botrelay.moved_events WHERE file = $1 AND seq > $2 ORDER BY seq LIMIT $3 * 10)) RETURNING seq)
		SELECT count(*), coalesce(max(seq), 0) FROM page`, nil, name)
	if err != nil {
		return err
	}
	return m.done(ctx, waiting)
}

// done notes that the move is over, after a last look for what waits still.
func (m *Moving) done(ctx context.Context, waiting string) error {
	return m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		var left bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM botrelay.deliveries WHERE state = 'pending' AND starts_with(sink, $1))`, waiting).Scan(&left)
		if err == nil && left {
			err = errors.New("some of it waits still, and should not")
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE botrelay.moves SET done_at = botrelay.now_micros() WHERE file = $1 AND here_at <> 0 AND done_at = 0`, m.from.Name)
		return err
	})
}
