package sqlstore

import (
	"context"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// Where the newest events are gone their places may be given anew: what is derived of
// them must not be said of others. What is left of a segment is indexed again, and is not
// counted again.
const (
	lowerQuery = `UPDATE @indexing SET indexed = min(indexed, coalesce(
			(SELECT min(first) - 1 FROM @segments WHERE state = 'live' AND last > (SELECT coalesce(max(seq), 0) FROM @events)),
			(SELECT coalesce(max(seq), 0) FROM @events))),
		counted = (SELECT coalesce(max(seq), 0) FROM @events)
		WHERE indexed > (SELECT coalesce(max(seq), 0) FROM @events)`
	goneQuery = `UPDATE @segments SET state = 'gone', gone_at = $1 WHERE state = 'live' AND last > (SELECT coalesce(max(seq), 0) FROM @events)`
)

// pruneDerived forgets segments of which all events are gone, and slots that nobody can
// ask for any more, and reports whether there may be more of these.
func (s *Store) pruneDerived(ctx context.Context, now int64) (more bool, err error) {
	const old = `state = 'live' AND last < (SELECT min(seq) FROM @events)`
	var is bool
	if err := s.row(ctx, `SELECT EXISTS (SELECT 1 FROM @segments WHERE `+old+`)`).Scan(&is); err != nil {
		return false, err
	}
	if is {
		text := s.db.Dialect().Text(`UPDATE @segments SET state = 'gone', gone_at = $1 WHERE ` + old)
		err := s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) error {
			_, err := tx.ExecContext(ctx, text, now)
			return err
		}})
		return err == nil, err
	}
	for _, table := range []string{"arrivals", "ways", "outcomes"} {
		for _, reach := range reaches() {
			more, err := s.pruneSlots(ctx, table, reach, now)
			if err != nil || more {
				return more, err
			}
		}
	}
	return false, nil
}

// reach is how far back slots of a length are kept. Those of a day are kept for ever.
type reach struct {
	slot, kept time.Duration
}

func reaches() []reach {
	const more = 24 * time.Hour // than anybody asks for
	return []reach{{queue.LeastStep, queue.FineReach + more}, {time.Hour, queue.HourReach + more}}
}

// pruneSlots forgets the oldest slots of a table, a few at a time, and reports whether it
// did.
func (s *Store) pruneSlots(ctx context.Context, table string, r reach, now int64) (more bool, err error) {
	level := int64(r.slot / time.Second)
	latest := (now - rows.Micros(r.kept)) / r.slot.Microseconds()
	oldest, err := column[*int64](s.query(ctx, `SELECT min(slot) FROM @`+table+` WHERE level = $1`, level))
	if err != nil || len(oldest) == 0 || oldest[0] == nil || *oldest[0] >= latest {
		return false, err
	}
	const some = 24
	text := s.db.Dialect().Text(`DELETE FROM @` + table + ` WHERE level = $1 AND slot < $2`)
	err = s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, _ int64) error {
		_, err := tx.ExecContext(ctx, text, level, min(*oldest[0]+some, latest))
		return err
	}})
	return err == nil, err
}
