// Package sqlstore keeps the contract of package queue in SQL that SQLite and
// PostgreSQL both understand. A driver brings a Database: its dialect, connections,
// transactions, a clock, and who has which lane.
package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"time"

	"botrelay/relay/queue"
)

// Runner runs statements: a connection, a transaction or a pool of connections.
type Runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Operation is one thing to do in a transaction, all or nothing.
type Operation struct {
	// Run does it at now, the store's time. It may be run more than once, each
	// time as if for the first, so it changes nothing but the database and what
	// it returns to its caller when it is done.
	Run func(ctx context.Context, tx Runner, now int64) error
	// Committed is called once it is durable, if not nil. It must not block.
	Committed func()
	// Hasty says that it fails at once, with an error that wraps
	// queue.ErrUnavailable, where too many others wait.
	Hasty bool
	// Ends says that it records the end of what was begun, and begins nothing.
	Ends bool
}

// Database is what is below a Store. Its methods may be called from several
// goroutines. Its errors wrap queue.ErrUnavailable if a later try may succeed.
type Database interface {
	Source
	// Dialect returns how the database says things.
	Dialect() Dialect
	// Do blocks until op is durable, has failed, or ctx ends; then it may be done
	// or not.
	Do(ctx context.Context, op Operation) error
	// Settled returns a place up to which every event can be read that ever will be. It
	// may lag behind.
	Settled(ctx context.Context) (place int64, err error)
	Leases
}

// Leases is who has which lane. A fence numbers the leases of a lane, so that no
// two are the same.
type Leases interface {
	// Take makes the caller the only sender of a lane for ttl, and has open run in
	// the transaction that makes it so, if there is one. The error wraps
	// queue.ErrTaken if there is another sender. keys are those of its budgets.
	Take(ctx context.Context, sink string, keys []string, ttl time.Duration, open Operation) (fence int64, err error)
	// Held returns the store's time, or an error that wraps queue.ErrLost if the
	// lease has ended. tx is the transaction that is to change the lane, which
	// nobody takes over before its end; nil: it is only read. late: a lease that has
	// run out counts until somebody takes the lane; only in a transaction.
	Held(ctx context.Context, tx Runner, sink string, fence int64, late bool) (now int64, err error)
	// Extend lets a lease that has not ended last for ttl from now, 0 to end it;
	// otherwise the error wraps queue.ErrLost.
	Extend(ctx context.Context, sink string, fence int64, ttl time.Duration) error
	// Abandoned returns those of some lanes that have no sender.
	Abandoned(ctx context.Context, sinks []string) ([]string, error)
	// Wake wakes the senders of lanes that may have something new to send, and
	// WakeSharing those of all lanes that have one of these budgets. They do not
	// block.
	Wake(sinks []string)
	WakeSharing(keys []string)
}

// Store is the queue on a Database. Its methods may be called from several
// goroutines.
type Store struct {
	Ledger
	db      Database
	lane    laneTexts
	try     tryTexts
	put     putTexts
	thread  threadTexts
	prunes  pruneTexts
	indexes indexTexts
	pruning pruning
	indexer indexer
}

// New returns a Store, which owns nothing but memory. giveBack is called by Prune
// once all that may go has gone, again and again while it says that there is more
// to do; nil: there is nothing to do.
func New(db Database, giveBack func(context.Context) (more bool, err error)) *Store {
	d := db.Dialect()
	s := &Store{
		Ledger: NewLedger(db, d, db.Do, db.Wake), db: db,
		lane: d.laneTexts(), try: d.tryTexts(), put: d.putTexts(), thread: d.threadTexts(), prunes: d.pruneTexts(), indexes: d.indexTexts(),
	}
	s.indexer.name = rand.Text()
	s.pruning.giveBack = giveBack
	return s
}

// sinksOf returns who is owed something.
func sinksOf(owed []queue.Owed) []string {
	sinks := make([]string, len(owed))
	for i, o := range owed {
		sinks[i] = o.Sink
	}
	return sinks
}

// column reads rows of one value each.
func column[T any](found *sql.Rows, err error) (all []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for found.Next() {
		var one T
		if err := found.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, found.Err()
}

// affected returns how many rows a statement changed.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
