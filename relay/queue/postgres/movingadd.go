package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"botrelay/relay/queue"
	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

var errElsewhere = errors.New("the same file is being moved from elsewhere: wait for that")

// perPlace is how many deliveries have IDs of one place.
const perPlace = 1 << 12

// waitingName is what the sink of a pending delivery is called until the move is
// done: no relay has a lane of that name, and what is pending is not pruned.
func waitingName(name, sink string) string { return "moving " + name + " " + sink }

// Add brings a chunk: see move.Target.
func (m *Moving) Add(ctx context.Context, c move.Chunk) (added move.Added, err error) {
	err = m.do(ctx, func(ctx context.Context, tx pgx.Tx) error {
		a := adding{tx: tx, name: m.from.Name, newer: m.newer, chunk: c, seqs: make(map[int64]int64), ids: make(map[int64]int64)}
		if err := a.run(ctx); err != nil {
			return err
		}
		added = move.Added{Events: len(a.stored), Again: a.older}
		tag, err := tx.Exec(ctx, `UPDATE botrelay.moves SET event = $1, delivery = $2, moved = moved + $3, passed = passed + $4
			WHERE file = $5 AND state = $6 AND event = $7 AND delivery = $8 AND here_at = 0 AND done_at = 0`,
			c.To.Event, c.To.Delivery, added.Events, len(c.Events)-added.Events, m.from.Name, m.from.State, m.at.Event, m.at.Delivery)
		if err == nil && tag.RowsAffected() != 1 {
			err = errElsewhere
		}
		return err
	})
	if err != nil {
		return move.Added{}, fmt.Errorf("moving events: %w", classify(err))
	}
	m.at = c.To
	return added, nil
}

// adding is a chunk on its way into the tables.
type adding struct {
	tx     pgx.Tx
	name   string
	newer  int64
	chunk  move.Chunk
	seqs   map[int64]int64 // the places of events, by their former ones
	again  []int64         // the places of chunk.Again
	older  int             // how many of these are of events that an earlier move has brought
	stored map[int64]bool  // the places of the events that are new here
	ids    map[int64]int64 // of deliveries that are new here, by their former ones
}

func (a *adding) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{a.place, a.events, a.deliveries, a.attempts} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// place gives events, and what was owed by a replay, places in the order in which
// they were owed.
func (a *adding) place(ctx context.Context) error {
	found, err := a.tx.Query(ctx, `SELECT nextval('botrelay.places') FROM generate_series(1, $1)`, len(a.chunk.Events)+len(a.chunk.Again))
	if err != nil {
		return err
	}
	places, err := pgx.CollectRows(found, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	slices.Sort(places)
	first := make(map[int64]int64)
	for _, d := range a.chunk.Deliveries {
		if _, ok := first[d.Int("event")]; !ok && d.Int("again") == 0 {
			first[d.Int("event")] = d.Int("id")
		}
	}
	events, again := a.chunk.Events, a.chunk.Again
	for _, place := range places {
		if len(again) == 0 || len(events) > 0 && first[events[0].Int("seq")] < again[0].Int("id") {
			a.seqs[events[0].Int("seq")], events = place, events[1:]
		} else {
			a.again, again = append(a.again, place), again[1:]
		}
	}
	return nil
}

// events stores those that are not here already, by their ID or as the same message
// of the vendor.
func (a *adding) events(ctx context.Context) error {
	a.stored = make(map[int64]bool, len(a.chunk.Events))
	if len(a.chunk.Events) == 0 {
		return nil
	}
	p := &listParameters{parameters: newParameters(a.tx.Conn().TypeMap())}
	text := `WITH stored AS (` + insertFields(p, "events", eventFields(), a.chunk.Events, func(r move.Row, column string) any {
		if column == "seq" {
			return a.seqs[r.Int("seq")]
		}
		return r[column]
	}) + ` ORDER BY seq ON CONFLICT DO NOTHING RETURNING seq),
		noted AS (INSERT INTO botrelay.moved_events (file, seq) SELECT $` + strconv.Itoa(len(p.values)+1) + `, seq FROM stored)
		SELECT seq FROM stored`
	p.value(pgtype.TextOID, a.name)
	result, err := a.exec(ctx, p, text)
	if err != nil {
		return err
	}
	for _, row := range result.Rows {
		seq, err := strconv.ParseInt(string(row[0]), 10, 64)
		if err != nil {
			return err
		}
		a.stored[seq] = true
	}
	return nil
}

// deliveries stores those of the events that are new here.
func (a *adding) deliveries(ctx context.Context) error {
	var list []move.Row
	seqs, nth := make(map[int64]int64), make(map[int64]int64) // by former delivery, and by event
	for _, d := range a.chunk.Deliveries {
		seq := a.seqs[d.Int("event")]
		if !a.stored[seq] {
			continue
		}
		if nth[seq] == perPlace {
			return fmt.Errorf("an event has more than %d deliveries", perPlace)
		}
		a.ids[d.Int("id")], seqs[d.Int("id")] = seq*perPlace+nth[seq], seq
		nth[seq]++
		list = append(list, d)
	}
	places, err := a.replayed(ctx)
	if err != nil {
		return err
	}
	for i, d := range a.chunk.Again {
		if seq, ok := places[i]; ok {
			a.ids[d.Int("id")], seqs[d.Int("id")] = a.again[i]*perPlace, seq
			list = append(list, d)
		}
	}
	err = a.insert(ctx, "deliveries", deliveryFields(), list, func(r move.Row, column string) any {
		switch id := r.Int("id"); {
		case column == "id":
			return a.ids[id]
		case column == "event":
			return seqs[id]
		case column == "sink" && isPending(r):
			return waitingName(a.name, r.Text("sink"))
		}
		return r[column]
	})
	if err != nil {
		return err
	}
	return a.note(ctx, list)
}

func isPending(delivery move.Row) bool { return delivery.Text("state") == string(queue.Pending) }

// replayed returns the places of the events that are owed again, by their number
// in the chunk: those that this move has brought, and those that an earlier one
// has, if they do not wait for that sink here too.
func (a *adding) replayed(ctx context.Context) (map[int]int64, error) {
	if len(a.chunk.Again) == 0 {
		return nil, nil
	}
	var ids, sinks []string
	for _, d := range a.chunk.Again {
		ids, sinks = append(ids, legibleText(d.Text("event_id"))), append(sinks, legibleText(d.Text("sink")))
	}
	found, err := a.tx.Query(ctx, `SELECT k.nth - 1, e.seq, m.seq IS NULL FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS k (id, sink, nth)
			JOIN botrelay.events e ON e.id = k.id LEFT JOIN botrelay.moved_events m ON m.file = $1 AND m.seq = e.seq
		WHERE m.seq IS NOT NULL OR e.put_at <= $4 AND NOT EXISTS (
			SELECT 1 FROM botrelay.deliveries d WHERE d.event = e.seq AND d.sink = k.sink AND d.state = 'pending')`, a.name, ids, sinks, a.newer)
	if err != nil {
		return nil, err
	}
	places := make(map[int]int64)
	var nth int
	var seq int64
	var older bool
	_, err = pgx.ForEachRow(found, []any{&nth, &seq, &older}, func() error {
		if places[nth] = seq; older {
			a.older++
		}
		return nil
	})
	return places, err
}

// note remembers what is pending by its former ID, which lanes may name.
func (a *adding) note(ctx context.Context, list []move.Row) error {
	var former, ids []int64
	for _, d := range list {
		if isPending(d) {
			former, ids = append(former, d.Int("id")), append(ids, a.ids[d.Int("id")])
		}
	}
	if len(former) == 0 {
		return nil
	}
	_, err := a.tx.Exec(ctx, `INSERT INTO botrelay.moved_deliveries (file, former, id)
		SELECT $1, former, id FROM unnest($2::bigint[], $3::bigint[]) AS d (former, id)`, a.name, former, ids)
	return err
}

func (a *adding) attempts(ctx context.Context) error {
	var list []move.Row
	for _, t := range a.chunk.Attempts {
		if _, ok := a.ids[t.Int("delivery")]; ok {
			list = append(list, t)
		}
	}
	return a.insert(ctx, "attempts", attemptFields(), list, func(r move.Row, column string) any {
		if column == "delivery" {
			return a.ids[r.Int("delivery")]
		}
		return r[column]
	})
}

// insert puts rows into a table: all of them, or it is an error.
func (a *adding) insert(ctx context.Context, table string, fields []field, list []move.Row, value func(move.Row, string) any) error {
	const most = 10_000
	for some := range slices.Chunk(list, most) {
		p := &listParameters{parameters: newParameters(a.tx.Conn().TypeMap())}
		result, err := a.exec(ctx, p, insertFields(p, table, fields, some, value))
		if err != nil {
			return err
		}
		if n := result.CommandTag.RowsAffected(); n != int64(len(some)) {
			return fmt.Errorf("%d of %d rows came into the table %s", n, len(some), table)
		}
	}
	return nil
}

// exec runs a statement in the transaction.
func (a *adding) exec(ctx context.Context, p *listParameters, text string) (*pgconn.Result, error) {
	if p.err != nil {
		return nil, p.err
	}
	result := a.tx.Conn().PgConn().ExecParams(ctx, text, p.values, p.oids, p.formats, nil).Read()
	return result, result.Err
}
