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
	for tries := 1; ; tries++ {
		at, err := h.progress(ctx)
		if err == nil {
			err = n.counted(ctx)
		}
		if err != nil {
			return c, err
		}
		// What is counted in the background meanwhile would be missing or there twice.
		after, err := h.progress(ctx)
		if err != nil {
			return c, err
		}
		if after.counted == at.counted || tries == maxTries {
			err = n.rest(ctx, at.counted)
			return c, err
		}
	}
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
	// Rows are not put together here: they are few, and one step down an index each.
	countArrivalsQuery = `SELECT slot, kind, source, events FROM @arrivals WHERE level = $1 AND slot >= $2 AND slot < $3`
	countOutcomesQuery = `SELECT slot, sink, sent, died FROM @outcomes WHERE level = $1 AND slot >= $2 AND slot < $3`
	countWaysQuery     = `SELECT source, route, sink, events FROM @ways WHERE level = $1 AND slot >= $2 AND slot < $3`

	// What is not counted yet: the places after one, up to another.
	restEventsQuery = `SELECT put_at / CAST($1 AS bigint), kind, source, count(*) FROM @events
		WHERE seq > $2 AND seq <= $3 AND put_at >= $4 GROUP BY 1, 2, 3`
	restWaysQuery = `SELECT e.source, coalesce(d.route, ''), coalesce(d.sink, ''), count(*)
		FROM @events e LEFT JOIN @deliveries d ON d.event = e.seq AND NOT d.again WHERE e.seq > $1 AND e.seq <= $2 AND e.put_at >= $3 GROUP BY 1, 2, 3`
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

// counted reads what is counted already.
func (c *counting) counted(ctx context.Context) error {
	c.Kinds, c.Sources = make(map[relay.Kind][]int), make(map[string][]int)
	c.Sent, c.Died = make(map[string][]int), make(map[string][]int)
	c.ways = make(map[queue.Way]int)
	h, some := c.history, c.step/1_000_000/c.level // slots of the tables in one of these
	c.some = some
	for from := c.first * some; from < (c.first+int64(c.Slots))*some; from += slotPiece {
		to := min(from+slotPiece, (c.first+int64(c.Slots))*some)
		if to == (c.first+int64(c.Slots))*some {
			to = math.MaxInt64 // where the clock was set back, there is more
		}
		if err := c.events(h.query(ctx, countArrivalsQuery, c.level, from, to)); err != nil {
			return err
		}
		if err := c.outcomes(h.query(ctx, countOutcomesQuery, c.level, from, to)); err != nil {
			return err
		}
	}
	for _, part := range parts(c.first * c.step / 1_000_000) {
		if err := c.addWays(h.query(ctx, countWaysQuery, part.level, part.from, part.to)); err != nil {
			return err
		}
	}
	return nil
}

// slotPiece is how many slots of the tables one read has.
const slotPiece = 100

// part is some slots of a level, but for the last.
type part struct{ level, from, to int64 }

// parts returns slots that cover all time since seconds, a multiple of 5 minutes: the
// rest of its hour, of its day, and the days after.
func parts(seconds int64) (all []part) {
	const never = math.MaxInt64
	for _, level := range []struct{ level, next int64 }{{300, 3600}, {3600, 86400}, {86400, never}} {
		if level.next != never {
			until := (seconds + level.next - 1) / level.next * level.next
			all = append(all, part{level.level, seconds / level.level, until / level.level})
			seconds = until
			continue
		}
		all = append(all, part{level.level, seconds / level.level, never})
	}
	return all
}

// rest counts the events after a place, some at a time.
func (c *counting) rest(ctx context.Context, after int64) error {
	h := c.history
	c.some = 1
	last, err := column[int64](h.query(ctx, firstQuery(false), after+1, int64(math.MaxInt64)))
	if err != nil {
		return err
	}
	for _, last := range last {
		for after < last {
			to := min(after+countPiece, last)
			if err := c.events(h.query(ctx, restEventsQuery, c.step, after, to, c.first*c.step)); err != nil {
				return err
			}
			if err := c.addWays(h.query(ctx, restWaysQuery, after, to, c.first*c.step)); err != nil {
				return err
			}
			after = to
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

func (c *counting) events(found *sql.Rows, err error) error {
	var slot int64
	var kind relay.Kind
	var source string
	var n int
	return each(found, err, []any{&slot, &kind, &source, &n}, func() {
		addTo(c, c.Kinds, kind, slot, n)
		addTo(c, c.Sources, source, slot, n)
	})
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

func (c *counting) addWays(found *sql.Rows, err error) error {
	var w queue.Way
	var n int
	return each(found, err, []any{&w.Source, &w.Route, &w.Sink, &n}, func() { c.ways[w] += n })
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
