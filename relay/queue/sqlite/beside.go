package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlstore"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

const (
	// besidePatience is how long a change waits for the relay's, and besidePoll
	// how often it tries. The relay writes one transaction after the other when
	// it is busy, and SQLite's own wait asks ever more seldom.
	besidePatience = 30 * time.Second
	besidePoll     = time.Millisecond
)

// Beside is a store that is opened without its lock, so that a relay may be at
// work on it in another process. Its methods may be called from several
// goroutines.
type Beside struct {
	sqlstore.Ledger
	reads   reads
	now     func() time.Time
	lock    string // the path of the relay's
	writing sync.Mutex
	db      *sql.DB // of the connection that writes
	conn    *sql.Conn
	closing sync.Once
	closed  error // what Close returns
}

var _ queue.Ledger = (*Beside)(nil)

// OpenBeside opens the store at cfg.Path to look at it and to replay, whether a
// relay has it at the moment or none. It makes no file and changes none: where
// there is no store, or one that this version does not understand, that is the
// error. Of cfg only Path and Now count. ctx means nothing to the Beside
// afterwards.
func OpenBeside(ctx context.Context, cfg Config) (*Beside, error) {
	path, err := filepath.Abs(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", cfg.Path, err)
	}
	b, err := openBeside(context.WithoutCancel(ctx), path, cfg)
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", path, err)
	}
	return b, nil
}

var errOlder = errors.New("it is of an older botrelay: ask that one, or start a relay of this version on it first")

var errNoStore = errors.New("there is no store yet: has the relay run here?")

func openBeside(ctx context.Context, path string, cfg Config) (_ *Beside, err error) {
	if err := exists(path); err != nil {
		return nil, err
	}
	if err := refuseForeign(ctx, path); err != nil {
		return nil, explainDenied(err)
	}
	b := &Beside{now: cfg.Now, lock: path + lockSuffix}
	b.Ledger = sqlstore.NewLedger(b.source(), dialect(), b.transact, func([]string) {})
	if b.now == nil {
		b.now = time.Now
	}
	defer func() {
		if err != nil {
			err = errors.Join(explainDenied(classify(err)), b.close())
		}
	}()
	if b.reads.db, err = openReaders(path); err != nil {
		return nil, err
	}
	if err := b.openWriter(path); err != nil {
		return nil, err
	}
	var i identity
	err = b.retryBusy(ctx, func() (err error) {
		if b.conn == nil {
			b.conn, err = b.db.Conn(ctx)
		}
		if err != nil {
			return err
		}
		return i.read(ctx, b.conn)
	})
	switch {
	case err != nil:
		return nil, err
	case i.isNew(): // a relay is about to make it
		return nil, errNoStore
	case i.version < schemaVersion:
		return nil, errOlder
	}
	return b, i.refuse()
}

// exists returns why there is no store at path, if there is none.
func exists(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errNoStore
	case err != nil:
		return explainDenied(err)
	case info.IsDir():
		return errors.New("it is a folder: name the file in it")
	}
	return nil
}

// explainDenied adds what to do to an error that says that the store is another
// user's. Reading needs the right to write too: the log beside the store.
func explainDenied(err error) error {
	denied := errors.Is(err, fs.ErrPermission)
	if failure, ok := errors.AsType[*driver.Error](err); ok {
		switch failure.Code() & 0xff {
		case lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY, lib.SQLITE_PERM:
			denied = true
		}
	}
	if !denied {
		return err
	}
	return fmt.Errorf("user id %d cannot read and write it and its folder: do this as the user whose the relay is: %w", os.Geteuid(), err)
}

// openWriter readies the connection that writes. It leaves the write-ahead log
// to the relay, which copies it into the database at its own pace. If there is
// no relay, SQLite does so when the last connection is closed.
func (b *Beside) openWriter(path string) (err error) {
	b.db, err = sql.Open("sqlite", dsn(path, "busy_timeout(0)", "synchronous(FULL)", "wal_autocheckpoint(0)"))
	if err == nil {
		b.db.SetMaxOpenConns(1)
	}
	return err
}

// Running reports whether a relay has the store at the moment. It does not wait
// for one that is starting or stopping, and hardly holds it up.
func (b *Beside) Running() (bool, error) {
	running, err := isLocked(b.lock)
	switch {
	case errors.Is(err, fs.ErrNotExist): // it was copied here, and no relay has had it since
		return false, nil
	case err != nil:
		return false, fmt.Errorf("asking whether a relay runs: %w", err)
	}
	return running, nil
}

// source is what a Beside reads from.
type source struct{ b *Beside }

func (b *Beside) source() source { return source{b} }

func (s source) Read() sqlstore.Runner                  { return &s.b.reads }
func (s source) Now(ctx context.Context) (int64, error) { return s.b.now().UnixMicro(), ctx.Err() }
func (s source) Classify(err error) error               { return classify(err) }

// transact does op in a transaction of its own, and wakes no lane of another
// process. While the relay writes it waits, for half a minute at most. Once it has
// begun it is not given up when ctx ends, for it keeps the relay waiting: it takes
// little time.
func (b *Beside) transact(ctx context.Context, op sqlstore.Operation) error {
	b.writing.Lock()
	defer b.writing.Unlock()
	within := context.WithoutCancel(ctx)
	err := b.retryBusy(ctx, func() error { return b.exec(within, "BEGIN IMMEDIATE") })
	if err == nil {
		err = op.Run(within, b.conn, b.now().UnixMicro())
		if err == nil {
			err = b.exec(within, "COMMIT")
		}
		if err != nil {
			_ = b.exec(within, "ROLLBACK") // it may have been done already
		}
	}
	if err != nil {
		return explainDenied(classify(err))
	}
	return nil
}

func (b *Beside) exec(ctx context.Context, statement string) error {
	_, err := b.conn.ExecContext(ctx, statement)
	return err
}

// retryBusy tries again while the relay is writing, until besidePatience is over
// or ctx ends.
func (b *Beside) retryBusy(ctx context.Context, try func() error) error {
	patience := time.NewTimer(besidePatience)
	defer patience.Stop()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := try()
		if !busy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return fmt.Errorf("the relay has been writing for %s: %w", besidePatience, err)
		case <-time.After(besidePoll):
		}
	}
}

// busy reports whether another connection was in the way.
func busy(err error) bool {
	var failure *driver.Error
	return errors.As(err, &failure) && failure.Code()&0xff == lib.SQLITE_BUSY
}

// Close ends the use of the store. It waits for a change that is under way, and
// may be called more than once.
func (b *Beside) Close() error {
	b.closing.Do(func() {
		if err := b.close(); err != nil {
			b.closed = fmt.Errorf("closing store: %w", err)
		}
	})
	return b.closed
}

// close closes what is open. The connection that writes is the last, since it
// is the one that can leave the database as one file.
func (b *Beside) close() (err error) {
	b.writing.Lock()
	defer b.writing.Unlock()
	if b.reads.db != nil {
		err = b.reads.db.Close()
	}
	if b.conn != nil {
		err = errors.Join(err, b.conn.Close())
	}
	if b.db != nil {
		err = errors.Join(err, b.db.Close())
	}
	return err
}
