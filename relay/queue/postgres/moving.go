package postgres

import (
	"context"
	"fmt"
	"time"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

// Moving is a store that another is moved into, beside the relays that use it. Its
// methods are called by one goroutine.
type Moving struct {
	db   *database
	from move.About
	at   move.Position // of the move that was begun
	// newer is up to when an earlier move brought events, and here says that only
	// the end of the move is left.
	newer int64
	here  bool
}

var _ move.Target = (*Moving)(nil)

const (
	// stepTime is how long a step of a move may take, and stepLock how long it waits
	// for a relay.
	stepTime = 2 * time.Minute
	stepLock = 10 * time.Second
)

// OpenToMove connects to the database of a store to move another into it, and makes
// the tables or brings them up to date. Of cfg only URL and Log count. The error
// never holds the URL's password.
func OpenToMove(ctx context.Context, cfg Config) (*Moving, error) {
	db, err := connectAndMigrate(ctx, Config{URL: cfg.URL, Log: cfg.Log, MaxConns: 2})
	if err != nil {
		return nil, err
	}
	return &Moving{db: db}, nil
}

// Running reports whether a relay uses the store at the moment.
func (m *Moving) Running(ctx context.Context) (bool, error) { return m.db.anyAlive(ctx) }

// Close ends the use of the store.
func (m *Moving) Close() error { return m.db.close() }

// Begin finds out how the move of a file stands: see move.Target.
func (m *Moving) Begin(ctx context.Context, from move.About, anew bool) (move.Start, error) {
	m.from = from
	if err := m.others(ctx, anew); err != nil {
		return move.Start{}, err
	}
	s, back, err := m.stand(ctx, anew)
	if err == nil && back {
		err = m.takeBack(ctx, from.Name)
		if err == nil {
			s, _, err = m.stand(ctx, false)
			s.Anew = true
		}
	}
	m.at, m.newer, m.here = s.Position, s.Newer, s.Here
	return s, err
}

// stand tells how the move stands, and begins it where there is none. back says
// that what it has brought is to be taken back first.
func (m *Moving) stand(ctx context.Context, anew bool) (s move.Start, back bool, err error) {
	err = m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO botrelay.moves (file, state, path, begun_at) VALUES ($1, $2, $3, botrelay.now_micros())
			ON CONFLICT DO NOTHING`, m.from.Name, m.from.State, legibleText(m.from.Path))
		if err != nil {
			return err
		}
		var former string
		var owed, hereAt, doneAt int64
		s = move.Start{}
		err = tx.QueryRow(ctx, `SELECT state, event, delivery, moved, passed, newest, owed, here_at, done_at FROM botrelay.moves
			WHERE file = $1 FOR UPDATE`, m.from.Name).
			Scan(&former, &s.Event, &s.Delivery, &s.Moved, &s.Passed, &s.Newer, &owed, &hereAt, &doneAt)
		if err != nil {
			return err
		}
		same, begun := former == m.from.State, s.Event > 0 || s.Delivery > owed
		switch {
		case doneAt == 0 && hereAt != 0:
			s.Here, s.Resumed, s.Former = true, true, !same
			return nil
		case same && doneAt != 0:
			s.Done = true
			return nil
		case same && (!anew || !begun):
			s.Resumed = begun
			return nil
		case doneAt == 0 && begun:
			back = true
			_, err = tx.Exec(ctx, `UPDATE botrelay.moves SET state = '' WHERE file = $1`, m.from.Name)
			return err
		}
		s = move.Start{Newer: s.Newer, Position: move.Position{Delivery: owed}}
		_, err = tx.Exec(ctx, `UPDATE botrelay.moves SET state = $2, path = $3, begun_at = botrelay.now_micros(), event = 0, delivery = owed,
			moved = 0, passed = 0, here_at = 0, done_at = 0 WHERE file = $1`, m.from.Name, m.from.State, legibleText(m.from.Path))
		return err
	})
	return s, back, err
}

// do does something in a transaction, and again if another was in its way. Its
// locks end soon whatever becomes of this process: relays may wait for them.
func (m *Moving) do(ctx context.Context, run func(context.Context, pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	begin := pgx.TxOptions{BeginQuery: fmt.Sprintf(`BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %d;
		SET LOCAL statement_timeout = %d; SET LOCAL idle_in_transaction_session_timeout = '1min'; SELECT `+durable, stepLock.Milliseconds(), stepTime.Milliseconds())}
	return m.db.retry(ctx, func() error {
		return pgx.BeginTxFunc(ctx, m.db.pool, begin, func(tx pgx.Tx) error { return run(ctx, tx) })
	})
}
