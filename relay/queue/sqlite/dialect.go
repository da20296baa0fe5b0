package sqlite

import (
	"fmt"

	"botrelay/relay/queue/sqlstore"
)

func dialect() sqlstore.Dialect {
	return sqlstore.Dialect{
		Each:     func(array, as string) string { return fmt.Sprintf("json_each(%s) %s", array, as) },
		At:       func(as, nth string) string { return fmt.Sprintf("json_extract(%s.value, '$[%s]')", as, nth) },
		Bytes:    func(as, nth string) string { return fmt.Sprintf("unhex(json_extract(%s.value, '$[%s]'))", as, nth) },
		Hints:    true,
		Leased:   "lanes.leased",
		Owed:     "nullif($5, $5)", // SQLite gives the next one
		Newest:   "NULL",
		Anew:     true,
		Greatest: "max",
	}
}
