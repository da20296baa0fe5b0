package sqlstore

import (
	"context"
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
)

// pruning is how far the present pass over what is old has come. What must stay
// is looked at once in a pass, not in every step.
type pruning struct {
	mu       sync.Mutex
	stage    pruneStage
	at       cursor // in the stage of events
	giveBack func(context.Context) (more bool, err error)
}

// pruneStage is what a pass is about.
type pruneStage int

const (
	pruneEvents pruneStage = iota
	pruneDerived
	pruneThreads
	pruneSpace // what is free is given back
)

// cursor is the event that was looked at last, in the order of time.
type cursor struct{ putAt, place int64 }

// Prune deletes some old events: see queue.Pruner. After all that may go have
// gone it has the database give back what is free. Several callers take turns.
func (s *Store) Prune(ctx context.Context, keep queue.Retention) (pruned int, more bool, err error) {
	s.pruning.mu.Lock()
	defer s.pruning.mu.Unlock()
	now, err := s.db.Now(ctx)
	if err == nil {
		pruned, more, err = s.prune(ctx, keep, now)
	}
	if err != nil {
		return 0, false, fmt.Errorf("pruning: %w", s.db.Classify(err))
	}
	return pruned, more, nil
}

func (s *Store) prune(ctx context.Context, keep queue.Retention, now int64) (pruned int, more bool, err error) {
	p := &s.pruning
	b := bounds{sent: now - rows.Micros(keep.Sent), dead: now - rows.Micros(keep.Dead)}
	switch p.stage {
	case pruneEvents:
		return s.pruneEvents(ctx, b)
	case pruneDerived:
		if more, err = s.pruneDerived(ctx, now); err != nil || more {
			return 0, true, err
		}
		p.stage = pruneThreads
		fallthrough
	case pruneThreads:
		if more, err = s.forget(ctx, b.sent); err == nil && !more {
			p.stage = pruneSpace
		}
		return 0, true, err
	case pruneSpace:
		if p.giveBack != nil {
			more, err = p.giveBack(ctx)
		}
		if !more { // the next pass begins anew
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
		var gone int // not the result itself: it may be written after a return
		err := s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) (err error) {
			gone, err = s.prunes.run(ctx, tx, places, b, now)
			return err
		}})
		if err != nil {
			return 0, false, err
		}
		pruned = gone
	}
	if s.pruning.at = last; !more {
		s.pruning.at, s.pruning.stage = cursor{}, pruneDerived
	}
	return pruned, true, nil
}

// bounds are the latest times at which events were put that may go.
type bounds struct{ sent, dead int64 }

const oldQuery = `SELECT put_at, seq,
		EXISTS (SELECT 1 FROM @deliveries d {by deliveries_event} WHERE d.event = e.seq AND d.state = 'pending'),
		EXISTS (SELECT 1 FROM @deliveries d {by deliveries_event} WHERE d.event = e.seq AND d.state = 'dead')
	FROM @events e {by events_put_at} WHERE (put_at, seq) > ($1, $2) AND put_at <= $3 ORDER BY put_at, seq LIMIT $4`

// old returns the places of the next events that may go, how far it has looked,
// and whether there may be more.
func (s *Store) old(ctx context.Context, b bounds) (places []int64, last cursor, more bool, err error) {
	last = s.pruning.at
	found, err := s.query(ctx, oldQuery, last.putAt, last.place, max(b.sent, b.dead), pruneLook)
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

// pruneTexts are the statements of Prune.
type pruneTexts struct {
	event, attempts, deliveries, lanes, threads, lower, gone string
	anew                                                     bool
}

func (d Dialect) pruneTexts() pruneTexts {
	return pruneTexts{
		// A replay may have come since the event was looked at.
		event: d.Text(`DELETE FROM @events WHERE seq = $1
			AND NOT EXISTS (SELECT 1 FROM @deliveries {by deliveries_event} WHERE event = $1 AND state = 'pending')
			AND put_at <= CASE WHEN EXISTS (SELECT 1 FROM @deliveries {by deliveries_event} WHERE event = $1 AND state = 'dead')
				THEN CAST($2 AS bigint) ELSE CAST($3 AS bigint) END`),
		attempts:   d.Text(`DELETE FROM @attempts WHERE delivery IN (SELECT id FROM @deliveries {by deliveries_event} WHERE event = $1)`),
		deliveries: d.Text(`DELETE FROM @deliveries {by deliveries_event} WHERE event = $1`),
		// Where the newest deliveries are gone their IDs may be given anew: what a
		// lane remembers of them must not be said of others.
		lanes: d.Text(`UPDATE @lanes SET failed = 0, failures = 0, failed_at = 0, most = 0, most_until = 0
			WHERE {greatest}(failed, most_until) > (SELECT coalesce(max(id), 0) FROM @deliveries)`),
		threads: d.Text(forgetQuery),
		lower:   d.Text(lowerQuery),
		gone:    d.Text(goneQuery),
		anew:    d.Anew,
	}
}

// forgetQuery forgets some conversations in which nothing was sent since then.
const forgetQuery = `DELETE FROM @threads WHERE (destination, thread) IN
	(SELECT destination, thread FROM @threads {by threads_sent_at} WHERE sent_at <= $1 LIMIT $2 + 0)`

// run deletes events, but for those that must stay by now.
func (t *pruneTexts) run(ctx context.Context, tx Runner, places []int64, b bounds, now int64) (pruned int, err error) {
	for _, place := range places {
		n, err := affected(tx.ExecContext(ctx, t.event, place, b.dead, b.sent))
		if err != nil {
			return 0, err
		}
		if n == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, t.attempts, place); err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, t.deliveries, place); err != nil {
			return 0, err
		}
		pruned++
	}
	if t.anew {
		if _, err := tx.ExecContext(ctx, t.lower); err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, t.gone, now); err != nil {
			return 0, err
		}
	}
	_, err = tx.ExecContext(ctx, t.lanes)
	return pruned, err
}

// forget forgets some old conversations, and reports whether there may be more.
// Where there are none it writes nothing.
func (s *Store) forget(ctx context.Context, latest int64) (more bool, err error) {
	err = s.row(ctx, `SELECT EXISTS (SELECT 1 FROM @threads WHERE sent_at <= $1)`, latest).Scan(&more)
	if err != nil || !more {
		return false, err
	}
	var rest bool // not the result itself: it may be written after a return
	err = s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, _ int64) error {
		n, err := affected(tx.ExecContext(ctx, s.prunes.threads, latest, forgetStep))
		rest = n == forgetStep
		return err
	}})
	return err == nil && rest, err
}
