package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	"botrelay/relay/queue/sqlstore"

	"github.com/jackc/pgx/v5/pgtype"
)

const (
	// maxGroup is how many events share a commit at most, and maxBytes how large
	// they are together, unless one is alone.
	maxGroup = 256
	maxBytes = 2 << 20
	// putTime is how long a group may take: less than a vendor waits.
	putTime = 5 * time.Second
)

// Put stores an event: see queue.Inbox. It fails at once if too many wait.
func (s *Store) Put(ctx context.Context, event relay.Event, owed []queue.Owed) (queue.Receipt, error) {
	receipt, err := s.putter.put(ctx, event, owed)
	if err != nil {
		return queue.Receipt{}, fmt.Errorf("putting event %s: %w", event.ID, err)
	}
	return receipt, nil
}

// putter puts events, those that wait at the same moment together: one round trip
// and one commit for all of them.
type putter struct {
	db      *database
	waiting chan *arrival
	observe func(events int, took time.Duration, err error) // may be nil
	stopped chan struct{}                                   // closed when nothing is taken any more
}

// arrival is an event on its way in.
type arrival struct {
	event relay.Event
	text  string
	dedup []byte // nil: never a duplicate
	owed  []queue.Owed
	ctx   context.Context //nolint:containedctx // it travels to the goroutine that does the work
	done  chan answer     // receives one; never blocks the putter
}

type answer struct {
	receipt queue.Receipt
	err     error
}

func newPutter(db *database, cfg Config) *putter {
	return &putter{db: db, waiting: make(chan *arrival, cfg.MaxWaiting), observe: cfg.Committed, stopped: make(chan struct{})}
}

func (p *putter) put(ctx context.Context, event relay.Event, owed []queue.Owed) (queue.Receipt, error) {
	if err := p.db.usable(ctx); err != nil {
		return queue.Receipt{}, err
	}
	text, err := rows.Encode(event)
	if err != nil {
		return queue.Receipt{}, err
	}
	a := &arrival{event, text, rows.DedupHash(event), owed, ctx, make(chan answer, 1)}
	select {
	case <-p.stopped:
		return queue.Receipt{}, errClosed
	default:
	}
	select {
	case p.waiting <- a:
	default:
		return queue.Receipt{}, errBusy
	}
	select {
	case got := <-a.done:
		return got.receipt, got.err
	case <-ctx.Done():
		return queue.Receipt{}, classify(context.Cause(ctx))
	case <-p.stopped:
	}
	select { // the putters answer before they stop
	case got := <-a.done:
		return got.receipt, got.err
	default: // it came too late to be seen
		return queue.Receipt{}, errClosed
	}
}

// run puts what waits until ctx ends, and what waits then. One group after the
// other keeps the order in which events came.
func (p *putter) run(ctx context.Context) {
	defer close(p.stopped)
	for {
		var first *arrival
		select {
		case first = <-p.waiting:
		case <-ctx.Done():
			select {
			case first = <-p.waiting:
			default:
				return
			}
		}
		p.group(p.gather(first))
	}
}

// gather adds what waits to the first, without waiting for more.
func (p *putter) gather(first *arrival) []*arrival {
	group, bytes := []*arrival{first}, first.size()
	for len(group) < maxGroup && bytes < maxBytes {
		select {
		case a := <-p.waiting:
			group, bytes = append(group, a), bytes+a.size()
		default:
			return group
		}
	}
	return group
}

func (a *arrival) size() int { return len(a.text) + len(a.event.Payload) }

// group puts a group and answers each. If it fails by what is in it, each goes by
// itself, so that what is wrong with one meets no other.
func (p *putter) group(group []*arrival) {
	group = slices.DeleteFunc(group, func(a *arrival) bool {
		if err := a.ctx.Err(); err != nil { // nobody waits for it any more
			a.done <- answer{err: err}
			return true
		}
		return false
	})
	if len(group) == 0 {
		return
	}
	err := p.commit(group)
	switch {
	case err == nil:
	case len(group) == 1 || errors.Is(err, queue.ErrUnavailable):
		for _, a := range group {
			a.done <- answer{err: err}
		}
	default:
		p.db.log.Debug("shared commit failed; each event goes by itself", "events", len(group), "error", err)
		for i := range group {
			p.group(group[i : i+1])
		}
	}
}

// commit puts a group in one transaction, and answers each if that succeeds.
func (p *putter) commit(group []*arrival) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), putTime)
	defer cancel()
	var stored map[string]bool
	err := p.db.retry(ctx, func() (err error) {
		stored, err = p.db.insert(ctx, group)
		return err
	})
	if p.observe != nil {
		p.observe(len(group), time.Since(began), err)
	}
	if err != nil {
		return err
	}
	p.answer(ctx, group, stored)
	return nil
}

// answer tells each what became of its event, and wakes the lanes.
func (p *putter) answer(ctx context.Context, group []*arrival, stored map[string]bool) {
	var sinks []string
	for _, a := range group {
		id := legibleText(a.event.ID)
		is := stored[id]
		delete(stored, id) // of two with one ID the first is
		if !is {
			receipt, err := p.first(ctx, a)
			a.done <- answer{receipt, err}
			continue
		}
		for _, o := range a.owed {
			if !slices.Contains(sinks, o.Sink) {
				sinks = append(sinks, o.Sink)
			}
		}
		a.done <- answer{receipt: queue.Receipt{ID: a.event.ID}}
	}
	p.db.Wake(sinks)
}

// first finds out what stood in an event's way.
func (p *putter) first(ctx context.Context, a *arrival) (queue.Receipt, error) {
	if err := p.db.checkVersion(ctx); err != nil {
		return queue.Receipt{}, classify(err)
	}
	if a.dedup == nil {
		return queue.Receipt{}, sqlstore.ErrTwice
	}
	found, err := p.db.pool.Query(ctx, `SELECT id FROM botrelay.events WHERE dedup = $1`, a.dedup)
	if err != nil {
		return queue.Receipt{}, classify(err)
	}
	defer found.Close()
	receipt := queue.Receipt{Duplicate: true}
	if !found.Next() {
		if err := found.Err(); err != nil {
			return queue.Receipt{}, classify(err)
		}
		return queue.Receipt{}, sqlstore.ErrTwice
	}
	if err := found.Scan(&receipt.ID); err != nil {
		return queue.Receipt{}, classify(err)
	}
	return receipt, nil
}

// insertText puts events and deliveries, and returns the IDs of the events that
// were not there yet: none if this relay is too old for the tables. It is a
// transaction of its own.
const insertText = `WITH now (at) AS (SELECT botrelay.now_micros() FROM botrelay.compatible WHERE oldest <= $13), stored AS (
	INSERT INTO botrelay.events (id, put_at, source, vendor, kind, routed, dedup, event, payload)
	SELECT e.id, now.at, e.source, e.vendor, e.kind, e.routed, e.dedup, e.event, e.payload
	FROM now, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::bytea[], $7::text[], $8::bytea[])
		AS e (id, source, vendor, kind, routed, dedup, event, payload)
	ON CONFLICT DO NOTHING RETURNING seq, id, put_at
), owed AS (
	INSERT INTO botrelay.deliveries (id, event, sink, route, owed_at)
	SELECT (stored.seq << 12) + o.nth, stored.seq, o.sink, o.route, stored.put_at
	FROM unnest($9::text[], $10::bigint[], $11::text[], $12::text[]) AS o (event, nth, sink, route)
		JOIN stored ON stored.id = o.event
) SELECT id FROM stored`

// columns are a group as insertText takes it.
type columns struct {
	id, source, vendor, kind, event []string
	routed                          []bool
	dedup, payload                  [][]byte
	owed, sink, route               []string
	nth                             []int64
}

// columnsOf keeps the order in which events came.
func columnsOf(group []*arrival) (c columns) {
	for _, a := range group {
		e := &a.event
		c.id, c.source = append(c.id, legibleText(e.ID)), append(c.source, legibleText(e.Source))
		c.vendor, c.kind, c.event = append(c.vendor, legibleText(e.Vendor)), append(c.kind, legibleText(string(e.Kind))), append(c.event, a.text)
		c.routed, c.dedup, c.payload = append(c.routed, len(a.owed) > 0), append(c.dedup, a.dedup), append(c.payload, e.Payload)
		for n, o := range a.owed {
			c.owed, c.nth = append(c.owed, legibleText(e.ID)), append(c.nth, int64(n))
			c.sink, c.route = append(c.sink, legibleText(o.Sink)), append(c.route, legibleText(o.Route))
		}
	}
	return c
}

// insert puts a group, and returns the IDs of what was not there yet.
func (d *database) insert(ctx context.Context, group []*arrival) (map[string]bool, error) {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	c := columnsOf(group)
	params := newParameters(conn.Conn().TypeMap())
	for _, column := range []struct {
		oid   uint32
		value any
	}{
		{pgtype.TextArrayOID, c.id},
		{pgtype.TextArrayOID, c.source},
		{pgtype.TextArrayOID, c.vendor},
		{pgtype.TextArrayOID, c.kind},
		{pgtype.BoolArrayOID, c.routed},
		{pgtype.ByteaArrayOID, c.dedup},
		{pgtype.TextArrayOID, c.event},
		{pgtype.ByteaArrayOID, c.payload},
		{pgtype.TextArrayOID, c.owed},
		{pgtype.Int8ArrayOID, c.nth},
		{pgtype.TextArrayOID, c.sink},
		{pgtype.TextArrayOID, c.route},
		{pgtype.Int8OID, int64(version)},
	} {
		if err := params.add(column.oid, column.value); err != nil {
			return nil, err
		}
	}
	result := conn.Conn().PgConn().ExecParams(ctx, insertText, params.values, params.oids, params.formats, nil).Read()
	if result.Err != nil {
		return nil, result.Err
	}
	stored := make(map[string]bool, len(result.Rows))
	for _, row := range result.Rows {
		stored[string(row[0])] = true
	}
	return stored, nil
}

// parameters are those of a statement in PostgreSQL's binary form, which is half
// as long for a payload.
type parameters struct {
	types   *pgtype.Map
	values  [][]byte
	oids    []uint32
	formats []int16
}

func newParameters(types *pgtype.Map) *parameters { return &parameters{types: types} }

func (p *parameters) add(oid uint32, value any) error {
	encoded, err := p.types.Encode(oid, pgtype.BinaryFormatCode, value, []byte{})
	if err != nil {
		return err
	}
	p.values, p.oids, p.formats = append(p.values, encoded), append(p.oids, oid), append(p.formats, pgtype.BinaryFormatCode)
	return nil
}
