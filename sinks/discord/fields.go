package discord

import (
	"botrelay/relay"
	"botrelay/sinks/fit"
)

// How long a value may be to share a row, in code points, so that no address and
// no number is broken in two: an embed is 490 pixels wide at most, and most
// characters 8.
const (
	half  = 24
	third = 18
)

// sharing reports which fields share a row with those beside them. Discord puts
// three of these in a row, two where there are no more, and one on a line of its
// own.
func sharing(fields []relay.Field) []bool {
	shares := make([]bool, len(fields))
	for i := 0; i < len(fields); {
		n := 1
		switch {
		case allWithin(fields[i:], 3, third):
			n = 3
		case allWithin(fields[i:], 2, half):
			n = 2
		}
		for j := range n {
			shares[i+j] = n > 1
		}
		i += n
		if n == 2 { // what follows would be the third
			i++
		}
	}
	return shares
}

// allWithin reports whether the first n fields are there and may share a row
// whose values have room for so many code points.
func allWithin(fields []relay.Field, n, room int) bool {
	if len(fields) < n {
		return false
	}
	for _, f := range fields[:n] {
		if f.Long || length(relay.Plain(fit.Told(f.Value, fit.Web))) > room {
			return false
		}
	}
	return true
}
