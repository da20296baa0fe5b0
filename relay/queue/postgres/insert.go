package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgtype"
)

// insertText puts events and deliveries, and returns the IDs of the events that
// were not there yet: none if this relay is too old for the tables. It is a
// transaction of its own.
const insertText = `WITH now (at, durable) AS (SELECT botrelay.now_micros(), ` + durable + ` FROM botrelay.compatible WHERE oldest <= $13), stored AS (
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
