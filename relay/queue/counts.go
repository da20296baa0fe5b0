package queue

import (
	"context"
	"time"

	"botrelay/relay"
)

// Counter tells how much there was, over time.
type Counter interface {
	// Counts counts what happened within the last span, in slots of step. Slots begin at
	// multiples of step since 1970 in UTC, by the store's clock; the last is under way.
	// There are span / step of them, from 1 to MaxSlots. step is a multiple of LeastStep;
	// over more than FineReach it is one of an hour, over more than HourReach one of a
	// day. Anything else is an error. Of the time before the store counted it tells what
	// came in, as far as that is kept, and not what was sent or died.
	Counts(ctx context.Context, span, step time.Duration) (Counts, error)
}

// MaxSlots is how many slots Counts has at most.
const MaxSlots = 1000

const (
	// LeastStep is the shortest step of Counts.
	LeastStep = 5 * time.Minute
	// FineReach is how far back steps reach that are no multiple of an hour.
	FineReach = 2 * 24 * time.Hour
	// HourReach is how far back those reach that are no multiple of a day.
	HourReach = 31 * 24 * time.Hour
)

// Counts is how much there was, over time. Every list has one number for each slot,
// the oldest first; what there was none of is in no map.
type Counts struct {
	From  time.Time     // when the first slot begins
	Step  time.Duration // how long a slot is
	Slots int           // how many there are
	Now   time.Time     // the store's time: the last slot lasts longer

	Kinds   map[relay.Kind][]int // events put, of each kind
	Sources map[string][]int     // events put, of each source
	Sent    map[string][]int     // deliveries sent, at each sink
	Died    map[string][]int     // deliveries given up on, at each sink, whatever became of them later
	Ways    []Way                // of all slots together, the most travelled first
}

// Way is how events went by the rules of their time: from a source by a route to a
// sink. What was replayed later went the same way. One that no route took has
// neither Route nor Sink.
type Way struct {
	Source, Route, Sink string
	Events              int
}
