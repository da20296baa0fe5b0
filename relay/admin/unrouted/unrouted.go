// Package unrouted counts the events that nobody gets: those that no route took, and that
// were not sent on since by newer rules or by hand. What is to be said and done about them
// is left to the pages.
package unrouted

import (
	"context"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// Most is how many are counted: each is looked at.
const Most = 100

// Some are events that nobody gets.
type Some struct {
	N      int    // Most at most
	More   bool   // there are more than N
	Newest string // the ID of the last of them; empty: there are none
}

// Of counts those that a query selects, whatever its Status and its Limit are.
func Of(ctx context.Context, store interface {
	Events(ctx context.Context, q queue.Query) ([]queue.Record, error)
}, q queue.Query,
) (Some, error) {
	q.Status, q.Limit = queue.StatusUnrouted, Most+1
	records, err := store.Events(ctx, q)
	s := Some{N: min(len(records), Most), More: len(records) > Most}
	if len(records) > 0 {
		s.Newest = records[0].Event.ID
	}
	return s, err
}

// Text says how many there are of what noun names: "3 leads", "more than 100 leads".
func (s Some) Text(noun string) string {
	if s.More {
		return "more than " + wording.Count(s.N, noun)
	}
	return wording.Count(s.N, noun)
}
