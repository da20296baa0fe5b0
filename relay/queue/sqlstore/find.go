package sqlstore

import (
	"context"
	"fmt"
)

// maxFound is how many IDs Find returns at most.
const maxFound = 10

// findQuery walks the index of IDs from its end, and reads no event: some tenths
// of a second for a million.
const findQuery = `SELECT id FROM @events WHERE substr(id, length(id) - length($1) + 1) = $1 ORDER BY id DESC LIMIT $2 + 0`

// Find returns the IDs that end with tail: see queue.Finder.
func (h History) Find(ctx context.Context, tail string) ([]string, error) {
	ids, err := column[string](h.query(ctx, findQuery, tail, maxFound))
	if err != nil {
		return nil, fmt.Errorf("looking for an ID: %w", h.db.Classify(err))
	}
	return ids, nil
}
