package queue

import (
	"context"
	"time"
)

// Sharer is a store that several relays may use at the same time.
type Sharer interface {
	// Relays returns which relays use the store.
	Relays(ctx context.Context) (Relays, error)
}

// Relays is how many relays use a store.
type Relays struct {
	Running int
	// Lost are those that went without a word within LostTime: killed, or cut off.
	Lost int
	// LostAgo is how long ago the last of them was heard of; 0 if there is none.
	LostAgo time.Duration
}

// LostTime is for how long a relay that went without a word is told of.
const LostTime = 15 * time.Minute
