package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	words "botrelay/relay/search"
)

// search is a query on its way: what is left of the events' order, and how to
// find events in it.
type search struct {
	history History
	q       queue.Query
	words   words.Query
	cutoff  int64 // events put before then are not wanted
	latest  int64 // nor those put after then
	lo, hi  int64 // places (events.seq) that may still hold wanted ones
	sinks   []string
	// places returns some of the places that may hold wanted events, in the
	// order asked for, and takes them, and what it has passed, off lo and hi.
	places  func(ctx context.Context, n int) ([]int64, error)
	ready   []int64 // places that were found and not taken yet
	lookup  *lookup
	windows map[int64][2]int64 // what within has found of segments
	piece   int                // how many places the last read of an index of the status had at most
	ahead   int                // how many segments were looked up last
	skipped bool               // what is too old has been taken off
}

func (h History) search(ctx context.Context, q queue.Query) (*search, error) {
	if q.Limit <= 0 {
		q.Limit = defaultLimit
	}
	if q.Reason != "" && q.Status != queue.StatusDead {
		return nil, fmt.Errorf("a reason is asked for, of what is not dead but %q", q.Status)
	}
	s := &search{history: h, q: q, words: words.Parse(q.Words), cutoff: math.MinInt64, latest: math.MaxInt64, hi: math.MaxInt64}
	if q.Since > 0 || q.Until > 0 {
		now, err := h.db.Now(ctx)
		if err != nil {
			return nil, err
		}
		if q.Since > 0 {
			s.cutoff = now - int64(min(q.Since, rows.FarOff)/time.Microsecond)
		}
		if q.Until > 0 {
			s.latest = now - int64(min(q.Until, rows.FarOff)/time.Microsecond)
		}
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	return s, s.choose(ctx)
}

// begin leaves what comes after the event that the query names.
func (s *search) begin(ctx context.Context) error {
	if s.q.After == "" {
		return nil
	}
	var after int64
	err := s.history.row(ctx, `SELECT seq FROM @events WHERE id = $1`, s.q.After).Scan(&after)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("event %q, after which to begin, is not kept", s.q.After)
	case err != nil:
		return err
	}
	s.passed(after)
	return nil
}

// passed takes place, and all that is before it in the order asked for, off the
// search.
func (s *search) passed(place int64) {
	switch {
	case !s.q.Oldest:
		s.hi = min(s.hi, place-1)
	case place == math.MaxInt64:
		s.exhausted()
	default:
		s.lo = max(s.lo, place+1)
	}
}

// exhausted ends the search.
func (s *search) exhausted() { s.lo, s.hi = 1, 0 }

// passedAll takes all between two places off the search.
func (s *search) passedAll(from, to int64) {
	if s.q.Oldest {
		s.passed(to)
	} else {
		s.passed(from)
	}
}

// next returns at most n of the places that may hold wanted events; none is not yet the
// end of the search.
func (s *search) next(ctx context.Context, n, left int) ([]int64, error) {
	if len(s.ready) == 0 {
		if err := s.skip(ctx); err != nil || s.lo > s.hi {
			return nil, err
		}
		found, err := s.places(ctx, min(max(left, pageSize/4), scanPiece))
		if err != nil {
			return nil, err
		}
		s.ready = found
	}
	n = min(n, len(s.ready))
	some := s.ready[:n]
	s.ready = s.ready[n:]
	return some, nil
}

// isOver reports whether the search has come to its end.
func (s *search) isOver() bool { return len(s.ready) == 0 && s.lo > s.hi }

// values are those of a statement that is put together.
type values []any

// add adds a value, and returns what stands for it.
func (v *values) add(value any) string {
	*v = append(*v, value)
	return "$" + strconv.Itoa(len(*v))
}

// filter returns the conditions on an event itself, whose values it adds.
func (s *search) filter(args *values) (where string) {
	if s.q.Source != "" {
		where += ` AND e.source = ` + args.add(s.q.Source)
	}
	if s.q.Kind != "" {
		where += ` AND e.kind = ` + args.add(string(s.q.Kind))
	}
	if s.q.Since > 0 {
		where += ` AND e.put_at >= ` + args.add(s.cutoff)
	}
	if s.q.Until > 0 {
		where += ` AND e.put_at <= ` + args.add(s.latest)
	}
	return where
}
