package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

// Moving is a store that another is moved into, beside the relays that use it. Its
// methods are called by one goroutine.
type Moving struct {
	db    *database
	at    move.Position // of the move that was begun
	newer int64
}

var _ move.Target = (*Moving)(nil)

const (
	// chunkTime is how long a chunk may take, and endTime the end of a move, which
	// lets all that waits be sent at once.
	chunkTime = 2 * time.Minute
	endTime   = time.Hour
)

// OpenToMove connects to the database of a store to move another into it, and makes
// the tables or brings them up to date. Of cfg only URL and Log count. The error
// never holds the URL's password.
func OpenToMove(ctx context.Context, cfg Config) (*Moving, error) {
	db, err := connect(ctx, Config{URL: cfg.URL, Log: cfg.Log, MaxConns: 2})
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the tables: %w", classify(err)), db.close())
	}
	return &Moving{db: db}, nil
}

// Close ends the use of the store.
func (m *Moving) Close() error { return m.db.close() }

// Begin finds out how the move of a file stands: see move.Target.
func (m *Moving) Begin(ctx context.Context, name, state string) (s move.Start, err error) {
	err = m.do(ctx, endTime, func(ctx context.Context, tx pgx.Tx) error {
		s, err = begin(ctx, tx, name, state)
		return err
	})
	m.at, m.newer = s.Position, s.Newer
	return s, err
}

func begin(ctx context.Context, tx pgx.Tx, name, state string) (s move.Start, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO botrelay.moves (file, state) VALUES ($1, $2) ON CONFLICT DO NOTHING`, name, state); err != nil {
		return s, err
	}
	var former string
	var doneAt, newest int64
	err = tx.QueryRow(ctx, `SELECT state, event, delivery, moved, passed, newest, done_at FROM botrelay.moves WHERE file = $1 FOR UPDATE`, name).
		Scan(&former, &s.Event, &s.Delivery, &s.Moved, &s.Passed, &newest, &doneAt)
	if err != nil {
		return s, err
	}
	s.Newer = newest
	switch {
	case former == state:
		s.Done, s.Resumed = doneAt != 0, doneAt == 0 && s.Event+s.Delivery > 0
		return s, nil
	case doneAt == 0:
		s.Anew = true
		if err := takeBack(ctx, tx, name); err != nil {
			return s, err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE botrelay.moves SET state = $2, event = 0, delivery = 0, moved = 0, passed = 0, done_at = 0 WHERE file = $1`, name, state)
	return move.Start{Newer: s.Newer, Anew: s.Anew}, err
}

// takeBack forgets what an interrupted move has brought. Nothing of it was sent.
func takeBack(ctx context.Context, tx pgx.Tx, name string) error {
	for _, text := range []string{
		`DELETE FROM botrelay.attempts a USING botrelay.moved_events m, botrelay.deliveries d
			WHERE m.file = $1 AND d.event = m.seq AND a.delivery = d.id`,
		`DELETE FROM botrelay.deliveries d USING botrelay.moved_events m WHERE m.file = $1 AND d.event = m.seq`,
		`DELETE FROM botrelay.events e USING botrelay.moved_events m WHERE m.file = $1 AND e.seq = m.seq`,
	} {
		if _, err := tx.Exec(ctx, text, name); err != nil {
			return err
		}
	}
	return forgetMoved(ctx, tx, name)
}

func forgetMoved(ctx context.Context, tx pgx.Tx, name string) error {
	_, err := tx.Exec(ctx, `DELETE FROM botrelay.moved_events WHERE file = $1`, name)
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM botrelay.moved_deliveries WHERE file = $1`, name)
	}
	return err
}

// do does something in a transaction, and again if another was in its way.
func (m *Moving) do(ctx context.Context, limit time.Duration, run func(context.Context, pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return m.db.retry(ctx, func() error {
		return pgx.BeginFunc(ctx, m.db.pool, func(tx pgx.Tx) error {
			for _, setting := range []string{
				`SET LOCAL lock_timeout = '10s'`,
				fmt.Sprintf(`SET LOCAL statement_timeout = %d`, limit.Milliseconds()),
				`SET LOCAL idle_in_transaction_session_timeout = '1min'`,
			} {
				if _, err := tx.Exec(ctx, setting); err != nil {
					return err
				}
			}
			return run(ctx, tx)
		})
	})
}
