package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"botrelay/relay/queue/move"
)

// Moving is a store that is opened to be moved elsewhere. No relay has it
// meanwhile, and it is read as it was when it was opened. Its methods are called
// one at a time.
type Moving struct {
	lock  *fileLock
	db    *sql.DB
	conn  *sql.Conn
	about move.About
}

var _ move.Source = (*Moving)(nil)

var errInUse = errors.New("a relay has it: stop that first, so that nothing changes while it is moved")

// OpenToMove opens the store at path. It does not wait for a relay that has it, and
// makes none where there is none: that is the error. It writes a name of its own
// into a file that has none yet, and nothing else.
func OpenToMove(ctx context.Context, path string) (*Moving, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	m := &Moving{about: move.About{Path: path}}
	if err := m.open(ctx, path); err != nil {
		return nil, fmt.Errorf("opening store %s: %w", path, errors.Join(explainDenied(err), m.Close()))
	}
	return m, nil
}

func (m *Moving) open(ctx context.Context, path string) (err error) {
	if err := exists(path); err != nil {
		return err
	}
	if err := refuseForeign(ctx, path); err != nil {
		return err
	}
	waiting, taken := context.WithCancel(ctx)
	defer taken()
	if m.lock, err = lockFile(waiting, path+lockSuffix, taken); err != nil {
		if waiting.Err() != nil && ctx.Err() == nil {
			return errInUse
		}
		return err
	}
	return classify(m.connect(ctx, path))
}

// connect opens the database proper. Nobody else has it.
func (m *Moving) connect(ctx context.Context, path string) (err error) {
	if m.db, err = sql.Open("sqlite", dsn(path, "busy_timeout(5000)", "synchronous(FULL)")); err != nil {
		return err
	}
	if m.conn, err = m.db.Conn(ctx); err != nil {
		return err
	}
	var i identity
	if err := i.read(ctx, m.conn); err != nil {
		return err
	}
	if i.isNew() {
		return errNoStore
	}
	if err := i.refuse(); err != nil {
		return err
	}
	return m.begin(ctx)
}

// begin gives the file its name, and keeps to what it holds now: somebody may
// replay beside.
func (m *Moving) begin(ctx context.Context) error {
	for _, text := range []string{
		`CREATE TABLE IF NOT EXISTS file (id TEXT NOT NULL) STRICT`,
		`INSERT INTO file SELECT '` + rand.Text() + `' WHERE NOT EXISTS (SELECT 1 FROM file)`,
		`BEGIN`,
	} {
		if _, err := m.conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return m.conn.QueryRowContext(ctx, `SELECT (SELECT id FROM file), coalesce((SELECT max(put_at) FROM events), 0),
		coalesce((SELECT max(id) FROM deliveries), 0),
		(SELECT count(*) || ' ' || coalesce(max(seq), 0) || ' ' || coalesce(max(put_at), 0) FROM events) || ' ' ||
		(SELECT count(*) || ' ' || coalesce(max(id), 0) || ' ' || coalesce(sum(attempts), 0) || ' ' || coalesce(max(settled_at), 0)
			|| ' ' || coalesce(sum(state = 'pending'), 0) || ' ' || coalesce(sum(state = 'replayed'), 0)
			|| ' ' || coalesce(sum(state = 'discarded'), 0) FROM deliveries)`).
		Scan(&m.about.Name, &m.about.Newest, &m.about.Last, &m.about.State)
}

// Close ends the move's use of the store.
func (m *Moving) Close() (err error) {
	if m.conn != nil {
		_, _ = m.conn.ExecContext(context.Background(), `ROLLBACK`) // nothing was written
		err = m.conn.Close()
	}
	if m.db != nil {
		err = errors.Join(err, m.db.Close())
	}
	if m.lock != nil {
		err = errors.Join(err, m.lock.release())
	}
	return err
}

// About says what the file is: see move.Source.
func (m *Moving) About() move.About { return m.about }
