package postgres

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"botrelay/relay/queue/sqlstore"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// operationTime is how long one operation may take, with all its tries.
	operationTime = 10 * time.Second
	// beginText begins a transaction whose locks end soon, whatever becomes of this
	// process: other relays may wait for them. The settings end with it.
	beginText = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '8s';
		SET LOCAL idle_in_transaction_session_timeout = '3s'; SELECT ` + durable
	// durable has a transaction answered only once it is on disk, where the server, the
	// database or the role has it otherwise. A stricter setting stays.
	durable = `CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END`
	// maxTries is how often a transaction is tried that was in another's way.
	maxTries = 10
)

// database is what the queue stands on. Its methods may be called from several
// goroutines.
type database struct {
	id       string // this relay's, new with each start
	pool     *pgxpool.Pool
	sql      *sql.DB // of the same pool
	vital    *sql.DB // of it too: for what shows that this relay lives, which waits behind no lane
	gate     *gate   // before all of them
	config   *pgx.ConnConfig
	lines    *lines
	log      *slog.Logger
	wakes    sqlstore.Wakes
	peers    peers
	renewals *renewals
	remote   chan struct{} // receives when there is somebody else to wake
	beat     chan struct{} // receives when the relays are to be looked at now
	looking  chan struct{} // full while they are
	closed   atomic.Bool
	old      atomic.Bool // a newer relay changes the tables beyond our knowledge
	looked   atomic.Pointer[glance]
	settling settling
	hearing  atomic.Pointer[context.CancelFunc] // ends listening; nil: nobody listens
}

var _ sqlstore.Database = (*database)(nil)

// usable returns why nothing can be done: ctx has ended, the store is closed, or
// this relay is too old.
func (d *database) usable(ctx context.Context) error {
	switch {
	case d.closed.Load():
		return errClosed
	case d.old.Load():
		return errOld
	}
	return ctx.Err()
}

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

// change runs a statement by itself, and again if another was in its way. It returns
// how many rows it changed.
func (d *database) change(ctx context.Context, text string, args ...any) (n int64, err error) {
	err = d.retry(ctx, func() error {
		result, err := d.sql.ExecContext(ctx, text, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, err
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
