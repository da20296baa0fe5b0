package sqlite

import (
	"context"
	"fmt"
)

const (
	// vacuumStep is how many pages of the file one step gives back at most.
	vacuumStep = 50
	// vacuumKeep is the part of the file, one page in so many, that stays free
	// for what will be put: giving it back and taking it anew would cost more.
	vacuumKeep = 10
)

// giveBack shortens the file by some free pages, and reports whether there are
// more to give back.
func (s *Store) giveBack(ctx context.Context) (more bool, err error) {
	var rest bool // not the result itself: it may be written after a return
	err = s.db.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		var free, all int64
		err := c.sql.QueryRowContext(ctx, `SELECT (SELECT freelist_count FROM pragma_freelist_count),
			(SELECT page_count FROM pragma_page_count)`).Scan(&free, &all)
		spare := free - all/vacuumKeep
		if rest = spare > vacuumStep; err != nil || spare <= 0 {
			return err
		}
		_, err = c.sql.ExecContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", min(spare, vacuumStep)))
		return err
	}}, true)
	return err == nil && rest, err
}
