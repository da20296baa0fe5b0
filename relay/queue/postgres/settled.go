package postgres

import (
	"context"
	"sync"
)

// settling finds out up to which place every event can be read that ever will be. Who
// puts one takes its place before others can read it, and one that was taken earlier may
// come later. But whoever takes a place holds a lock on the table by then, until its
// transaction has ended: once all have let go who held one when a place was the last,
// there can come none before it.
type settling struct {
	mu      sync.Mutex
	settled int64
	last    int64           // settled too, once none of holders is left
	holders map[string]bool // transactions that held a lock; nil: it was not asked yet
}

// Settled returns a place up to which every event can be read that ever will be, but for
// those that a move has brought and not ended.
func (d *database) Settled(ctx context.Context) (int64, error) {
	s := &d.settling
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.look(ctx, d); err != nil {
		return 0, classify(err)
	}
	if s.settled < s.last { // those who held a lock are gone as soon as not
		if err := s.look(ctx, d); err != nil {
			return 0, classify(err)
		}
	}
	var moving *int64
	err := d.sql.QueryRowContext(ctx, `SELECT min((SELECT min(seq) FROM botrelay.moved_events e WHERE e.file = m.file))
		FROM botrelay.moves m WHERE m.done_at = 0`).Scan(&moving)
	if err != nil {
		return 0, classify(err)
	}
	if moving != nil {
		return min(s.settled, *moving-1), nil
	}
	return s.settled, nil
}

func (s *settling) look(ctx context.Context, d *database) error {
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	var last int64
	if err := d.sql.QueryRowContext(ctx, `SELECT last_value FROM botrelay.places`).Scan(&last); err != nil {
		return err
	}
	found, err := d.sql.QueryContext(ctx, `SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation'
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND relation = 'botrelay.events'::regclass AND mode = 'RowExclusiveLock'`)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	holders, stays := make(map[string]bool), false
	for found.Next() {
		var holder string
		if err := found.Scan(&holder); err != nil {
			return err
		}
		holders[holder] = true
		stays = stays || s.holders[holder]
	}
	if err := found.Err(); err != nil {
		return err
	}
	if s.holders != nil && !stays {
		s.settled = s.last
	}
	if len(holders) == 0 {
		s.settled = last
	}
	if s.holders == nil || !stays {
		s.last, s.holders = last, holders
	}
	return nil
}
