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
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"
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
	// Committed is called after every commit of events with how many shared it,
	// how long it took, and why it failed, or nil. It is called by
	// the one goroutine that puts, before the callers have their answers, so it must
	// not block and should cost next to nothing. nil: it is not called.
	Committed func(events int, took time.Duration, err error)
}

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
	db, err := connectAndMigrate(ctx, cfg)
	if err != nil {
		return nil, err
	}
	// One connection is left to those who put events, and one to what shows that this
	// relay lives, however many lanes want one.
	db.sql.SetMaxOpenConns(max(int(db.pool.Config().MaxConns)-2, 2))
	db.vital.SetMaxOpenConns(2)
	s := &Store{Store: sqlstore.New(db, nil), db: db, putter: newPutter(db, cfg.Committed)}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	for _, run := range []func(context.Context){s.putter.run, db.lines.watch, db.heartbeats, db.renew, db.listen, db.notify} {
		s.running.Go(func() { run(running) })
	}
	return s, nil
}

// Wake returns the channel of sink's lane: see queue.Lanes.
func (s *Store) Wake(sink string) <-chan struct{} { return s.db.wakes.Of(sink) }

// Trouble returns why the database is of no use, or nil: it is looked at every other
// second, whether anybody wants anything of it or not. failed is why the last Put
// failed, and at is when; nil: it did not. That counts until the database was found
// well since, unless it is of a kind that a look does not meet. sure says that it was
// looked at so lately that there is no need to ask it once more, which would wait for
// a connection among all the lanes. It does not block.
func (s *Store) Trouble(failed error, at time.Time) (sure bool, trouble error) {
	l := s.db.looked.Load()
	if l == nil {
		return false, failed
	}
	switch sure = time.Since(l.began) < freshTime; {
	case l.err != nil:
		return sure, l.err
	case failed != nil && l.began.After(at) && (isNetwork(failed) || isStopped(failed)):
		return sure, nil
	}
	return sure, failed
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
