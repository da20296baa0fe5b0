package sqlite

import (
	"context"
	_ "embed"
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
	var i identity
	if err := i.read(ctx, c.sql); err != nil {
		return err
	}
	if i.isNew() {
		return create(ctx, c)
	}
	return i.refuse()
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
