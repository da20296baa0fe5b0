// Package sqlite keeps a relay's events, deliveries and lanes in one SQLite
// file. It is a driver of package queue, whose interfaces say what it promises.
//
// One relay has the file at a time, which a lock shows (Open); others may look
// into it and replay meanwhile (OpenBeside). All that a relay writes is written by
// one goroutine, which lets everything that waits at the same moment share one
// commit; reading has connections of its own, which cannot write.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"
)

// Config says which file to open, and how.
type Config struct {
	// Path is the database file. It and its folder are created if missing, for
	// this user alone, since they hold customers' data. Beside it stand SQLite's
	// own files (-wal, -shm) and the lock (.lock).
	Path string
	Log  *slog.Logger     // nil: nothing is logged
	Now  func() time.Time // the store's clock; nil: time.Now
	// Waiting is called once if another process has the file, before Open waits
	// for its end. nil: Open waits in silence.
	Waiting func()
	// MaxWaiting is how many operations may wait for the disk; a Put beyond it
	// fails at once. 0 means 1024.
	MaxWaiting int
	// Committed is called after every transaction with how many operations
	// shared it, how long it took, and why it failed, or nil. One that failed
	// changed nothing; if several operations shared it, each is tried again by
	// itself. The error wraps queue.ErrUnavailable if the disk is to blame. It is
	// called by the one goroutine that writes, before the callers have their
	// answers, so it must not block and should cost next to nothing. nil: it is
	// not called.
	Committed func(operations int, took time.Duration, err error)
}

const defaultWaiting = 1024

// lockSuffix makes the lock's path of the database's.
const lockSuffix = ".lock"

// Store is a queue.Store in a SQLite file. Its methods may be called from
// several goroutines.
type Store struct {
	*sqlstore.Store
	db      *database
	log     *slog.Logger
	lock    *fileLock
	files   []openFile // that must stay where they are
	gone    sync.Once  // tells that one of them has not
	closing sync.Once
	closed  error // what Close returns
}

var _ queue.Store = (*Store)(nil)

// Open opens the store, and makes it if there is none. It blocks while another
// process has the file, until ctx ends; afterwards ctx means nothing to the
// Store. Leases of an earlier process are void. The Store owns a goroutine
// until Close.
//
// The error names what is wrong with a folder or file that cannot be used, and
// the cure; it wraps queue.ErrUnavailable if a later try may succeed.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", cfg.Path, err)
	}
	if err := prepareFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	lock, err := lockFile(ctx, path+lockSuffix, cfg.Waiting)
	if err != nil {
		return nil, err
	}
	_ = lock.write("") // what one that was killed announced is no longer so
	s, err := open(context.WithoutCancel(ctx), path, cfg)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening store %s: %w", path, err), lock.release())
	}
	s.lock = lock
	return s, nil
}

// open opens the database proper. Nobody else has it.
func open(ctx context.Context, path string, cfg Config) (s *Store, err error) {
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	if err := refuseForeign(ctx, path); err != nil {
		return nil, err
	}
	s = &Store{log: cfg.Log, db: &database{now: cfg.Now}}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.db.now == nil {
		s.db.now = time.Now
	}
	waiting := cfg.MaxWaiting
	if waiting == 0 {
		waiting = defaultWaiting
	}
	conn, err := openWriter(ctx, path)
	if err != nil {
		return nil, classify(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(classify(err), conn.close())
		}
	}()
	if err := migrate(ctx, conn); err != nil {
		return nil, err
	}
	const freed = "UPDATE lanes SET leased = 0 WHERE leased; UPDATE indexing SET until = 0"
	if _, err := conn.sql.ExecContext(ctx, freed); err != nil {
		return nil, err
	}
	if s.db.reads.db, err = openReaders(path); err != nil {
		return nil, err
	}
	if s.files, err = remember(path, path+"-wal"); err != nil {
		return nil, err
	}
	s.db.writer = newWriter(conn, waiting, s.log, s.present)
	s.db.writer.observe = cfg.Committed
	s.Store = sqlstore.New(s.db, s.giveBack)
	go s.db.writer.run()
	return s, nil
}

// Wake returns the channel of sink's lane: see queue.Lanes.
func (s *Store) Wake(sink string) <-chan struct{} { return s.db.wakes.Of(sink) }

// Close refuses what comes from now on, finishes what waits, and gives the file
// free. It blocks until then, and may be called more than once.
func (s *Store) Close() error {
	s.closing.Do(func() {
		err := errors.Join(s.db.reads.db.Close(), s.db.writer.close(), s.lock.release())
		if err != nil {
			s.closed = fmt.Errorf("closing store: %w", err)
		}
	})
	return s.closed
}
