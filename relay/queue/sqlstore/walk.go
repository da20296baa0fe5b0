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
	if s.isBeyondIndex() {
		return s.scan(ctx, n, max(s.lo, x.indexed+1), s.hi)
	}
	at := s.segment()
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
	case !x.helps():
		return s.scan(ctx, n, from, to)
	}
	return s.pick(ctx, n, at, from, to)
}

// isBeyondIndex reports whether the search goes on with what is not indexed yet.
func (s *search) isBeyondIndex() bool {
	return !s.q.Oldest && s.hi > s.lookup.indexed || s.q.Oldest && s.lo > s.lookup.indexed
}

// segment returns the number of the segment with which the search goes on, or -1.
func (s *search) segment() int {
	if s.q.Oldest {
		return s.lookup.at(s.lo, false)
	}
	return s.lookup.at(s.hi, true)
}

// pick takes the next wanted events of a segment, at most n of them, or more if they are
// yet to be told by their status.
func (s *search) pick(ctx context.Context, n, at int, from, to int64) ([]int64, error) {
	r := s.lookup.segments[at]
	set, err := s.lookup.wanted(ctx, at, s.further)
	if err != nil {
		return nil, err
	}
	if s.q.Status != queue.AnyStatus {
		n = scanPiece
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
	return s.standing(ctx, places)
}

// further returns the segments that the search may come to after one.
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

// isNarrow reports whether the search index leaves little of the segment with which the
// search goes on: that is looked at sooner than all that has the status.
func (s *search) isNarrow(ctx context.Context) (bool, error) {
	if !s.lookup.helps() || s.isBeyondIndex() {
		return false, nil
	}
	at := s.segment()
	if at < 0 {
		return false, nil
	}
	known, err := s.lookup.known(ctx, at, s.further)
	return known != nil && known.Len() <= scanPiece, err
}

// wanted returns those of some places, in the order asked for, that the search index has
// nothing against.
func (s *search) wanted(ctx context.Context, places []int64) (wanted []int64, err error) {
	x := s.lookup
	if !x.helps() {
		return places, nil
	}
	var rest []int64 // that are not indexed yet
	for _, place := range places {
		if place > x.indexed {
			rest = append(rest, place)
			continue
		}
		at := x.at(place, true)
		if at < 0 || x.segments[at].last < place || !s.isInTime(x.segments[at]) {
			continue
		}
		set, err := x.wanted(ctx, at, s.further)
		if err != nil {
			return nil, err
		}
		if set.Has(uint16(place - x.segments[at].first)) { //nolint:gosec // it is within the segment
			wanted = append(wanted, place)
		}
	}
	if rest, err = s.narrow(ctx, rest); err != nil {
		return nil, err
	}
	return s.sorted(append(wanted, rest...)), nil
}

// narrow leaves those of some places out that the events' columns are against.
func (s *search) narrow(ctx context.Context, places []int64) ([]int64, error) {
	args := values{jsonOf(places)}
	where := s.filter(&args)
	if len(places) == 0 || where == "" {
		return places, nil
	}
	return column[int64](s.history.query(ctx, `SELECT seq FROM @events e WHERE seq IN (SELECT CAST(value AS bigint) FROM {each $1 as p})`+where, args...))
}

// standing leaves those of some places out that have not the status asked for.
func (s *search) standing(ctx context.Context, places []int64) ([]int64, error) {
	if len(places) == 0 || s.q.Status == queue.AnyStatus {
		return places, nil
	}
	args := values{jsonOf(places)}
	text := `SELECT seq FROM @events {by events_unrouted} WHERE NOT routed AND seq IN (SELECT CAST(value AS bigint) FROM {each $1 as p})`
	if s.q.Status != queue.StatusUnrouted {
		text = `SELECT event FROM @deliveries d {by deliveries_event} WHERE event IN (SELECT CAST(value AS bigint) FROM {each $1 as p})` + s.owed(&args)
	}
	some, err := column[int64](s.history.query(ctx, text, args...))
	return s.sorted(some), err
}
