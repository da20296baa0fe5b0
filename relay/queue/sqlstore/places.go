package sqlstore

import (
	"context"
	"fmt"
	"slices"

	"botrelay/relay/queue"
)

// scanPiece is how many places one read looks at when no index leads to what is
// wanted, and maxPiece how many one read of an index has.
const scanPiece, maxPiece = 1000, 8000

// choose picks how to find places: by an index of the status where there is one,
// else by a walk over all events.
func (s *search) choose(ctx context.Context) (err error) {
	var indexes []index
	switch s.q.Status {
	case queue.AnyStatus, queue.StatusSent:
	case queue.StatusUnrouted:
		s.sinks = []string{""}
		indexes = []index{unrouted}
	case queue.StatusPending:
		indexes = []index{pending, pendingAgain}
	case queue.StatusDead:
		indexes = []index{dead}
		if s.q.Reason != "" {
			indexes = []index{deadOf}
		}
	case queue.StatusReplayed:
		indexes = []index{replayed}
	case queue.StatusDiscarded:
		indexes = []index{discarded}
	default:
		return fmt.Errorf("there is no status %q", s.q.Status)
	}
	if s.q.ID != "" {
		s.places, s.lookup = s.named, &lookup{}
		return nil
	}
	if s.lookup, err = s.history.newLookup(ctx, s.q, s.words); err != nil {
		return err
	}
	s.skipBefore()
	s.places = s.walk
	if indexes == nil {
		return nil
	}
	s.places = func(ctx context.Context, n int) ([]int64, error) { return s.searchIndexes(ctx, indexes, n) }
	switch {
	case s.q.Status == queue.StatusUnrouted:
	case s.q.Sink != "":
		s.sinks = []string{s.q.Sink}
	default:
		s.sinks, err = s.history.sinksWith(ctx, s.q.Status)
	}
	return err
}

// named finds the place of the event that the query names.
func (s *search) named(ctx context.Context, _ int) ([]int64, error) {
	defer s.exhausted()
	return column[int64](s.history.query(ctx, `SELECT seq FROM @events WHERE id = $1 AND seq BETWEEN $2 AND $3`, s.q.ID, s.lo, s.hi))
}

// index is an index that holds only the places of one status. One place may
// stand in it twice.
type index int

const (
	unrouted index = iota
	pending
	pendingAgain
	dead
	deadOf // dead of one reason
	replayed
	discarded
)

// query returns the query for places in order. Its parameters are the sink, the
// first and the last place, how many places at most, and of deadOf the reason.
func (i index) query(oldest bool) string {
	text, by := "", "event"
	switch i {
	case unrouted: // no sink has them
		text, by = `SELECT seq FROM @events {by events_unrouted}
			WHERE $1 = '' AND NOT routed AND seq BETWEEN $2 AND $3`, "seq"
	case pending:
		// What was owed by a put is in the order of its event: the lane's own
		// index leads to it, from the first delivery of the first event.
		text, by = `SELECT event FROM @deliveries {by deliveries_pending}
			WHERE sink = $1 AND state = 'pending' AND NOT again
			AND id >= coalesce((SELECT id FROM @deliveries {by deliveries_event}
				WHERE event >= $2 AND NOT again ORDER BY event, id LIMIT 1), 9223372036854775807)
			AND id < coalesce((SELECT id FROM @deliveries {by deliveries_event}
				WHERE event > $3 AND NOT again ORDER BY event, id LIMIT 1), 9223372036854775807)`, "id"
	case pendingAgain:
		text = `SELECT event FROM @deliveries {by deliveries_again}
			WHERE sink = $1 AND state = 'pending' AND again AND event BETWEEN $2 AND $3`
	case dead:
		text = `SELECT event FROM @deliveries {by deliveries_dead}
			WHERE sink = $1 AND state = 'dead' AND event BETWEEN $2 AND $3`
	case deadOf:
		text = `SELECT event FROM @deliveries {by deliveries_reasons}
			WHERE sink = $1 AND state = 'dead' AND length(reason) <= 500 AND reason = $5 AND event BETWEEN $2 AND $3`
	case discarded:
		text = `SELECT event FROM @deliveries {by deliveries_discarded}
			WHERE sink = $1 AND state = 'discarded' AND event BETWEEN $2 AND $3`
	case replayed:
		text = `SELECT event FROM @deliveries {by deliveries_replayed}
			WHERE sink = $1 AND state = 'replayed' AND event BETWEEN $2 AND $3`
	}
	return text + ` ORDER BY ` + by + ` ` + order(oldest) + ` LIMIT $4`
}

// searchIndexes merges what each index has for each sink. Where an index has
// more to give, nothing beyond its last place is known yet.
func (s *search) searchIndexes(ctx context.Context, indexes []index, n int) ([]int64, error) {
	narrow, err := s.isNarrow(ctx)
	if err != nil {
		return nil, err
	}
	if narrow {
		return s.walk(ctx, n)
	}
	if s.lookup.helps() { // the more was of no use, the more it takes
		n = max(n, min(s.piece*2, maxPiece), scanPiece)
	}
	var all, ends []int64
	for _, sink := range s.sinks {
		for _, i := range indexes {
			args := []any{sink, s.lo, s.hi, n}
			if i == deadOf {
				args = append(args, queue.GroupReason(s.q.Reason))
			}
			some, err := column[int64](s.history.query(ctx, i.query(s.q.Oldest), args...))
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
			if len(some) == n {
				ends = append(ends, some[n-1])
			}
		}
	}
	all, ends = s.sorted(all), s.sorted(ends)
	if len(ends) > 0 {
		all = all[:slices.Index(all, ends[0])+1]
	}
	if len(all) > n && !s.lookup.helps() {
		all, ends = all[:n], all[n-1:n]
	}
	wanted, err := s.wanted(ctx, all)
	if err != nil {
		return nil, err // it may be tried again
	}
	if s.piece = n; len(ends) > 0 {
		s.passed(all[len(all)-1])
	} else {
		s.exhausted()
	}
	return wanted, nil
}

// sorted returns places in the order asked for, each once.
func (s *search) sorted(places []int64) []int64 {
	slices.Sort(places)
	if !s.q.Oldest {
		slices.Reverse(places)
	}
	return slices.Compact(places)
}

// scan looks at the next events there are between two places, up to scanPiece.
func (s *search) scan(ctx context.Context, n int, from, to int64) ([]int64, error) {
	first, err := column[int64](s.history.query(ctx, firstQuery(s.q.Oldest), from, to))
	if err != nil {
		return nil, err
	}
	if len(first) == 0 {
		s.passedAll(from, to)
		return nil, nil
	}
	lo, hi := max(from, first[0]-scanPiece+1), first[0]
	if s.q.Oldest {
		lo, hi = first[0], min(to, first[0]+scanPiece-1)
	}
	args := values{lo, hi}
	where := s.filter(&args)
	if owed := s.owed(&args); owed != "" {
		where += ` AND EXISTS (SELECT 1 FROM @deliveries d WHERE d.event = e.seq` + owed + `)`
	}
	places, err := column[int64](s.history.query(ctx, `SELECT seq FROM @events e WHERE seq BETWEEN $1 AND $2`+where+
		` ORDER BY seq `+order(s.q.Oldest)+` LIMIT `+args.add(n), args...))
	switch {
	case err != nil:
		return nil, err
	case len(places) == n:
		s.passed(places[n-1])
	default:
		s.passedAll(lo, hi)
	}
	return places, nil
}

// firstQuery finds the place to begin at: where much was pruned the places have
// wide gaps. min and max would look at all places, because of the condition.
func firstQuery(oldest bool) string {
	return `SELECT seq FROM @events WHERE seq BETWEEN $1 AND $2 ORDER BY seq ` + order(oldest) + ` LIMIT 1`
}

func order(oldest bool) string {
	if oldest {
		return `ASC`
	}
	return `DESC`
}

// owed returns the conditions on a delivery, whose values it adds.
func (s *search) owed(args *values) (where string) {
	if s.q.Sink != "" {
		where += ` AND d.sink = ` + args.add(s.q.Sink)
	}
	switch s.q.Status {
	case queue.AnyStatus, queue.StatusUnrouted:
	case queue.StatusPending, queue.StatusSent, queue.StatusDead, queue.StatusReplayed, queue.StatusDiscarded:
		where += ` AND d.state = ` + args.add(string(s.q.Status))
	}
	return where
}

// sinksWith returns the sinks that have deliveries of a status, pending, dead
// or replayed. It takes one step down the index for each.
func (h History) sinksWith(ctx context.Context, status queue.Status) ([]string, error) {
	return column[string](h.query(ctx, sinksQuery(status)))
}

func sinksQuery(status queue.Status) string {
	from := `(SELECT min(sink) FROM @deliveries {by deliveries_` + string(status) + `} WHERE state = '` + string(status) + `'`
	return `WITH RECURSIVE sinks (sink) AS (
		SELECT ` + from + `)
		UNION ALL SELECT ` + from + ` AND deliveries.sink > sinks.sink) FROM sinks WHERE sink IS NOT NULL)
		SELECT sink FROM sinks WHERE sink IS NOT NULL`
}
