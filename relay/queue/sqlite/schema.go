package sqlite

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
)

//go:embed schema.sql
var schema string

const (
	// schemaVersion is what PRAGMA user_version says of schema.sql's tables.
	schemaVersion = 1
	// applicationID marks a SQLite file as botrelay's: "brly".
	applicationID = 0x62726c79
)

// migrate makes the tables of a new file, and refuses one that this version
// does not understand.
func migrate(ctx context.Context, c *conn) error {
	var version, application, tables int
	const state = `SELECT (SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`
	if err := c.sql.QueryRowContext(ctx, state).Scan(&version, &application, &tables); err != nil {
		return fmt.Errorf("reading its version: %w", err)
	}
	switch {
	case version == 0 && application == 0 && tables == 0:
		return create(ctx, c)
	case application != applicationID:
		return errors.New("it is a SQLite file, but not botrelay's: name another file")
	case version > schemaVersion:
		return fmt.Errorf("it was written by a newer botrelay (its version is %d, this one knows %d): run that one", version, schemaVersion)
	}
	return nil
}

// create makes all tables or none.
func create(ctx context.Context, c *conn) error {
	script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;\nCOMMIT;",
		schema, applicationID, schemaVersion)
	if _, err := c.sql.ExecContext(ctx, script); err != nil {
		_, _ = c.sql.ExecContext(ctx, "ROLLBACK") // it may have been done already
		return fmt.Errorf("making its tables: %w", err)
	}
	return nil
}
