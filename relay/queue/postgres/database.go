package postgres

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"botrelay/relay/queue/sqlstore"
)

const (
	// operationTime is how long one operation may take, with all its tries.
	operationTime = 10 * time.Second
	// beginText begins a transaction whose locks end soon, whatever becomes of this
	// process: other relays may wait for them. The settings end with it.
	beginText = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '8s';
		SET LOCAL idle_in_transaction_session_timeout = '3s'`
	// maxTries is how often a transaction is tried that was in another's way.
	maxTries = 10
)

var _ sqlstore.Database = (*database)(nil)

// Dialect returns PostgreSQL's.
func (d *database) Dialect() sqlstore.Dialect { return dialect() }

// Read returns what runs statements that only read, each by itself.
func (d *database) Read() sqlstore.Runner { return runner{bounded{d.sql}} }

// Now returns the database's time.
func (d *database) Now(ctx context.Context) (now int64, err error) {
	if err := d.usable(ctx); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	err = d.sql.QueryRowContext(ctx, `SELECT botrelay.now_micros()`).Scan(&now)
	return now, classify(err)
}

// Classify makes an error wrap queue.ErrUnavailable if a later try may succeed.
func (d *database) Classify(err error) error { return classify(err) }

// Do does op in a transaction of its own, and again if another was in its way.
func (d *database) Do(ctx context.Context, op sqlstore.Operation) error {
	if err := d.usable(ctx); err != nil && (!op.Ends || !errors.Is(err, errOld)) {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	if err := d.retry(ctx, func() error { return d.try(ctx, op) }); err != nil {
		return err
	}
	if op.Committed != nil {
		op.Committed()
	}
	return nil
}

// retry does a transaction until no other is in its way.
func (d *database) retry(ctx context.Context, try func() error) error {
	for tries := 1; ; tries++ {
		err := try()
		if isNetwork(err) {
			d.pool.Reset() // the other connections are no better, and each would cost as long
		}
		if !inTheWay(err) || tries == maxTries {
			return classify(err)
		}
		select {
		case <-ctx.Done():
			return classify(err)
		case <-time.After(time.Duration(rand.Int64N(int64(tries) * int64(5*time.Millisecond)))): //nolint:gosec // no secret
		}
	}
}

// try does op once.
func (d *database) try(ctx context.Context, op sqlstore.Operation) (err error) {
	conn, err := d.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // the pool drops one that is in no state to be used again
	if _, err := conn.ExecContext(ctx, beginText); err != nil {
		return err
	}
	var now, needed int64
	err = conn.QueryRowContext(ctx, `SELECT botrelay.now_micros(), oldest FROM botrelay.compatible`).Scan(&now, &needed)
	if err == nil {
		err = d.fits(needed)
	}
	if err == nil || op.Ends && errors.Is(err, errOld) {
		err = op.Run(ctx, runner{conn}, now)
	}
	if err != nil {
		// If ctx has ended the connection is closed already, which does the same.
		_, _ = conn.ExecContext(ctx, `ROLLBACK`)
		return err
	}
	commit, cancel := whole(ctx)
	defer cancel()
	_, err = conn.ExecContext(commit, `COMMIT`)
	return err
}

// wholeTime is how long a statement goes on that is not to be cut off.
const wholeTime = 2 * time.Second

// whole returns a context that ends some time after ctx, for a statement that is not
// to be cut off: the database may run it all the same, after what this relay says last.
func whole(ctx context.Context) (context.Context, context.CancelFunc) {
	goes, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(wholeTime, cancel) })
	return goes, func() {
		stop()
		cancel()
	}
}

// runner runs statements on a pool or a connection, with texts that PostgreSQL
// takes.
type runner struct{ on sqlstore.Runner }

func (r runner) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return r.on.ExecContext(ctx, query, legible(args)...)
}

func (r runner) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.on.QueryContext(ctx, query, legible(args)...)
}

func (r runner) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return r.on.QueryRowContext(ctx, query, legible(args)...)
}

// legible replaces what PostgreSQL's texts cannot hold, which somebody else may
// have written: zero bytes, and what is no UTF-8.
func legible(args []any) []any {
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = legibleText(text)
		}
	}
	return args
}

func legibleText(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// bounded gives every statement its time.
type bounded struct{ db *sql.DB }

func (b bounded) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	return b.db.ExecContext(ctx, query, args...)
}

func (b bounded) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	context.AfterFunc(ctx, cancel) // nobody can say when the rows have been read: the time ends it
	return b.db.QueryContext(ctx, query, args...)
}

func (b bounded) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	context.AfterFunc(ctx, cancel)
	return b.db.QueryRowContext(ctx, query, args...)
}
