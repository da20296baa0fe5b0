package sqlstore

import (
	"context"
	"database/sql"
	"math"
)

// isInTime reports whether a segment may have events of the time that is asked for.
func (s *search) isInTime(r segmentRow) bool { return r.putTo >= s.cutoff && r.putFrom <= s.latest }

// isTimed reports whether events of some time are asked for.
func (s *search) isTimed() bool { return s.cutoff != math.MinInt64 || s.latest != math.MaxInt64 }

// skipBefore takes off the search what is before the first segment of the time that is
// asked for.
func (s *search) skipBefore() {
	if s.cutoff == math.MinInt64 {
		return
	}
	for _, r := range s.lookup.segments {
		if r.putTo >= s.cutoff {
			s.lo = max(s.lo, r.first)
			return
		}
	}
	s.lo = max(s.lo, s.lookup.indexed+1)
}

// skip takes off the search what is of another time than that asked for, where it goes
// on, up to the first event of that time or to what is not indexed yet.
func (s *search) skip(ctx context.Context) error {
	for s.isTimed() && s.lo <= s.hi && !s.isBeyondIndex() {
		at := s.segment()
		if at < 0 {
			return nil
		}
		r := s.lookup.segments[at]
		first, last, err := s.within(ctx, r)
		switch {
		case err != nil:
			return err
		case s.q.Oldest && s.lo > last || !s.q.Oldest && s.hi < first || first > last:
			s.passedAll(r.first, r.last)
		case s.q.Oldest:
			s.lo = max(s.lo, first)
			return nil
		default:
			s.hi = min(s.hi, last)
			return nil
		}
	}
	return nil
}

// within returns the first and the last place of a segment that have an event of the time
// that is asked for; none has if the last is before the first.
func (s *search) within(ctx context.Context, r segmentRow) (first, last int64, err error) {
	switch {
	case !s.isInTime(r):
		return r.first, r.first - 1, nil
	case r.putFrom >= s.cutoff && r.putTo <= s.latest:
		return r.first, r.last, nil
	}
	if known, ok := s.windows[r.id]; ok {
		return known[0], known[1], nil
	}
	var from, to sql.Null[int64]
	err = s.history.row(ctx, withinQuery, max(s.cutoff, r.putFrom), min(s.latest, r.putTo), r.first, r.last).Scan(&from, &to)
	if err != nil {
		return 0, 0, err
	}
	if first, last = from.V, to.V; !to.Valid {
		first, last = r.first, r.first-1
	}
	if s.windows == nil {
		s.windows = make(map[int64][2]int64)
	}
	s.windows[r.id] = [2]int64{first, last}
	return first, last, nil
}

// withinQuery goes over the times alone. The least and the greatest place would be
// looked for among the events otherwise.
const withinQuery = `SELECT min(seq + 0), max(seq + 0) FROM @events {by events_put_at}
	WHERE put_at BETWEEN $1 AND $2 AND seq BETWEEN $3 AND $4`

// longTail is how many places that are not indexed are looked at one by one.
const longTail = 10_000

// skipOld takes what is too old off a search among very many events that are not indexed
// yet, once. Where the clock was set back, events are not in the order of their times, so
// it looks at all times since the cutoff; it is called only when the search finds nothing.
func (s *search) skipOld(ctx context.Context) error {
	if s.skipped || s.q.Since <= 0 || s.hi <= s.lookup.indexed {
		return nil
	}
	s.skipped = true
	last, err := column[int64](s.history.query(ctx, firstQuery(false), max(s.lo, s.lookup.indexed+1), s.hi))
	if err != nil || len(last) == 0 || last[0]-max(s.lo, s.lookup.indexed) < longTail {
		return err
	}
	first, err := s.history.firstSince(ctx, s.cutoff)
	if s.lo = max(s.lo, first); first == math.MaxInt64 {
		s.exhausted()
	}
	return err
}

// firstSince returns the first place of an event that was put at a time or later; the
// largest number: there is none. It looks at all such times, some at a time.
func (h History) firstSince(ctx context.Context, from int64) (first int64, err error) {
	first = math.MaxInt64
	for more := true; more; {
		until := int64(math.MaxInt64)
		more = false
		found, err := h.query(ctx, timesQuery, from)
		if err := each(found, err, []any{&until}, func() { more = true }); err != nil {
			return first, err
		}
		var least sql.Null[int64]
		if err := h.row(ctx, sinceQuery, from, until).Scan(&least); err != nil {
			return first, err
		}
		if least.Valid {
			first = min(first, least.V)
		}
		from = until + 1
	}
	return first, nil
}

const (
	timesQuery = `SELECT put_at FROM @events {by events_put_at} WHERE put_at >= $1 ORDER BY put_at LIMIT 1 OFFSET 19999`
	sinceQuery = `SELECT min(seq + 0) FROM @events {by events_put_at} WHERE put_at BETWEEN $1 AND $2`
)
