package postgres

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// field is a column of a table, with the type of an array of its values.
type field struct {
	name string
	oid  uint32
}

func eventFields() []field {
	return []field{
		{"seq", pgtype.Int8ArrayOID},
		{"id", pgtype.TextArrayOID},
		{"put_at", pgtype.Int8ArrayOID},
		{"source", pgtype.TextArrayOID},
		{"vendor", pgtype.TextArrayOID},
		{"kind", pgtype.TextArrayOID},
		{"routed", pgtype.BoolArrayOID},
		{"dedup", pgtype.ByteaArrayOID},
		{"event", pgtype.TextArrayOID},
		{"payload", pgtype.ByteaArrayOID},
	}
}

func deliveryFields() []field {
	return []field{
		{"id", pgtype.Int8ArrayOID},
		{"event", pgtype.Int8ArrayOID},
		{"sink", pgtype.TextArrayOID},
		{"route", pgtype.TextArrayOID},
		{"state", pgtype.TextArrayOID},
		{"again", pgtype.BoolArrayOID},
		{"attempts", pgtype.Int8ArrayOID},
		{"form", pgtype.TextArrayOID},
		{"reason", pgtype.TextArrayOID},
		{"message_id", pgtype.TextArrayOID},
		{"batch", pgtype.TextArrayOID},
		{"owed_at", pgtype.Int8ArrayOID},
		{"settled_at", pgtype.Int8ArrayOID},
	}
}

func attemptFields() []field {
	return []field{
		{"delivery", pgtype.Int8ArrayOID},
		{"attempt", pgtype.Int8ArrayOID},
		{"batch", pgtype.TextArrayOID},
		{"at", pgtype.Int8ArrayOID},
		{"took", pgtype.Int8ArrayOID},
		{"outcome", pgtype.TextArrayOID},
		{"status", pgtype.Int8ArrayOID},
		{"reason", pgtype.TextArrayOID},
		{"size", pgtype.Int8ArrayOID},
	}
}

// insertFields adds the columns of rows to p, and returns the statement that puts
// them into a table. value returns what is to stand in a column of a row.
func insertFields(p *listParameters, table string, fields []field, list []move.Row, value func(move.Row, string) any) string {
	var names, marks []string
	for i, f := range fields {
		names, marks = append(names, f.name), append(marks, fmt.Sprintf("$%d", i+1))
		p.column(f, list, value)
	}
	all := strings.Join(names, ", ")
	return `INSERT INTO botrelay.` + table + ` (` + all + `) SELECT ` + all + ` FROM unnest(` + strings.Join(marks, ", ") + `) AS r (` + all + `)`
}

// listParameters are those of a statement that takes many rows. Its error is the
// first that adding one met.
type listParameters struct {
	*parameters

	err error
}

// value adds a single value.
func (p *listParameters) value(oid uint32, value any) {
	if p.err == nil {
		p.err = p.add(oid, value)
	}
}

// column adds the values of a column.
func (p *listParameters) column(f field, list []move.Row, value func(move.Row, string) any) {
	var values any
	switch f.oid {
	case pgtype.TextArrayOID:
		values = gathered(list, func(r move.Row) string {
			text, _ := value(r, f.name).(string)
			return legibleText(text)
		})
	case pgtype.ByteaArrayOID:
		values = gathered(list, func(r move.Row) []byte {
			bytes, _ := value(r, f.name).([]byte)
			return bytes
		})
	case pgtype.BoolArrayOID:
		values = gathered(list, func(r move.Row) bool {
			n, _ := value(r, f.name).(int64)
			return n != 0
		})
	default:
		values = gathered(list, func(r move.Row) int64 {
			n, _ := value(r, f.name).(int64)
			return n
		})
	}
	p.value(f.oid, values)
}

func gathered[T any](list []move.Row, value func(move.Row) T) []T {
	all := make([]T, len(list))
	for i, r := range list {
		all[i] = value(r)
	}
	return all
}

// insertRows puts a few rows into a table.
func insertRows(ctx context.Context, tx pgx.Tx, table, columns, conflict string, list []move.Row, more ...any) error {
	if len(list) == 0 {
		return nil
	}
	text, err := recordset(list)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO botrelay.`+table+` AS t (`+columns+`)
		SELECT `+columns+` FROM json_populate_recordset(NULL::botrelay.`+table+`, $1::text::json) `+conflict, append([]any{text}, more...)...)
	return err
}

// with returns a row with another value in a column.
func with(r move.Row, column string, value any) move.Row {
	r = maps.Clone(r)
	r[column] = value
	return r
}

// recordset returns rows as JSON that PostgreSQL reads as rows.
func recordset(list []move.Row) (string, error) {
	legible := slices.Clone(list)
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
