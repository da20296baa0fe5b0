package postgres

import (
	"context"
	"time"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

// backStep is how many events, or deliveries, are taken back or let go at a time:
// few enough that no relay waits for long.
const backStep = 1000

// others makes sure that no move of another file is under way: what it has brought
// would pass for what is there already, and may never be sent. anew takes it back.
func (m *Moving) others(ctx context.Context, anew bool) error {
	for {
		var other move.OtherError
		var name string
		var begun, here int64
		found, err := m.db.pool.Query(ctx, `SELECT file, path, moved, begun_at, here_at FROM botrelay.moves
			WHERE file <> $1 AND done_at = 0 AND (event > 0 OR delivery > owed) ORDER BY here_at DESC, file LIMIT 1`, m.from.Name)
		if err != nil {
			return classify(err)
		}
		n, err := pgx.ForEachRow(found, []any{&name, &other.Path, &other.Events, &begun, &here}, func() error { return nil })
		if err != nil || n.RowsAffected() == 0 {
			return classify(err)
		}
		other.Begun, other.Here = time.UnixMicro(begun), here != 0
		if !anew || other.Here {
			return &other
		}
		if err := m.abandon(ctx, name); err != nil {
			return err
		}
	}
}

// abandon takes back what the move of another file has brought.
func (m *Moving) abandon(ctx context.Context, name string) error {
	err := m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE botrelay.moves SET state = '' WHERE file = $1 AND here_at = 0`, name)
		return err
	})
	if err == nil {
		err = m.takeBack(ctx, name)
	}
	return err
}

// takeBack forgets what an interrupted move has brought, little by little. Nothing
// of it was sent. The state of the move is none meanwhile, so that nobody goes on
// with it.
func (m *Moving) takeBack(ctx context.Context, name string) error {
	err := m.steps(ctx, `WITH page AS (DELETE FROM botrelay.moved_events WHERE file = $1 AND seq = ANY(ARRAY(
				SELECT seq FROM botrelay.moved_events WHERE file = $1 AND seq > $2 ORDER BY seq LIMIT $3)) RETURNING seq),
			d AS (DELETE FROM botrelay.deliveries d USING page WHERE d.event = page.seq RETURNING d.id),
			a AS (DELETE FROM botrelay.attempts a USING d WHERE a.delivery = d.id),
			e AS (DELETE FROM botrelay.events e USING page WHERE e.seq = page.seq)
		SELECT count(*), coalesce(max(seq), 0) FROM page`, nil, name)
	if err != nil {
		return err
	}
	// What is left are replays of events that an earlier move has brought.
	err = m.steps(ctx, `WITH page AS (DELETE FROM botrelay.moved_deliveries WHERE file = $1 AND former = ANY(ARRAY(
				SELECT former FROM botrelay.moved_deliveries WHERE file = $1 AND former > $2 ORDER BY former LIMIT $3)) RETURNING former, id),
			d AS (DELETE FROM botrelay.deliveries d USING page WHERE d.id = page.id RETURNING d.id),
			a AS (DELETE FROM botrelay.attempts a USING d WHERE a.delivery = d.id)
		SELECT count(*), coalesce(max(former), 0) FROM page`, nil, name)
	if err != nil {
		return err
	}
	return m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE botrelay.moves SET event = 0, delivery = owed, moved = 0, passed = 0,
			done_at = CASE WHEN newest > 0 THEN botrelay.now_micros() ELSE 0 END WHERE file = $1 AND state = ''`, name)
		return err
	})
}

// steps runs a statement again and again, each time in a transaction of its own,
// until it does nothing more. Its parameters are name, behind what to go on, how
// much to do and more; it returns how much it did, and the last of it.
func (m *Moving) steps(ctx context.Context, text string, progress func(int), name string, more ...any) error {
	for after, n := int64(-1), 1; n > 0; {
		last := after
		err := m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
			return tx.QueryRow(ctx, text, append([]any{name, after, backStep}, more...)...).Scan(&n, &last)
		})
		if err != nil {
			return err
		}
		if after = last; progress != nil {
			progress(n)
		}
	}
	return nil
}
