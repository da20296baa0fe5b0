// Package postgres keeps the queue of several relays in one PostgreSQL database.
// It is a driver of package queue, whose interfaces say what it promises.
//
// All relays on the database share its lanes, budgets, conversations and history;
// its clock is the store's. A lane has one sender at a time by a lease, which is
// numbered so that who has lost it can change nothing. Nothing rests on the state
// of a session, so a transaction pooler may stand between.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// Config says which database to use, and how.
type Config struct {
	// URL is a connection string as libpq's: postgres://user:pass@host/db, or
	// key=value words. What it leaves out comes from the PG… variables.
	URL string
	Log *slog.Logger // nil: nothing is logged
	// MaxConns is how many connections are open at most, beside one that listens.
	// 0 means 10.
	MaxConns int
	// MaxWaiting is how many events may wait for the database; a Put beyond it
	// fails at once. 0 means 1024.
	MaxWaiting int
	// Committed is called after every commit of events with how many shared it,
	// how long it took, and why it failed, or nil. It is called from several
	// goroutines, before the callers have their answers, so it must not block and
	// should cost next to nothing. nil: it is not called.
	Committed func(events int, took time.Duration, err error)
}

const (
	defaultConns   = 10
	defaultWaiting = 1024
	// connectTime is how long one try to connect may take.
	connectTime = 5 * time.Second
	// pingTime is how long a connection that has been idle may take to show that it
	// still is one.
	pingTime = 2 * time.Second
)

// Store is a queue.Store in a PostgreSQL database. Its methods may be called from
// several goroutines.
type Store struct {
	*sqlstore.Store
	db      *database
	putter  *putter
	stop    context.CancelFunc
	running sync.WaitGroup
	closing sync.Once
	closed  error // what Close returns
}

var _ queue.Store = (*Store)(nil)

// Open connects to the database, makes the tables or brings them up to date, and
// joins the relays that use it. It blocks until then, or until ctx ends;
// afterwards ctx means nothing to the Store. The Store owns some goroutines until
// Close.
//
// The error wraps queue.ErrUnavailable if a later try may succeed. It never holds
// the URL's password.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	db, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing the tables: %w", explain(classify(err), &db.config.Config)), db.close())
	}
	if cfg.MaxWaiting == 0 {
		cfg.MaxWaiting = defaultWaiting
	}
	s := &Store{Store: sqlstore.New(db, nil), db: db, putter: newPutter(db, cfg)}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	for _, run := range []func(context.Context){s.putter.run, db.lines.watch, db.heartbeats, db.listen, db.notify} {
		s.running.Go(func() { run(running) })
	}
	return s, nil
}

// connect opens the pool and sees whether the database answers.
func connect(ctx context.Context, cfg Config) (*database, error) {
	config, err := pgxpool.ParseConfig(cfg.URL)
	if err != nil {
		return nil, errors.New("opening the store: its URL is none of PostgreSQL's: write postgres://USER:PASSWORD@HOST/DATABASE")
	}
	config.MaxConns = int32(cfg.MaxConns) //nolint:gosec // a handful
	if cfg.MaxConns == 0 {
		config.MaxConns = defaultConns
	}
	config.ConnConfig.ConnectTimeout = connectTime
	// A prepared statement would be part of a session.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	lines := newLines(config.ConnConfig.DialFunc)
	config.ConnConfig.DialFunc = lines.dial
	config.PingTimeout = pingTime
	config.ConnConfig.StatementCacheCapacity, config.ConnConfig.DescriptionCacheCapacity = 0, 0
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	db := &database{
		id: uuid.NewString(), pool: pool, sql: stdlib.OpenDBFromPool(pool), config: config.ConnConfig, lines: lines, log: cfg.Log,
		remote: make(chan struct{}, 1), beat: make(chan struct{}, 1), looking: make(chan struct{}, 1),
	}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	if err := db.checkServer(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the store: %w", explain(classify(err), &db.config.Config)), db.close())
	}
	return db, nil
}

// Wake returns the channel of sink's lane: see queue.Lanes.
func (s *Store) Wake(sink string) <-chan struct{} { return s.db.wakes.Of(sink) }

// Trouble returns why the database is of no use, or nil: it is looked at every other
// second, whether anybody wants anything of it or not. failed is why the last Put
// failed, and at is when; nil: it did not. That counts until the database was found
// well since, unless it is of a kind that a look does not meet. It does not block.
func (s *Store) Trouble(failed error, at time.Time) error {
	l := s.db.looked.Load()
	switch {
	case l == nil:
		return failed
	case l.err != nil:
		return l.err
	case failed != nil && l.began.After(at) && (isNetwork(failed) || isStopped(failed)):
		return nil
	}
	return failed
}

// Close refuses what comes from now on, finishes what waits, and leaves the other
// relays its lanes. It blocks until then, for some seconds at most, and may be
// called more than once.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.stop()
		s.running.Wait()
		err := s.db.leave()
		if closing := s.db.close(); closing != nil || err != nil {
			s.closed = fmt.Errorf("closing store: %w", errors.Join(err, closing))
		}
	})
	return s.closed
}

// database is what the queue stands on. Its methods may be called from several
// goroutines.
type database struct {
	id      string // this relay's, new with each start
	pool    *pgxpool.Pool
	sql     *sql.DB // of the same pool
	config  *pgx.ConnConfig
	lines   *lines
	log     *slog.Logger
	wakes   sqlstore.Wakes
	peers   peers
	remote  chan struct{} // receives when there is somebody else to wake
	beat    chan struct{} // receives when the relays are to be looked at now
	looking chan struct{} // full while they are
	closed  atomic.Bool
	old     atomic.Bool // a newer relay changes the tables beyond our knowledge
	looked  atomic.Pointer[glance]
}

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

func (d *database) close() error {
	d.closed.Store(true)
	err := d.sql.Close()
	d.pool.Close()
	return err
}
