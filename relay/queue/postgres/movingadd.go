package postgres

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"botrelay/relay/queue"
	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

var errElsewhere = errors.New("the same file is being moved from elsewhere: wait for that")

// perPlace is how many deliveries have IDs of one place.
const perPlace = 1 << 12

// waitingName is what the sink of a pending delivery is called until the move is
// done: no relay has a lane of that name, and what is pending is not pruned.
func waitingName(name, sink string) string { return "moving " + name + " " + sink }

// Add brings a chunk: see move.Target.
func (m *Moving) Add(ctx context.Context, name string, c move.Chunk) (moved int, err error) {
	err = m.do(ctx, chunkTime, func(ctx context.Context, tx pgx.Tx) error {
		a := adding{tx: tx, name: name, chunk: c, seqs: make(map[int64]int64), ids: make(map[int64]int64)}
		if err := a.run(ctx); err != nil {
			return err
		}
		moved = len(a.stored)
		tag, err := tx.Exec(ctx, `UPDATE botrelay.moves SET event = $1, delivery = $2, moved = moved + $3, passed = passed + $4
			WHERE file = $5 AND event = $6 AND delivery = $7 AND done_at = 0`,
			c.To.Event, c.To.Delivery, moved, len(c.Events)-moved, name, m.at.Event, m.at.Delivery)
		if err == nil && tag.RowsAffected() != 1 {
			err = errElsewhere
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("moving events: %w", err)
	}
	m.at = c.To
	return moved, nil
}

// adding is a chunk on its way into the tables.
type adding struct {
	tx     pgx.Tx
	name   string
	chunk  move.Chunk
	seqs   map[int64]int64 // the places of events, by their former ones
	again  []int64         // the places of chunk.Again
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
	list := make([]move.Row, len(a.chunk.Events))
	for i, e := range a.chunk.Events {
		list[i] = with(e, "seq", a.seqs[e.Int("seq")])
	}
	text, err := recordset(list)
	if err != nil {
		return err
	}
	found, err := a.tx.Query(ctx, `WITH stored AS (INSERT INTO botrelay.events (`+eventColumns+`)
			SELECT `+eventColumns+` FROM json_populate_recordset(NULL::botrelay.events, $1::text::json) ORDER BY seq
			ON CONFLICT DO NOTHING RETURNING seq),
		noted AS (INSERT INTO botrelay.moved_events (file, seq) SELECT $2, seq FROM stored)
		SELECT seq FROM stored`, text, a.name)
	if err != nil {
		return err
	}
	stored, err := pgx.CollectRows(found, pgx.RowTo[int64])
	a.stored = make(map[int64]bool, len(stored))
	for _, seq := range stored {
		a.stored[seq] = true
	}
	return err
}

const (
	eventColumns    = `seq, id, put_at, source, vendor, kind, routed, dedup, event, payload`
	deliveryColumns = `id, event, sink, route, state, again, attempts, form, reason, message_id, batch, owed_at, settled_at`
	attemptColumns  = `delivery, attempt, batch, at, took, outcome, status, reason, size`
)

// deliveries stores those of the events that are new here.
func (a *adding) deliveries(ctx context.Context) error {
	var list []move.Row
	nth := make(map[int64]int64)
	for _, d := range a.chunk.Deliveries {
		seq := a.seqs[d.Int("event")]
		if !a.stored[seq] {
			continue
		}
		if nth[seq] == perPlace {
			return fmt.Errorf("an event has more than %d deliveries", perPlace)
		}
		list = append(list, a.delivery(d, seq, seq*perPlace+nth[seq]))
		nth[seq]++
	}
	seqs, err := a.replayed(ctx)
	if err != nil {
		return err
	}
	for i, d := range a.chunk.Again {
		if seq, ok := seqs[legibleText(d.Text("event_id"))]; ok {
			list = append(list, a.delivery(d, seq, a.again[i]*perPlace))
		}
	}
	if err := a.insert(ctx, "deliveries", deliveryColumns, list); err != nil {
		return err
	}
	return a.note(ctx)
}

// delivery returns one as it is to stand here.
func (a *adding) delivery(d move.Row, seq, id int64) move.Row {
	a.ids[d.Int("id")] = id
	row := with(d, "event", seq)
	row["id"] = id
	if d.Text("state") == string(queue.Pending) {
		row["sink"] = waitingName(a.name, d.Text("sink"))
	}
	return row
}

// replayed returns the places of the events that are owed again, those that this
// move has brought.
func (a *adding) replayed(ctx context.Context) (map[string]int64, error) {
	if len(a.chunk.Again) == 0 {
		return nil, nil
	}
	var ids []string
	for _, d := range a.chunk.Again {
		ids = append(ids, legibleText(d.Text("event_id")))
	}
	found, err := a.tx.Query(ctx, `SELECT e.id, e.seq FROM botrelay.events e JOIN botrelay.moved_events m ON m.file = $1 AND m.seq = e.seq
		WHERE e.id = ANY($2)`, a.name, ids)
	if err != nil {
		return nil, err
	}
	seqs := make(map[string]int64)
	var id string
	var seq int64
	_, err = pgx.ForEachRow(found, []any{&id, &seq}, func() error {
		seqs[id] = seq
		return nil
	})
	return seqs, err
}

// note remembers what is pending by its former ID, which lanes may name.
func (a *adding) note(ctx context.Context) error {
	var former, ids []int64
	for _, d := range slices.Concat(a.chunk.Deliveries, a.chunk.Again) {
		if id, ok := a.ids[d.Int("id")]; ok && d.Text("state") == string(queue.Pending) {
			former, ids = append(former, d.Int("id")), append(ids, id)
		}
	}
	_, err := a.tx.Exec(ctx, `INSERT INTO botrelay.moved_deliveries (file, former, id)
		SELECT $1, former, id FROM unnest($2::bigint[], $3::bigint[]) AS d (former, id)`, a.name, former, ids)
	return err
}

func (a *adding) attempts(ctx context.Context) error {
	var list []move.Row
	for _, t := range a.chunk.Attempts {
		if id, ok := a.ids[t.Int("delivery")]; ok {
			list = append(list, with(t, "delivery", id))
		}
	}
	return a.insert(ctx, "attempts", attemptColumns, list)
}

func (a *adding) insert(ctx context.Context, table, columns string, list []move.Row) error {
	return insertRows(ctx, a.tx, table, columns, "", list)
}

// insertRows puts rows into a table.
func insertRows(ctx context.Context, tx pgx.Tx, table, columns, conflict string, list []move.Row) error {
	const most = 5000
	for some := range slices.Chunk(list, most) {
		text, err := recordset(some)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO botrelay.`+table+` AS t (`+columns+`)
			SELECT `+columns+` FROM json_populate_recordset(NULL::botrelay.`+table+`, $1::text::json) `+conflict, text)
		if err != nil {
			return err
		}
	}
	return nil
}

// with returns a row with another value in a column.
func with(r move.Row, column string, value any) move.Row {
	r = maps.Clone(r)
	r[column] = value
	return r
}

// recordset returns rows as JSON that PostgreSQL reads as rows.
func recordset(list []move.Row) (string, error) {
	legible := make([]move.Row, len(list))
	for i, r := range list {
		legible[i] = maps.Clone(r)
		for column, value := range r {
			switch value := value.(type) {
			case string:
				legible[i][column] = legibleText(value)
			case []byte:
				legible[i][column] = nil
				if value != nil {
					legible[i][column] = `\x` + hex.EncodeToString(value)
				}
			}
		}
	}
	text, err := json.Marshal(legible)
	return string(text), err
}
