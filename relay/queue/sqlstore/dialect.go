package sqlstore

import "strings"

// Dialect is how a database says what others say in other words. The statements
// of this package are written with marks, which Text replaces.
type Dialect struct {
	// Schema stands before each table's name, with its dot.
	Schema string // @
	// Each returns what FROM says to read a JSON array as rows of value and key.
	Each func(array, as string) string // {each ARRAY as NAME}
	// At returns an element of a value of Each that is an array itself, as text or a number,
	// and Bytes one that is written in hexadecimal digits.
	At    func(as, nth string) string // {at NAME NTH}
	Bytes func(as, nth string) string // {bytes NAME NTH}
	// Hints says that the database is told which index to use.
	Hints bool // {by INDEX}
	// Lock keeps the rows that a SELECT finds from being changed by others.
	Lock string // {lock}, {skip TABLE}: only that table's, and none that others have locked
	// Leased is the condition that a lane has a sender.
	Leased string // {leased}, of the table lanes
	// Owed is the ID of a new event's delivery, where $1 is the event's place and $5
	// which of its deliveries it is. Newest is the ID of one that is to come after all
	// there are.
	Owed, Newest string // {owed}, {newest}
	// Spread is how far the IDs of the deliveries of neighbouring events are apart, or
	// more, as a power of two.
	Spread int
	// First is the key of an array's first row.
	First int
	// Anew says that the place of the newest event may be given anew once it is gone.
	Anew bool
	// Chains says that a statement may do what another does as well, in its WITH.
	Chains bool
	// Greatest is the function that returns the greatest of its arguments.
	Greatest string // {greatest}
}

// Text returns a statement in the words of the database.
func (d Dialect) Text(statement string) string {
	var text strings.Builder
	rest := strings.ReplaceAll(statement, "@", d.Schema)
	for {
		before, mark, found := strings.Cut(rest, "{")
		text.WriteString(before)
		if !found {
			return text.String()
		}
		mark, rest, _ = strings.Cut(mark, "}")
		text.WriteString(d.word(strings.Fields(mark)))
	}
}

// word returns what stands for a mark.
func (d Dialect) word(mark []string) string {
	switch mark[0] {
	case "each": // ARRAY as NAME
		return d.Each(mark[1], mark[3])
	case "at": // NAME NTH
		return d.At(mark[1], mark[2])
	case "bytes": // NAME NTH
		return d.Bytes(mark[1], mark[2])
	case "by": // INDEX
		if d.Hints {
			return "INDEXED BY " + mark[1]
		}
		return ""
	case "lock":
		return d.Lock
	case "skip": // TABLE
		if d.Lock != "" {
			return d.Lock + " OF " + mark[1] + " SKIP LOCKED"
		}
		return ""
	case "leased":
		return d.Leased
	case "owed":
		return d.Owed
	case "newest":
		return d.Newest
	case "greatest":
		return d.Greatest
	}
	panic("a statement with the unknown mark " + mark[0])
}
