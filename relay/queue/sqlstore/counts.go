package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Counts counts what happened: see queue.Counter.
func (h History) Counts(ctx context.Context, span, step time.Duration) (queue.Counts, error) {
	c, err := h.counts(ctx, span, step)
	if err != nil {
		return queue.Counts{}, fmt.Errorf("counting: %w", h.db.Classify(err))
	}
	return c, nil
}

func (h History) counts(ctx context.Context, span, step time.Duration) (c queue.Counts, err error) {
	if step <= 0 || step%queue.LeastStep != 0 {
		return c, fmt.Errorf("slots of %s were asked for: they are multiples of %s", step, queue.LeastStep)
	}
	if c.Slots = int(span / step); c.Slots < 1 || c.Slots > queue.MaxSlots {
		return c, fmt.Errorf("%d slots were asked for: there are 1 to %d", c.Slots, queue.MaxSlots)
	}
	switch {
	case step%time.Hour != 0 && span > queue.FineReach, step%(24*time.Hour) != 0 && span > queue.HourReach:
		return c, fmt.Errorf("slots of %s were asked for over %s, for which they are not kept", step, span)
	}
	now, err := h.db.Now(ctx)
	if err != nil {
		return c, err
	}
	n := counting{Counts: &c, history: h, level: levelOf(step), step: step.Microseconds()}
	n.first = now/n.step - int64(c.Slots) + 1
	c.From, c.Step, c.Now = time.UnixMicro(n.first*n.step), step, time.UnixMicro(now)
	err = n.count(ctx)
	return c, err
}

// levelOf returns how many seconds those slots of the tables last that slots of step are
// made of.
func levelOf(step time.Duration) int64 {
	for _, level := range []time.Duration{24 * time.Hour, time.Hour} {
		if step%level == 0 {
			return int64(level / time.Second)
		}
	}
	return int64(queue.LeastStep / time.Second)
}

const (
	// Rows are not put together here: they are few, and one step down an index each. One
	// row more tells up to which place events are counted in the others.
	countArrivalsQuery = `SELECT slot, kind, source, events FROM @arrivals WHERE level = $1 AND slot >= $2
		UNION ALL SELECT -1, '', '', counted FROM @indexing`
	countOutcomesQuery = `SELECT slot, sink, sent, died FROM @outcomes WHERE level = $1 AND slot >= $2`
	countWaysQuery     = `SELECT level, source, route, sink, events FROM @ways WHERE level = 300 AND slot >= $1 AND slot < $2
		UNION ALL SELECT level, source, route, sink, events FROM @ways WHERE level = 3600 AND slot >= $3 AND slot < $4
		UNION ALL SELECT level, source, route, sink, events FROM @ways WHERE level = 86400 AND slot >= $5 AND slot < $6
		UNION ALL SELECT 0, '', '', '', counted FROM @indexing`

	// What is not counted yet: the places after one, up to another.
	restEventsQuery = `SELECT put_at / CAST($1 AS bigint), kind, source, count(*) FROM @events
		WHERE seq > $2 AND seq <= $3 AND put_at >= $4 GROUP BY 1, 2, 3`
	restWaysQuery = `SELECT 1, e.source, coalesce(d.route, ''), coalesce(d.sink, ''), count(*)
		FROM @events e LEFT JOIN @deliveries d ON d.event = e.seq AND NOT d.again WHERE e.seq > $1 AND e.seq <= $2 AND e.put_at >= $3 GROUP BY 1, 2, 3, 4`
)

// counting fills in Counts.
type counting struct {
	*queue.Counts

	history     History
	level       int64 // of the tables' slots
	step, first int64 // in microseconds; the number of the first slot
	some        int64 // how many slots of the rows that are read make one; 1 of those that are counted
	ways        map[queue.Way]int
}

// count reads what is counted already, and counts the rest. What the background counts
// meanwhile is in neither twice: each statement tells how far it had come.
func (c *counting) count(ctx context.Context) error {
	c.Kinds, c.Sources = make(map[relay.Kind][]int), make(map[string][]int)
	c.Sent, c.Died = make(map[string][]int), make(map[string][]int)
	c.ways = make(map[queue.Way]int)
	for _, some := range []func(context.Context) error{c.countOutcomes, c.countEvents, c.countWays} {
		if err := some(ctx); err != nil {
			return err
		}
	}
	for w, n := range c.ways {
		w.Events = n
		c.Ways = append(c.Ways, w)
	}
	slices.SortFunc(c.Ways, func(a, b queue.Way) int {
		return cmp.Or(b.Events-a.Events, cmp.Compare(a.Source, b.Source), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Sink, b.Sink))
	})
	return nil
}

func (c *counting) countOutcomes(ctx context.Context) error {
	c.some = c.step / 1_000_000 / c.level
	return c.outcomes(c.history.query(ctx, countOutcomesQuery, c.level, c.first*c.some))
}

func (c *counting) countEvents(ctx context.Context) error {
	c.some = c.step / 1_000_000 / c.level
	counted, err := c.events(c.history.query(ctx, countArrivalsQuery, c.level, c.first*c.some))
	if err != nil {
		return err
	}
	c.some = 1
	return c.rest(ctx, counted, func(after, to int64) error {
		_, err := c.events(c.history.query(ctx, restEventsQuery, c.step, after, to, c.first*c.step))
		return err
	})
}

func (c *counting) countWays(ctx context.Context) error {
	counted, err := c.addWays(c.history.query(ctx, countWaysQuery, parts(c.first*c.step/1_000_000)...))
	if err != nil {
		return err
	}
	return c.rest(ctx, counted, func(after, to int64) error {
		_, err := c.addWays(c.history.query(ctx, restWaysQuery, after, to, c.first*c.step))
		return err
	})
}

// parts returns slots that cover all time since seconds, a multiple of 5 minutes: those
// of the rest of its hour, of its day, and the days after, each the first and the last
// but one.
func parts(seconds int64) []any {
	hour := (seconds + 3599) / 3600
	day := (hour + 23) / 24
	return []any{seconds / 300, hour * 12, hour, day * 24, day, int64(math.MaxInt64)}
}

// rest has the events after a place counted, some at a time.
func (c *counting) rest(ctx context.Context, after int64, count func(after, to int64) error) error {
	last, err := column[int64](c.history.query(ctx, firstQuery(false), after+1, int64(math.MaxInt64)))
	if err != nil || len(last) == 0 {
		return err
	}
	if last[0]-after > longTail {
		first, err := c.history.firstSince(ctx, c.first*c.step)
		if err != nil {
			return err
		}
		after = max(after, first-1)
	}
	for after < last[0] {
		to := min(after+countPiece, last[0])
		if err := count(after, to); err != nil {
			return err
		}
		after = to
	}
	return nil
}

// countPiece is how many places one read counts.
const countPiece = 2000

// add adds to a slot. One that lies ahead, since the clock was set back, counts to the
// last.
func (c *counting) add(counts []int, slot int64, n int) []int {
	if n == 0 {
		return counts
	}
	if counts == nil {
		counts = make([]int, c.Slots)
	}
	counts[min(slot/c.some-c.first, int64(c.Slots)-1)] += n
	return counts
}

// addTo is add for a map, in which nothing stands that there is none of.
func addTo[K comparable](c *counting, to map[K][]int, key K, slot int64, n int) {
	if counts := c.add(to[key], slot, n); counts != nil {
		to[key] = counts
	}
}

// events adds what came in, and returns up to which place it was counted, if that is told.
func (c *counting) events(found *sql.Rows, err error) (counted int64, _ error) {
	var slot int64
	var kind relay.Kind
	var source string
	var n int
	err = each(found, err, []any{&slot, &kind, &source, &n}, func() {
		if slot < 0 {
			counted = int64(n)
			return
		}
		addTo(c, c.Kinds, kind, slot, n)
		addTo(c, c.Sources, source, slot, n)
	})
	return counted, err
}

func (c *counting) outcomes(found *sql.Rows, err error) error {
	var slot int64
	var sink string
	var sent, died int
	return each(found, err, []any{&slot, &sink, &sent, &died}, func() {
		addTo(c, c.Sent, sink, slot, sent)
		addTo(c, c.Died, sink, slot, died)
	})
}

// addWays is events for ways.
func (c *counting) addWays(found *sql.Rows, err error) (counted int64, _ error) {
	var level int64
	var w queue.Way
	var n int
	err = each(found, err, []any{&level, &w.Source, &w.Route, &w.Sink, &n}, func() {
		if level == 0 {
			counted = int64(n)
			return
		}
		c.ways[w] += n
	})
	return counted, err
}

// each reads rows into to, and calls use after each.
func each(found *sql.Rows, err error, to []any, use func()) error {
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for found.Next() {
		if err := found.Scan(to...); err != nil {
			return err
		}
		use()
	}
	return found.Err()
}
