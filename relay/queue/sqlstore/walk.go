package sqlstore

import (
	"context"

	"botrelay/relay/queue"
)

// maxAhead is how many segments are looked up at once. It begins with few: the first may
// have enough.
const maxAhead = lookSegments

// walk goes over the events, a segment of the search index at a time, and looks one by
// one at those that are not indexed yet.
func (s *search) walk(ctx context.Context, n int) ([]int64, error) {
	x := s.lookup
	if !s.q.Oldest && s.hi > x.indexed || s.q.Oldest && s.lo > x.indexed {
		return s.scan(ctx, n, max(s.lo, x.indexed+1), s.hi)
	}
	at := x.at(s.hi, true)
	if s.q.Oldest {
		at = x.at(s.lo, false)
	}
	switch {
	case at < 0 && s.q.Oldest:
		s.passed(x.indexed)
		return nil, nil
	case at < 0:
		s.exhausted()
		return nil, nil
	}
	r := x.segments[at]
	from, to := max(s.lo, r.first), min(s.hi, r.last)
	switch {
	case from > to: // between two segments there is nothing
		s.exhausted()
		return nil, nil
	case !s.isInTime(r):
		s.passedAll(from, to)
		return nil, nil
	case !x.helps():
		return s.scan(ctx, n, from, to)
	}
	return s.pick(ctx, n, at, from, to)
}

// pick takes the next wanted events of a segment, at most n of them.
func (s *search) pick(ctx context.Context, n, at int, from, to int64) ([]int64, error) {
	r := s.lookup.segments[at]
	set, err := s.lookup.wanted(ctx, at, s.further(at))
	if err != nil {
		return nil, err
	}
	offsets := set.Descending()
	if s.q.Oldest {
		offsets = set.Ascending()
	}
	var places []int64
	for offset := range offsets {
		place := r.first + int64(offset)
		if place < from || place > to {
			continue
		}
		if places = append(places, place); len(places) == n {
			break
		}
	}
	if len(places) == n {
		s.passed(places[n-1])
	} else {
		s.passedAll(from, to)
	}
	return s.narrow(ctx, places)
}

// further returns the segments that the search may come to next.
func (s *search) further(at int) (numbers []int) {
	s.ahead = min(max(2*s.ahead, 4), maxAhead)
	step := -1
	if s.q.Oldest {
		step = 1
	}
	for i := at + step; i >= 0 && i < len(s.lookup.segments) && len(numbers) < s.ahead; i += step {
		if r := s.lookup.segments[i]; s.isInTime(r) && r.first <= s.hi && r.last >= s.lo {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

// isInTime reports whether a segment may have events of the time that is asked for.
func (s *search) isInTime(r segmentRow) bool { return r.putTo >= s.cutoff && r.putFrom <= s.latest }

// skipBefore takes off the search what is before the first segment of the time that is
// asked for.
func (s *search) skipBefore() {
	if s.q.Since <= 0 {
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

// wanted returns those of some places, in the order asked for, that the search index has
// nothing against.
func (s *search) wanted(ctx context.Context, places []int64) (wanted []int64, err error) {
	x := s.lookup
	if !x.helps() {
		return s.narrow(ctx, places)
	}
	for _, place := range places {
		if place > x.indexed {
			wanted = append(wanted, place)
			continue
		}
		at := x.at(place, true)
		if at < 0 || x.segments[at].last < place || !s.isInTime(x.segments[at]) {
			continue
		}
		set, err := x.wanted(ctx, at, s.further(at))
		if err != nil {
			return nil, err
		}
		if set.Has(uint16(place - x.segments[at].first)) { //nolint:gosec // it is within the segment
			wanted = append(wanted, place)
		}
	}
	return s.narrow(ctx, wanted)
}

// narrow leaves those of some places out that the database can tell are not wanted, by
// what no segment knows.
func (s *search) narrow(ctx context.Context, places []int64) ([]int64, error) {
	if len(places) == 0 || s.q.Since <= 0 && s.q.Until <= 0 && s.q.Status == queue.AnyStatus {
		return places, nil
	}
	args := values{jsonOf(places)}
	where := s.filter(&args)
	if s.q.Status == queue.StatusUnrouted {
		where += ` AND NOT e.routed`
	} else if s.q.Status != queue.AnyStatus {
		where += ` AND EXISTS (SELECT 1 FROM @deliveries d {by deliveries_event} WHERE d.event = e.seq` + s.owed(&args) + `)`
	}
	some, err := column[int64](s.history.query(ctx, `SELECT seq FROM @events e
		WHERE seq IN (SELECT CAST(value AS bigint) FROM {each $1 as p})`+where, args...))
	return s.sorted(some), err
}
