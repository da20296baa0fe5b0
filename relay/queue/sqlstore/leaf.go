package sqlstore

import (
	"context"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	words "botrelay/relay/search"
	"botrelay/relay/search/segment"
)

// leafRead is how many events one read has: each may be large.
const leafRead = 32

// The letters with which the terms of an event's own names begin. Those of package search
// begin with small ones.
const (
	ofSource       = "S"
	ofKind         = "K"
	ofChannel      = "C"
	ofBot          = "B"
	ofConversation = "V"
	ofSink         = "T" // one that it was owed to by its put
)

// maxName is how many bytes of a name a term holds: names may be strangers'.
const maxName = 100

// nameTerm returns the term of a name. Others than it do not begin so, but for those that
// begin alike and are very long.
func nameTerm(letter, name string) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), "\x00", "\uFFFD")
	if len(name) > maxName {
		end := maxName
		for !utf8.RuneStart(name[end]) {
			end--
		}
		return letter + name[:end]
	}
	return letter + name + "\x01"
}

// leaf is a segment of level 0 that is made.
type leafMaking struct {
	first, last    int64
	putFrom, putTo int64
	events         int
	terms          segment.Gathering
	counted        int64 // events up to this place are counted already
	arrivals       map[arrival]int
	ways           map[way]int
}

type arrival struct {
	slot         int64 // of 5 minutes
	source, kind string
}

type way struct {
	slot                int64
	source, route, sink string
}

// leaf indexes and counts the next events, once there can be no more in the segment.
func (s *Store) leaf(ctx context.Context, at progress) (indexed int, more bool, err error) {
	settled, err := s.db.Settled(ctx)
	if err != nil {
		return 0, false, err
	}
	next, err := column[int64](s.query(ctx, firstQuery(true), at.indexed+1, int64(math.MaxInt64)))
	if err != nil || len(next) == 0 {
		return 0, false, err
	}
	l := &leafMaking{first: next[0] >> leafBits << leafBits, counted: at.counted, arrivals: make(map[arrival]int), ways: make(map[way]int)}
	if l.last = l.first + 1<<leafBits - 1; l.last > settled {
		return 0, false, nil
	}
	l.first = max(l.first, at.indexed+1)
	for from := l.first; from <= l.last; from += leafRead {
		if err := l.read(ctx, s.History, from, min(from+leafRead-1, l.last)); err != nil {
			return 0, false, err
		}
	}
	pages, err := l.terms.Pages()
	if err != nil {
		return 0, false, err
	}
	err = s.db.Do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) error {
		id, err := s.take(ctx, tx, now, at.indexed, l.last, 1)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, s.indexes.segment, id, 0, l.first, l.last, l.putFrom, l.putTo, len(pages), liveSegment)
		if err != nil {
			return err
		}
		if err := s.writePages(ctx, tx, id, 0, pages); err != nil {
			return err
		}
		return s.count(ctx, tx, l)
	}})
	return l.events, err == nil, err
}

// read takes some events in.
func (l *leafMaking) read(ctx context.Context, h History, from, to int64) error {
	var place, putAt int64
	var source, kind string
	var text []byte
	sources, slots := make(map[int64]string), make(map[int64]int64) // of those to be counted
	found, err := h.query(ctx, `SELECT seq, put_at, source, kind, event FROM @events WHERE seq BETWEEN $1 AND $2 ORDER BY seq`, from, to)
	err = each(found, err, []any{&place, &putAt, &source, &kind, &text}, func() {
		e, err := rows.Decode(text, nil)
		if err != nil { // who reads it is told
			e = relay.Event{}
		}
		e.Source, e.Kind = source, relay.Kind(kind)
		l.add(&e, place, putAt)
		if slot := putAt / rows.Micros(queue.LeastStep); place > l.counted {
			sources[place], slots[place] = source, slot
			l.arrivals[arrival{slot, source, kind}]++
		}
	})
	if err != nil {
		return err
	}
	var route, sink string
	owed := make(map[int64]bool)
	found, err = h.query(ctx, `SELECT event, route, sink FROM @deliveries {by deliveries_event} WHERE event BETWEEN $1 AND $2 AND NOT again ORDER BY event`, from, to)
	err = each(found, err, []any{&place, &route, &sink}, func() {
		l.terms.Add(nameTerm(ofSink, sink), l.offset(place))
		owed[place] = true
		if from, counts := sources[place]; counts {
			l.ways[way{slots[place], from, route, sink}]++
		}
	})
	if err != nil {
		return err
	}
	for place, source := range sources {
		if !owed[place] {
			l.ways[way{slot: slots[place], source: source}]++
		}
	}
	return nil
}

func firstError(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// add adds an event's terms.
func (l *leafMaking) add(e *relay.Event, place, putAt int64) {
	if l.events == 0 {
		l.putFrom, l.putTo = putAt, putAt
	}
	l.putFrom, l.putTo = min(l.putFrom, putAt), max(l.putTo, putAt)
	l.events++
	at := l.offset(place)
	for _, term := range words.Terms(e) {
		l.terms.Add(term, at)
	}
	for _, name := range []struct{ letter, name string }{
		{ofSource, e.Source},
		{ofKind, string(e.Kind)},
		{ofChannel, e.Channel},
		{ofBot, e.BotID},
		{ofConversation, e.ConversationID},
	} {
		l.terms.Add(nameTerm(name.letter, name.name), at)
	}
}

// offset is where a place is within a segment of any level: those begin at a multiple of
// their size.
func (l *leafMaking) offset(place int64) uint16 { return uint16(place - l.first) } //nolint:gosec // it is small

// count adds what came to the slots.
func (s *Store) count(ctx context.Context, tx Runner, l *leafMaking) error {
	const seconds = int64(queue.LeastStep / time.Second)
	var arrivals, ways []any
	for a, n := range l.arrivals {
		arrivals = append(arrivals, []any{a.slot * seconds, n, a.source, a.kind})
	}
	for w, n := range l.ways {
		ways = append(ways, []any{w.slot * seconds, n, w.source, w.route, w.sink})
	}
	if err := execRows(ctx, tx, s.indexes.arrival, arrivals); err != nil {
		return err
	}
	return execRows(ctx, tx, s.indexes.way, ways)
}
