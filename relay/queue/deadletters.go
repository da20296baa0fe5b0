package queue

import (
	"context"
	"time"
)

// DeadLetters is what people ask of dead letters, beside replaying them.
type DeadLetters interface {
	// DeadGroups returns what the dead letters died of, each sink and reason once, the
	// largest group first.
	DeadGroups(ctx context.Context) ([]DeadGroup, error)
	// Discard puts dead letters away, as a person decided, by the deliveries' IDs: all or
	// nothing, and durable. It returns how many it put away. It passes over a delivery
	// that is not dead, or no longer kept.
	Discard(ctx context.Context, deliveries []int64) (int, error)
}

// DeadGroup is the dead letters of one sink that have the same reason: that of the last
// attempt.
type DeadGroup struct {
	Sink, Reason string // of a long reason the first ReasonLen characters
	Count        int
	Oldest       time.Time // when the oldest of their events was put
	Newest       time.Time // when the newest was
	Event        string    // the newest event's ID, as an example
}

// ReasonLen is how many characters of a reason are kept with a delivery. An attempt has
// all of it.
const ReasonLen = 500

// GroupReason returns what a dead letter's reason is in its DeadGroup.
func GroupReason(reason string) string {
	n := 0
	for at := range reason {
		if n++; n > ReasonLen {
			return reason[:at]
		}
	}
	return reason
}
