package sqlite

import (
	"context"
	_ "embed"
	"fmt"
)

//go:embed schema.sql
var schema string

//go:embed schema2.sql
var schema2 string

const (
	// schemaVersion is what PRAGMA user_version says of the tables.
	schemaVersion = 2
	// applicationID marks a SQLite file as botrelay's: "brly".
	applicationID = 0x62726c79
)

// migrate makes the tables of a new file, brings those of an older one up to date, and
// refuses one that this version does not understand. An older program refuses the file
// from then on. With a million events it takes some seconds.
func migrate(ctx context.Context, c *conn) error {
	var i identity
	if err := i.read(ctx, c.sql); err != nil {
		return err
	}
	if err := i.refuse(); err != nil {
		return err
	}
	for version, script := range []string{schema, schema2} {
		if i.version > version {
			continue
		}
		if err := upgrade(ctx, c, version+1, script); err != nil {
			return fmt.Errorf("making its tables: %w", err)
		}
	}
	return nil
}

// upgrade makes all that a version adds, or nothing.
func upgrade(ctx context.Context, c *conn, version int, script string) error {
	script = fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA application_id = %d;\nPRAGMA user_version = %d;\nCOMMIT;", script, applicationID, version)
	_, err := c.sql.ExecContext(ctx, script)
	if err != nil {
		_, _ = c.sql.ExecContext(ctx, "ROLLBACK") // it may have been done already
	}
	return err
}
