package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/pgtype"
)

// insertText puts events and deliveries, and returns the IDs of the events that
// were not there yet: see the function, in 00005_put.sql. It is a transaction of
// its own.
const insertText = `SELECT botrelay.put($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

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
	conn, release, err := d.acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	c := columnsOf(group)
	params := newParameters(conn.Conn().TypeMap())
	for _, column := range []struct {
		oid   uint32
		value any
	}{
		{pgtype.Int8OID, int64(version)},
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
