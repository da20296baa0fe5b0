package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"botrelay/relay/queue/sqlstore"

	_ "modernc.org/sqlite" // the driver
)

const (
	// readConns is how many reads may be under way at once.
	readConns = 4
	// walPages is how long the write-ahead log grows before it is copied into
	// the database, in pages of 4 KiB. Copying is cheaper by the page the longer
	// the log is, since a page that was written often is copied once.
	walPages = 4000
	// walLimit is how many bytes of disk the log keeps once it was copied.
	walLimit = 64 << 20
	// writeCache is the writer's page cache in KiB, and readCache that of each
	// connection that reads. They are no part of Go's memory and stay filled. More
	// is not faster: the system keeps the file in memory as well.
	writeCache = 2 << 10
	readCache  = 256
)

// dsn returns the data source name of an absolute path, where a file must stand
// already. Settings must stand in it, because a PRAGMA that is executed reaches
// one connection of a pool.
func dsn(path string, pragmas ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a Windows drive
		path = "/" + path
	}
	path = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	return "file://" + path + "?mode=rw&_txlock=immediate&_pragma=" + strings.Join(pragmas, "&_pragma=")
}

// conn is the one connection that writes, with its prepared statements. It is
// used by one goroutine at a time, and runs the statements of its transaction.
type conn struct {
	db       *sql.DB
	sql      *sql.Conn
	prepared map[string]*sql.Stmt // by its text
}

var _ sqlstore.Runner = (*conn)(nil)

// statement prepares a text when it is first used. There are not many of them.
func (c *conn) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if have, ok := c.prepared[text]; ok {
		return have, nil
	}
	stmt, err := c.sql.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.prepared[text] = stmt
	return stmt, nil
}

func (c *conn) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	stmt, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (c *conn) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := c.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (c *conn) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	stmt, err := c.statement(ctx, text)
	if err != nil {
		return c.sql.QueryRowContext(ctx, text, args...) // which fails by the same
	}
	return stmt.QueryRowContext(ctx, args...)
}

// openWriter opens the connection that writes.
func openWriter(ctx context.Context, path string) (*conn, error) {
	db, err := sql.Open("sqlite", dsn(
		path,
		"busy_timeout(5000)",
		"auto_vacuum(INCREMENTAL)", // before anything is written: it cannot be set later
		"journal_mode(WAL)",
		"synchronous(FULL)",
		fmt.Sprintf("wal_autocheckpoint(%d)", walPages),
		fmt.Sprintf("journal_size_limit(%d)", walLimit),
		fmt.Sprintf("cache_size(-%d)", writeCache),
	))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	one, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	c := &conn{db: db, sql: one, prepared: make(map[string]*sql.Stmt)}
	if err := c.checkMode(ctx); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// checkMode makes sure of the write-ahead log: SQLite falls back without an
// error where the file system cannot share memory.
func (c *conn) checkMode(ctx context.Context) error {
	var mode string
	if err := c.sql.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("its file system cannot hold a write-ahead log (journal mode %s): name a folder on a local disk", mode)
	}
	return nil
}

// empty copies the write-ahead log into the database, so that a stopped store is
// the one file that people back up. SQLite itself would do so only after every
// statement is finalized. It is no error if a reader is in the way.
func (c *conn) empty() error {
	_, err := c.sql.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// close ends the connection; the statements end with it.
func (c *conn) close() error { return errors.Join(c.sql.Close(), c.db.Close()) }

// openReaders opens the connections that read.
func openReaders(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", readersDSN(path))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readConns)
	db.SetMaxIdleConns(readConns)
	return db, nil
}

func readersDSN(path string) string {
	return dsn(path, "busy_timeout(5000)", "query_only(1)", fmt.Sprintf("cache_size(-%d)", readCache))
}
