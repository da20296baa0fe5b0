package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

const (
	// pruneStep is how many events one step deletes at most, and pruneLook how
	// many it looks at.
	pruneStep, pruneLook = 25, 500
	// forgetStep is how many conversations one step forgets at most.
	forgetStep = 250
	// vacuumStep is how many pages of the file one step gives back at most.
	vacuumStep = 50
	// vacuumKeep is the part of the file, one page in so many, that stays free
	// for what will be put: giving it back and taking it anew would cost more.
	vacuumKeep = 10
)

// pruning is how far the present pass over what is old has come. What must stay
// is looked at once in a pass, not in every step.
type pruning struct {
	mu    sync.Mutex
	stage pruneStage
	at    cursor // in the stage of events
}

// pruneStage is what a pass is about.
type pruneStage int

const (
	pruneEvents pruneStage = iota
	pruneThreads
	pruneSpace // what is free is given back
)

// cursor is the event that was looked at last, in the order of time.
type cursor struct{ putAt, place int64 }

// Prune deletes some old events: see queue.Pruner. After all that may go have
// gone it gives the file's free pages back, but for a part that Put will use.
// Several callers take turns.
func (s *Store) Prune(ctx context.Context, keep queue.Retention) (pruned int, more bool, err error) {
	s.pruning.mu.Lock()
	defer s.pruning.mu.Unlock()
	if err = s.usable(ctx); err == nil {
		pruned, more, err = s.prune(ctx, keep)
	}
	if err != nil {
		return 0, false, fmt.Errorf("pruning: %w", classify(err))
	}
	return pruned, more, nil
}

func (s *Store) prune(ctx context.Context, keep queue.Retention) (pruned int, more bool, err error) {
	p, now := &s.pruning, s.micros()
	b := bounds{sent: now - rows.Micros(keep.Sent), dead: now - rows.Micros(keep.Dead)}
	switch p.stage {
	case pruneEvents:
		return s.pruneEvents(ctx, b)
	case pruneThreads:
		if more, err = s.forget(ctx, b.sent); err == nil && !more {
			p.stage = pruneSpace
		}
		return 0, true, err
	case pruneSpace:
		if more, err = s.giveBack(ctx); !more { // the next pass begins anew
			p.stage = pruneEvents
		}
	}
	return 0, more, err
}

// pruneEvents deletes some old events.
func (s *Store) pruneEvents(ctx context.Context, b bounds) (pruned int, more bool, err error) {
	places, last, more, err := s.old(ctx, b)
	if err != nil {
		return 0, false, err
	}
	if len(places) > 0 {
		err := s.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) (err error) {
			pruned, err = c.prunes.run(ctx, places, b)
			return err
		}}, true)
		if err != nil { // pruned may still be in use
			return 0, false, err
		}
	}
	if s.pruning.at = last; !more {
		s.pruning.at, s.pruning.stage = cursor{}, pruneThreads
	}
	return pruned, true, nil
}

// bounds are the latest times at which events were put that may go.
type bounds struct{ sent, dead int64 }

const oldQuery = `SELECT put_at, seq,
		EXISTS (SELECT 1 FROM deliveries d INDEXED BY deliveries_event WHERE d.event = e.seq AND d.state = 'pending'),
		EXISTS (SELECT 1 FROM deliveries d INDEXED BY deliveries_event WHERE d.event = e.seq AND d.state = 'dead')
	FROM events e INDEXED BY events_put_at WHERE (put_at, seq) > (?, ?) AND put_at <= ? ORDER BY put_at, seq LIMIT ?`

// old returns the places of the next events that may go, how far it has looked,
// and whether there may be more.
func (s *Store) old(ctx context.Context, b bounds) (places []int64, last cursor, more bool, err error) {
	last = s.pruning.at
	found, err := s.readers.QueryContext(ctx, oldQuery, last.putAt, last.place, max(b.sent, b.dead), pruneLook)
	if err != nil {
		return nil, last, false, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for n := 1; found.Next(); n++ {
		var pending, dead bool
		if err := found.Scan(&last.putAt, &last.place, &pending, &dead); err != nil {
			return nil, last, false, err
		}
		latest := b.sent
		if dead {
			latest = b.dead
		}
		if !pending && last.putAt <= latest {
			places = append(places, last.place)
		}
		if n == pruneLook || len(places) == pruneStep {
			return places, last, true, found.Err()
		}
	}
	return places, last, false, found.Err()
}

// prunes are the statements of Prune.
type prunes struct{ event, attempts, deliveries, lanes, threads *sql.Stmt }

func (st *prunes) prepare(ctx context.Context, on *sql.Conn) error {
	return prepare(ctx, on, []statement{
		// A replay may have come since the event was looked at.
		{&st.event, `DELETE FROM events WHERE seq = ?1
			AND NOT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_event WHERE event = ?1 AND state = 'pending')
			AND put_at <= CASE WHEN EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_event WHERE event = ?1 AND state = 'dead')
				THEN ?2 ELSE ?3 END`},
		{&st.attempts, `DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries INDEXED BY deliveries_event WHERE event = ?)`},
		{&st.deliveries, `DELETE FROM deliveries INDEXED BY deliveries_event WHERE event = ?`},
		// Once the newest deliveries are gone their IDs are given anew: what a
		// lane remembers of them must not be said of others.
		{&st.lanes, `UPDATE lanes SET failed = 0, failures = 0, failed_at = 0, most = 0, most_until = 0
			WHERE max(failed, most_until) > (SELECT ifnull(max(id), 0) FROM deliveries)`},
		{&st.threads, forgetQuery},
	})
}

// run deletes events, but for those that must stay by now.
func (st *prunes) run(ctx context.Context, places []int64, b bounds) (pruned int, err error) {
	for _, place := range places {
		n, err := affected(st.event.ExecContext(ctx, place, b.dead, b.sent))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue
		}
		if _, err := st.attempts.ExecContext(ctx, place); err != nil {
			return 0, err
		}
		if _, err := st.deliveries.ExecContext(ctx, place); err != nil {
			return 0, err
		}
		pruned++
	}
	_, err = st.lanes.ExecContext(ctx)
	return pruned, err
}

// forgetQuery forgets some conversations in which nothing was sent since then.
const forgetQuery = `DELETE FROM threads WHERE (destination, thread) IN
	(SELECT destination, thread FROM threads INDEXED BY threads_sent_at WHERE sent_at <= ? LIMIT ? + 0)`

// forget forgets some old conversations, and reports whether there may be more.
// Where there are none it writes nothing.
func (s *Store) forget(ctx context.Context, latest int64) (more bool, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM threads WHERE sent_at <= ?)`, latest).Scan(&more)
	if err != nil || !more {
		return false, err
	}
	err = s.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		n, err := affected(c.prunes.threads.ExecContext(ctx, latest, forgetStep))
		more = n == forgetStep
		return err
	}}, true)
	return err == nil && more, err
}

// giveBack shortens the file by some free pages, and reports whether there are
// more to give back.
func (s *Store) giveBack(ctx context.Context) (more bool, err error) {
	err = s.writer.do(ctx, &operation{run: func(ctx context.Context, c *conn) error {
		var free, all int64
		err := c.sql.QueryRowContext(ctx, `SELECT (SELECT freelist_count FROM pragma_freelist_count),
			(SELECT page_count FROM pragma_page_count)`).Scan(&free, &all)
		spare := free - all/vacuumKeep
		if more = spare > vacuumStep; err != nil || spare <= 0 {
			return err
		}
		_, err = c.sql.ExecContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", min(spare, vacuumStep)))
		return err
	}}, true)
	return err == nil && more, err
}
