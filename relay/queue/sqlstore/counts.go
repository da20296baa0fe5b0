package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
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
	now, err := h.db.Now(ctx)
	if err != nil {
		return c, err
	}
	n := counting{Counts: &c, step: step.Microseconds()}
	n.first = now/n.step - int64(c.Slots) + 1
	c.From, c.Step, c.Now = time.UnixMicro(n.first*n.step), step, time.UnixMicro(now)
	c.Kinds, c.Sources = make(map[relay.Kind][]int), make(map[string][]int)
	c.Sent, c.Died = make(map[string][]int), make(map[string][]int)
	if err := n.events(h.query(ctx, countEventsQuery, n.step, n.first*n.step)); err != nil {
		return c, err
	}
	if err := n.outcomes(h.query(ctx, countOutcomesQuery, n.step, n.first*n.step)); err != nil {
		return c, err
	}
	if err := n.ways(h.query(ctx, countWaysQuery, n.first*n.step)); err != nil {
		return c, err
	}
	slices.SortFunc(c.Ways, func(a, b queue.Way) int {
		return cmp.Or(b.Events-a.Events, cmp.Compare(a.Source, b.Source), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Sink, b.Sink))
	})
	return c, nil
}

const (
	countEventsQuery = `SELECT put_at / CAST($1 AS bigint), kind, source, count(*) FROM @events WHERE put_at >= $2 GROUP BY 1, 2, 3`

	countOutcomesQuery = `SELECT settled_at / CAST($1 AS bigint), sink, state, count(*) FROM @deliveries
		WHERE settled_at >= $2 AND state IN ('sent', 'dead') GROUP BY 1, 2, 3`

	countWaysQuery = `SELECT e.source, coalesce(d.route, ''), coalesce(d.sink, ''), count(*)
		FROM @events e LEFT JOIN @deliveries d ON d.event = e.seq AND NOT d.again WHERE e.put_at >= $1 GROUP BY 1, 2, 3`
)

// counting fills in Counts.
type counting struct {
	*queue.Counts

	step, first int64 // in microseconds; the number of the first slot
}

// add adds to a slot. One that lies ahead, since the clock was set back, counts to the
// last.
func (c *counting) add(counts []int, slot int64, n int) []int {
	if counts == nil {
		counts = make([]int, c.Slots)
	}
	counts[min(slot-c.first, int64(c.Slots)-1)] += n
	return counts
}

func (c *counting) events(found *sql.Rows, err error) error {
	var slot int64
	var kind relay.Kind
	var source string
	var n int
	return each(found, err, []any{&slot, &kind, &source, &n}, func() {
		c.Kinds[kind] = c.add(c.Kinds[kind], slot, n)
		c.Sources[source] = c.add(c.Sources[source], slot, n)
	})
}

func (c *counting) outcomes(found *sql.Rows, err error) error {
	var slot int64
	var sink string
	var state queue.State
	var n int
	return each(found, err, []any{&slot, &sink, &state, &n}, func() {
		to := c.Sent
		if state == queue.Dead {
			to = c.Died
		}
		to[sink] = c.add(to[sink], slot, n)
	})
}

func (c *counting) ways(found *sql.Rows, err error) error {
	var w queue.Way
	return each(found, err, []any{&w.Source, &w.Route, &w.Sink, &w.Events}, func() { c.Ways = append(c.Ways, w) })
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
