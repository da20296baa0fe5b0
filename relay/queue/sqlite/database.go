package sqlite

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"botrelay/relay/queue/sqlstore"
)

// database is what the queue stands on. Its methods may be called from several
// goroutines, but for those of set-up.
type database struct {
	reads  reads
	writer *writer
	leases leases
	wakes  sqlstore.Wakes
	now    func() time.Time // the store's clock
}

var _ sqlstore.Database = (*database)(nil)

// Dialect returns SQLite's.
func (d *database) Dialect() sqlstore.Dialect { return dialect() }

// Read returns the connections that read.
func (d *database) Read() sqlstore.Runner { return &d.reads }

// Now returns the store's time, as it is stored.
func (d *database) Now(ctx context.Context) (int64, error) { return d.micros(), d.usable(ctx) }

func (d *database) micros() int64 { return d.now().UnixMicro() }

// Classify makes an error wrap queue.ErrUnavailable if a later try may succeed.
func (d *database) Classify(err error) error { return classify(err) }

// Do does op in the next transaction.
func (d *database) Do(ctx context.Context, op sqlstore.Operation) error {
	return d.writer.do(ctx, &operation{
		run:       func(ctx context.Context, c *conn) error { return op.Run(ctx, c, d.micros()) },
		committed: op.Committed,
	}, !op.Hasty)
}

// Settled returns the newest event's place: one writes after the other.
func (d *database) Settled(ctx context.Context) (place int64, err error) {
	err = d.reads.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM events`).Scan(&place)
	return place, err
}

// usable returns why nothing can be done: ctx has ended, or the store is closed.
func (d *database) usable(ctx context.Context) error {
	select {
	case <-d.writer.stop:
		return errClosed
	default:
		return ctx.Err()
	}
}

// reads is the connections that read, with prepared statements. A statement with
// a context that can end costs a goroutine: each is short, and not interrupted.
type reads struct {
	db       *sql.DB
	prepared sync.Map // *sql.Stmt by its text
}

// statement prepares a text when it is first used. There are not many of them.
func (r *reads) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if have, ok := r.prepared.Load(text); ok {
		return have.(*sql.Stmt), nil //nolint:forcetypeassert // nothing else is in it
	}
	stmt, err := r.db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if have, twice := r.prepared.LoadOrStore(text, stmt); twice {
		_ = stmt.Close()
		return have.(*sql.Stmt), nil //nolint:forcetypeassert // nothing else is in it
	}
	return stmt, nil
}

// ExecContext fails: these connections cannot write.
func (r *reads) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	return r.db.ExecContext(ctx, text, args...)
}

func (r *reads) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	stmt, err := r.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (r *reads) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if ctx.Err() != nil {
		return r.db.QueryRowContext(ctx, text, args...) // which fails by it
	}
	ctx = context.WithoutCancel(ctx)
	stmt, err := r.statement(ctx, text)
	if err != nil {
		return r.db.QueryRowContext(ctx, text, args...) // which fails by the same
	}
	return stmt.QueryRowContext(ctx, args...)
}
