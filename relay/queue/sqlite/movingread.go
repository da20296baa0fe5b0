package sqlite

import (
	"context"
	"iter"
	"math"
	"strconv"

	"botrelay/relay/queue/move"
)

const (
	// moveEvents is how many events a chunk has at most, moveBytes how large they
	// are together, and moveRows how many rows belong to them, but for the last.
	moveEvents = 1000
	moveBytes  = 4 << 20
	moveRows   = 20_000
	// moveAgain is how many deliveries that were owed by a replay a chunk has.
	moveAgain = 2000
	// tallyEvents is how many events are counted at a time, and threadPage how many
	// conversations are read.
	tallyEvents = 1000
	threadPage  = 2000
)

// Count counts events: see move.Source.
func (m *Moving) Count(ctx context.Context, newer int64, after move.Position) (all, left int, err error) {
	err = m.conn.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(seq > $1), 0) FROM events WHERE put_at > $2`, after.Event, newer).Scan(&all, &left)
	return all, left, classify(err)
}

// Next returns the chunk behind a position: see move.Source.
func (m *Moving) Next(ctx context.Context, newer int64, after move.Position) (move.Chunk, error) {
	c, err := m.next(ctx, newer, after)
	return c, classify(err)
}

func (m *Moving) next(ctx context.Context, newer int64, after move.Position) (c move.Chunk, err error) {
	c.To = after
	if err := m.events(ctx, &c, newer); err != nil {
		return c, err
	}
	last := len(c.Events) == 0
	if !last {
		c.To.Event = c.Events[len(c.Events)-1].Int("seq")
	}
	// Those that were owed by a replay stand among the events where they were owed.
	until := after.Delivery
	if last {
		until = math.MaxInt64
	}
	first := make(map[int64]int64) // the first delivery of an event
	for _, d := range c.Deliveries {
		if d.Int("again") == 0 {
			until = max(until, d.Int("id"))
			if _, ok := first[d.Int("event")]; !ok {
				first[d.Int("event")] = d.Int("id")
			}
		}
	}
	c.Again, err = m.read(ctx, `SELECT d.*, e.id AS event_id FROM deliveries d NOT INDEXED JOIN events e ON e.seq = d.event
		WHERE d.id > $1 AND d.id <= $2 AND d.again AND d.state = 'pending' ORDER BY d.id LIMIT $3`, after.Delivery, until, moveAgain)
	if err != nil {
		return c, err
	}
	if full := len(c.Again) == moveAgain; full {
		until = c.Again[moveAgain-1].Int("id")
		m.cut(&c, after, first, until)
		last = false
	}
	c.To.Delivery, c.Last = until, last
	ids := make([]int64, 0, len(c.Deliveries)+len(c.Again))
	for _, d := range c.Deliveries {
		ids = append(ids, d.Int("id"))
	}
	for _, d := range c.Again {
		ids = append(ids, d.Int("id"))
	}
	c.Attempts, err = m.read(ctx, `SELECT a.* FROM json_each($1) k CROSS JOIN attempts a WHERE a.delivery = k.value`, jsonInts(ids))
	return c, err
}

// cut takes the events off a chunk that were put after the last of its replays.
func (m *Moving) cut(c *move.Chunk, after move.Position, first map[int64]int64, until int64) {
	keep := len(c.Events)
	for i, e := range c.Events {
		if first[e.Int("seq")] > until {
			keep = i
			break
		}
	}
	c.Events, c.To.Event = c.Events[:keep], after.Event
	if keep > 0 {
		c.To.Event = c.Events[keep-1].Int("seq")
	}
	var kept []move.Row
	for _, d := range c.Deliveries {
		if d.Int("event") <= c.To.Event {
			kept = append(kept, d)
		}
	}
	c.Deliveries = kept
}

// events reads the next events with their deliveries, but for those that a replay
// owes still.
func (m *Moving) events(ctx context.Context, c *move.Chunk, newer int64) error {
	bytes, rows := 0, int64(0)
	err := m.each(ctx, func(r move.Row) bool {
		payload, _ := r["payload"].([]byte)
		bytes += len(r.Text("event")) + len(payload)
		rows += r.Int("rows")
		c.Events = append(c.Events, r)
		return bytes < moveBytes && rows < moveRows
	}, `SELECT *, (SELECT count(*) + coalesce(sum(min(attempts, 100)), 0) FROM deliveries d INDEXED BY deliveries_event WHERE d.event = e.seq) AS rows
		FROM events e NOT INDEXED WHERE seq > $1 AND put_at > $2 ORDER BY seq LIMIT $3`, c.To.Event, newer, moveEvents)
	if err != nil || len(c.Events) == 0 {
		return err
	}
	seqs := make([]int64, len(c.Events))
	for i, e := range c.Events {
		seqs[i] = e.Int("seq")
	}
	c.Deliveries, err = m.read(ctx, `SELECT d.* FROM json_each($1) k CROSS JOIN deliveries d INDEXED BY deliveries_event
		WHERE d.event = k.value AND NOT (d.again AND d.state = 'pending') ORDER BY d.event, d.id`, jsonInts(seqs))
	return err
}

// Rest returns what there is but events: see move.Source.
func (m *Moving) Rest(ctx context.Context) (r move.Rest, err error) {
	for _, t := range []struct {
		to    *[]move.Row
		query string
	}{
		{&r.Lanes, `SELECT * FROM lanes ORDER BY sink`},
		{&r.Budgets, `SELECT * FROM budgets ORDER BY key`},
		{&r.Uses, `SELECT * FROM uses ORDER BY id`},
	} {
		if *t.to, err = m.read(ctx, t.query); err != nil {
			return r, classify(err)
		}
	}
	// A file of the first version has none. By 5 minutes only the last day is brought.
	var counts bool
	if err := m.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'outcomes')`).Scan(&counts); err != nil {
		return r, classify(err)
	}
	if counts {
		r.Outcomes, err = m.read(ctx, `SELECT * FROM outcomes WHERE level > 300 OR slot > (SELECT max(slot) - 288 FROM outcomes WHERE level = 300)`)
		if err != nil {
			return r, classify(err)
		}
	}
	r.Threads = m.threads(ctx)
	return r, nil
}

// threads yields the conversations.
func (m *Moving) threads(ctx context.Context) iter.Seq2[move.Row, error] {
	return func(yield func(move.Row, error) bool) {
		for destination, thread := "", ""; ; {
			page, err := m.read(ctx, `SELECT * FROM threads WHERE (destination, thread) > ($1, $2) ORDER BY destination, thread LIMIT $3`,
				destination, thread, threadPage)
			if err != nil {
				yield(nil, classify(err))
				return
			}
			for _, t := range page {
				if !yield(t, nil) {
					return
				}
			}
			if len(page) < threadPage {
				return
			}
			destination, thread = page[threadPage-1].Text("destination"), page[threadPage-1].Text("thread")
		}
	}
}

// Tally counts what belongs to the next events: see move.Source.
func (m *Moving) Tally(ctx context.Context, newer, after int64) (all []move.Tally, err error) {
	err = m.each(ctx, func(r move.Row) bool {
		all = append(all, move.Tally{
			Event: r.Int("seq"), ID: r.Text("id"), Events: 1, Bytes: int(r.Int("bytes")),
			Pending: int(r.Int("pending")), Sent: int(r.Int("sent")), Dead: int(r.Int("dead")), Replayed: int(r.Int("replayed")),
			Discarded: int(r.Int("discarded")),
			Attempts:  int(r.Int("attempts")),
		})
		return true
	}, `SELECT e.seq, e.id, coalesce(length(e.payload), 0) AS bytes, coalesce(sum(d.state = 'pending'), 0) AS pending,
			coalesce(sum(d.state = 'sent'), 0) AS sent, coalesce(sum(d.state = 'dead'), 0) AS dead,
			coalesce(sum(d.state = 'replayed'), 0) AS replayed, coalesce(sum(d.state = 'discarded'), 0) AS discarded,
			coalesce(sum((SELECT count(*) FROM attempts a WHERE a.delivery = d.id)), 0) AS attempts
		FROM (SELECT seq, id, payload FROM events NOT INDEXED WHERE seq > $1 AND put_at > $2 ORDER BY seq LIMIT $3) e
			LEFT JOIN deliveries d INDEXED BY deliveries_event ON d.event = e.seq
		GROUP BY e.seq ORDER BY e.seq`, after, newer, tallyEvents)
	return all, classify(err)
}

// read returns all rows.
func (m *Moving) read(ctx context.Context, query string, args ...any) (all []move.Row, err error) {
	err = m.each(ctx, func(r move.Row) bool {
		all = append(all, r)
		return true
	}, query, args...)
	return all, err
}

// each calls use with each row while it wants more.
func (m *Moving) each(ctx context.Context, use func(move.Row) bool, query string, args ...any) error {
	found, err := m.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	names, err := found.Columns()
	if err != nil {
		return err
	}
	for found.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := found.Scan(to...); err != nil {
			return err
		}
		row := make(move.Row, len(names))
		for i, name := range names {
			row[name] = values[i]
		}
		if !use(row) {
			break
		}
	}
	return found.Err()
}

func jsonInts(list []int64) string {
	text := []byte("[")
	for i, n := range list {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, n, 10)
	}
	return string(append(text, ']'))
}
