package sqlstore

import (
	"context"
	"errors"
	"slices"
	"time"

	"botrelay/relay/queue"
	words "botrelay/relay/search"
	"botrelay/relay/search/segment"
)

// errMoved: a segment was replaced while it was looked at.
var errMoved = errors.New("the search index has moved on")

const (
	// cheapPages is how many pages a term has in a segment at most to be looked up for
	// many segments at once, and lookPages how many pages one read has.
	cheapPages, lookPages = 8, 256
	// fewEvents is how many events of a segment are looked at before more is read of it.
	fewEvents = 4
	// lookSegments is how many segments are looked up at once.
	lookSegments = 64
	// maxRepeated is how many events that a replay owed to a sink are looked up.
	maxRepeated = 10_000
)

// lookup is what the search index says of a query. What it says of a segment is what
// may be wanted: there may be more, where little is left or names are very long.
type lookup struct {
	history  History
	indexed  int64        // events up to this place are in segments
	segments []segmentRow // live ones, in the order of their events
	need     words.Need   // what is looked for; nothing: the index does not help
	sink     string       // the term of the sink, if one is asked for
	repeated []int64      // places of events that a replay owed to it
	terms    []string     // all that need names
	found    map[int64]*sight
	made     time.Time
}

// staleTime is how long a lookup may be used: what it knows of stays for longer.
const staleTime = goneTime / 3

// sight is what is known of a segment.
type sight struct {
	from, to []int64 // the pages that may have each term; none if to is less
	sets     []*segment.Set
	result   *segment.Set // nil: it is not known yet
}

// newLookup asks how far the index has come, and what it may help with.
func (h History) newLookup(ctx context.Context, q queue.Query, typed words.Query) (*lookup, error) {
	x := &lookup{history: h, found: make(map[int64]*sight), made: time.Now()}
	// What is indexed between the two is passed over: it counts as not indexed.
	at, err := h.progress(ctx)
	if err != nil {
		return nil, err
	}
	all, err := h.segments(ctx)
	if err != nil {
		return nil, err
	}
	x.indexed = at.indexed
	x.segments = slices.DeleteFunc(all, func(r segmentRow) bool { return r.state != liveSegment || r.first > at.indexed })
	var needs []words.Need
	for _, name := range []struct{ letter, name string }{
		{ofConversation, q.Conversation},
		{ofBot, q.BotID},
		{ofChannel, q.Channel},
		{ofSource, q.Source},
		{ofKind, string(q.Kind)},
	} {
		if name.name != "" {
			needs = append(needs, words.Need{Term: nameTerm(name.letter, name.name)})
		}
	}
	if !typed.IsZero() {
		needs = append(needs, typed.Need())
	}
	if q.Sink != "" {
		if x.repeated, err = column[int64](h.query(ctx, repeatedQuery, q.Sink, maxRepeated)); err != nil {
			return nil, err
		}
		if len(x.repeated) < maxRepeated { // else the index does not help to find the sink
			x.sink = nameTerm(ofSink, q.Sink)
			needs = append(needs, words.Need{Term: x.sink})
		}
	}
	if len(needs) > 0 {
		x.need = words.Need{All: needs}
	}
	x.terms = termsOf(x.need, nil)
	return x, nil
}

const repeatedQuery = `SELECT event FROM @deliveries {by deliveries_repeated} WHERE sink = $1 AND again ORDER BY event DESC LIMIT $2 + 0`

// termsOf adds the terms that a need names, each once.
func termsOf(n words.Need, all []string) []string {
	if n.Term != "" && !slices.Contains(all, n.Term) {
		all = append(all, n.Term)
	}
	for _, n := range slices.Concat(n.All, n.Any) {
		all = termsOf(n, all)
	}
	return all
}

// helps reports whether the index narrows down what is looked for.
func (x *lookup) helps() bool { return len(x.terms) > 0 }

// at returns the segment that has a place, or the nearest before it or after it, or -1.
func (x *lookup) at(place int64, before bool) int {
	i, _ := slices.BinarySearchFunc(x.segments, place, func(r segmentRow, place int64) int { return int(r.last - place) })
	if i < len(x.segments) && x.segments[i].first <= place || !before {
		if i == len(x.segments) {
			return -1
		}
		return i
	}
	return i - 1
}

// wanted returns the offsets of a segment's events that may be wanted, by its number in
// the list. ahead returns the numbers of those that may be asked for next.
func (x *lookup) wanted(ctx context.Context, nth int, ahead func(nth int) []int) (*segment.Set, error) {
	known, err := x.known(ctx, nth, ahead)
	if err != nil {
		return nil, err
	}
	r := x.segments[nth]
	s := x.found[r.id]
	if s.result != nil {
		return s.result, nil
	}
	if known != nil && known.Len() <= fewEvents { // they are looked at sooner than what is common
		s.result, s.sets = known, nil
		return known, nil
	}
	for i := range s.sets { // what is common
		if s.sets[i] == nil {
			if err := x.read(ctx, []*sight{s}, []segmentRow{r}, func(_ *sight, term int) bool { return term == i }); err != nil {
				return nil, err
			}
		}
	}
	s.result, s.sets = x.meet(x.need, s), nil
	return s.result, nil
}

// known is wanted by what is rare alone; nil: that is nothing.
func (x *lookup) known(ctx context.Context, nth int, ahead func(nth int) []int) (*segment.Set, error) {
	id := x.segments[nth].id
	if x.found[id] == nil {
		if err := x.look(ctx, append([]int{nth}, ahead(nth)...)); err != nil {
			return nil, err
		}
	}
	if s := x.found[id]; s.result == nil {
		return x.meet(x.need, s), nil
	}
	return x.found[id].result, nil
}

// look finds out where the terms stand in segments, and reads what is rare.
func (x *lookup) look(ctx context.Context, numbers []int) error {
	var ids []int64
	var sights []*sight
	var of []segmentRow
	for _, n := range numbers[:min(len(numbers), lookSegments)] {
		if r := x.segments[n]; x.found[r.id] == nil {
			s := &sight{from: make([]int64, len(x.terms)), to: make([]int64, len(x.terms)), sets: make([]*segment.Set, len(x.terms))}
			x.found[r.id] = s
			ids, sights, of = append(ids, r.id), append(sights, s), append(of, r)
		}
	}
	var id int64
	var term int
	var from, to *int64
	found, err := x.history.query(ctx, whereQuery, jsonOf(ids), jsonOf(x.terms), jsonOf(afterAll(x.terms)))
	first := x.history.d.First
	err = each(found, err, []any{&id, &term, &from, &to}, func() {
		s := x.found[id]
		s.from[term-first], s.to[term-first] = pageID(id, 0), pageID(id, 0)-1
		if from != nil {
			s.from[term-first] = *from
		}
		if to != nil {
			s.to[term-first] = *to
		}
	})
	if err != nil {
		return err
	}
	return x.read(ctx, sights, of, func(s *sight, term int) bool { return s.to[term]-s.from[term] < cheapPages })
}

// whereQuery finds the pages of segments that may have terms: from the last that begins
// before the term, to the last that begins before what comes after it.
const whereQuery = `SELECT CAST(s.value AS bigint), t.key,
		(SELECT id FROM @pages {by pages_first} WHERE segment = CAST(s.value AS bigint) AND first < t.value ORDER BY first DESC, id DESC LIMIT 1),
		(SELECT id FROM @pages {by pages_first} WHERE segment = CAST(s.value AS bigint) AND first < a.value ORDER BY first DESC, id DESC LIMIT 1)
	FROM {each $1 as s} CROSS JOIN {each $2 as t} CROSS JOIN {each $3 as a} WHERE a.key = t.key`

func afterAll(terms []string) []string {
	after := make([]string, len(terms))
	for i, term := range terms {
		after[i] = segment.After(term)
	}
	return after
}

// read reads the sets of those terms that are wanted of some segments, a few pages at a
// time.
func (x *lookup) read(ctx context.Context, sights []*sight, of []segmentRow, wants func(s *sight, term int) bool) error {
	type place struct {
		s    *sight
		term int
	}
	uses := make(map[int64][]place) // of each page
	var ids []int64
	for _, s := range sights {
		for term := range x.terms {
			if s.sets[term] != nil || !wants(s, term) {
				continue
			}
			s.sets[term] = new(segment.Set)
			for id := s.from[term]; id <= s.to[term]; id++ {
				if uses[id] == nil {
					ids = append(ids, id)
				}
				uses[id] = append(uses[id], place{s, term})
			}
		}
	}
	for some := range slices.Chunk(ids, lookPages) {
		if err := ctx.Err(); err != nil {
			return err
		}
		var id int64
		var data []byte
		var wrong error
		n := 0
		found, err := x.history.query(ctx, `SELECT id, data FROM @pages WHERE id IN (SELECT CAST(value AS bigint) FROM {each $1 as p})`, jsonOf(some))
		err = each(found, err, []any{&id, &data}, func() {
			n++
			for _, use := range uses[id] {
				wrong = firstError(wrong, use.s.sets[use.term].AddPrefixed(data, x.terms[use.term]))
			}
		})
		if err = firstError(err, wrong); err != nil {
			return err
		}
		if n != len(some) {
			return errMoved
		}
	}
	for i, s := range sights {
		x.addRepeated(s, of[i])
	}
	return nil
}

// addRepeated adds to the events of the sink those that a replay owed to it.
func (x *lookup) addRepeated(s *sight, r segmentRow) {
	term := slices.Index(x.terms, x.sink)
	if x.sink == "" || s.sets[term] == nil {
		return
	}
	for _, place := range x.repeated {
		if r.first <= place && place <= r.last {
			s.sets[term].Add(uint16(place - r.first)) //nolint:gosec // it is within the segment
		}
	}
}

// meet returns the events that may have what is needed, by the sets that are known; nil:
// that may be any.
func (x *lookup) meet(n words.Need, s *sight) *segment.Set {
	switch {
	case n.Term != "":
		return s.sets[slices.Index(x.terms, n.Term)]
	case n.All != nil:
		var all *segment.Set
		for _, n := range n.All {
			if one := x.meet(n, s); all == nil && one != nil {
				copied := *one
				all = &copied
			} else if one != nil {
				all.And(one)
			}
		}
		return all
	}
	some := new(segment.Set)
	for _, n := range n.Any {
		one := x.meet(n, s)
		if one == nil {
			return nil
		}
		some.Or(one)
	}
	return some
}
