package queue

import "context"

// Tallier counts events.
type Tallier interface {
	// Tally returns how many events q selects, whatever its Limit, but counts no more than
	// most of them, nor on once ctx has ended: then there may be more, and n have been
	// found. It reads few of the events themselves.
	Tally(ctx context.Context, q Query, most int) (n int, more bool, err error)
}
