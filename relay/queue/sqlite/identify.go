package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// identity is what a SQLite file says of itself.
type identity struct {
	application, version int
	tables               int // asked only of a file that says nothing else
}

// read asks for as little as will do: what a file's first page says is whole at
// any time, while its tables may just be on their way from the write-ahead log.
func (i *identity) read(ctx context.Context, on interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
},
) error {
	err := on.QueryRowContext(ctx, "PRAGMA application_id").Scan(&i.application)
	if err == nil {
		err = on.QueryRowContext(ctx, "PRAGMA user_version").Scan(&i.version)
	}
	if err == nil && i.isNew() {
		err = on.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&i.tables)
	}
	if err != nil {
		return fmt.Errorf("reading its version: %w", err)
	}
	return nil
}

// isNew reports whether nobody has written anything to the file.
func (i *identity) isNew() bool { return *i == identity{} }

// refuse returns why the file cannot be used, or nil.
func (i *identity) refuse() error {
	switch {
	case i.isNew():
		return nil
	case i.application != applicationID:
		return errors.New("it is a SQLite file, but not botrelay's: name another file")
	case i.version > schemaVersion:
		return fmt.Errorf("it was written by a newer botrelay (its version is %d, this one knows %d): run that one", i.version, schemaVersion)
	}
	return nil
}

// refuseForeign returns an error if the file at path is another program's or a
// newer botrelay's. It leaves no trace: neither in the file nor beside it. It
// does not see what stands in a write-ahead log alone, so whoever opens the file
// after it asks once more.
func refuseForeign(ctx context.Context, path string) (err error) {
	// Opened as immutable a file is neither locked nor recovered. It is read by
	// SQLite nevertheless, because to close it otherwise would end the locks that
	// this process may have on it. While the log is copied, and after a kill
	// meanwhile, the first page tells of more pages than the file has: SQLite
	// takes that for damage, but for a connection that may mend the schema.
	db, err := sql.Open("sqlite", dsn(path, "query_only(1)", "writable_schema(1)")+"&immutable=1")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var i identity
	if err := i.read(ctx, db); err != nil {
		return classify(err)
	}
	return i.refuse()
}
