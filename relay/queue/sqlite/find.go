package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"botrelay/relay/queue"
)

var (
	_ queue.Finder = (*Store)(nil)
	_ queue.Finder = (*Beside)(nil)
)

// found is how many IDs Find returns at most.
const found = 10

// findQuery walks the index of IDs from its end, and reads no event: some tenths
// of a second for a million.
const findQuery = `SELECT id FROM events WHERE substr(id, -length(?1)) = ?1 ORDER BY id DESC LIMIT ?2`

// Find returns the IDs that end with tail: see queue.Finder.
func (p *past) Find(ctx context.Context, tail string) ([]string, error) {
	ids, err := find(ctx, p.readers, tail)
	if err != nil {
		return nil, fmt.Errorf("looking for an ID: %w", classify(err))
	}
	return ids, nil
}

func find(ctx context.Context, db *sql.DB, tail string) ([]string, error) {
	rows, err := db.QueryContext(ctx, findQuery, tail, found)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is that of Err
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
