package postgres

import (
	"fmt"

	"botrelay/relay/queue/sqlstore"
)

// schema is what all of botrelay's tables stand in. Statements name it, since a
// search path would be part of a session.
const schema = "botrelay."

func dialect() sqlstore.Dialect {
	return sqlstore.Dialect{
		Schema: schema,
		Each: func(array, as string) string {
			return fmt.Sprintf("json_array_elements_text(%s::json) WITH ORDINALITY %s (value, key)", array, as)
		},
		At:       func(as, nth string) string { return fmt.Sprintf("(%s.value::json ->> %s)", as, nth) },
		Bytes:    func(as, nth string) string { return fmt.Sprintf("decode(%s.value::json ->> %s, 'hex')", as, nth) },
		Lock:     "FOR UPDATE",
		Leased:   "lanes.leased_until > " + schema + "now_micros()",
		Owed:     "($1 << 12) + $5",
		Newest:   "nextval('" + schema + "places') << 12",
		Spread:   12,
		First:    1,
		Chains:   true,
		Greatest: "greatest",
	}
}
