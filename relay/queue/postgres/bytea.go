package postgres

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// readBytea has a connection read bytes in either of the forms that a server writes
// them in: which one is a setting of its, and pgx reads but one.
func readBytea(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "bytea", OID: pgtype.ByteaOID, Codec: byteaCodec{}})
	return nil
}

// byteaCodec is pgx's, but for what it cannot read.
type byteaCodec struct{ pgtype.ByteaCodec }

// PlanScan returns what reads a value into target.
func (c byteaCodec) PlanScan(types *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ok := target.(*[]byte); ok && format == pgtype.TextFormatCode {
		return byteaText{}
	}
	return c.ByteaCodec.PlanScan(types, oid, format, target)
}

// byteaText reads bytes that are written as text.
type byteaText struct{}

// Scan makes target, a *[]byte, what src says, or nil for NULL.
func (byteaText) Scan(src []byte, target any) (err error) {
	to, ok := target.(*[]byte)
	if !ok {
		return errors.New("bytes are read into something else")
	}
	*to, err = byteaOf(src)
	return err
}

// byteaOf returns the bytes that PostgreSQL writes as hexadecimal digits after \x,
// or as they are but for \\ and \ooo.
func byteaOf(text []byte) ([]byte, error) {
	if text == nil {
		return nil, nil
	}
	if digits, ok := bytes.CutPrefix(text, []byte(`\x`)); ok {
		return hex.AppendDecode(make([]byte, 0, len(digits)/2), digits)
	}
	all := make([]byte, 0, len(text))
	for {
		before, rest, found := bytes.Cut(text, []byte(`\`))
		all = append(all, before...)
		if !found {
			return all, nil
		}
		if text, found = bytes.CutPrefix(rest, []byte(`\`)); found {
			all = append(all, '\\')
			continue
		}
		b, err := strconv.ParseUint(string(rest[:min(3, len(rest))]), 8, 8)
		if err != nil || len(rest) < 3 {
			return nil, errors.New(`bytes are written in neither of PostgreSQL's forms`)
		}
		all, text = append(all, byte(b)), rest[3:]
	}
}
