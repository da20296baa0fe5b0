// Package queue is the contract between what receives events and what delivers
// them: an event and its deliveries are put in one durable transaction, and
// each sink's deliveries form a lane with one sender at a time. How they are
// stored is left to the drivers below it; package queuetest holds what every
// driver must pass.
//
// The store owns the clock: its methods take durations, never times, so that
// several relays on one store need not agree on the time.
package queue

import (
	"context"
	"errors"
	"time"

	"botrelay/relay"
)

// Errors that callers branch on. A driver returns errors that wrap them.
var (
	// ErrUnavailable: the store cannot take it now (disk full, database gone,
	// too much waiting). Nothing was stored, and a later try may succeed.
	ErrUnavailable = errors.New("store unavailable")
	// ErrTaken: another sender has the lane.
	ErrTaken = errors.New("lane is taken")
	// ErrLost: the lease has ended or was taken over; nothing was changed.
	ErrLost = errors.New("lease lost")
)

// Inbox takes events in.
type Inbox interface {
	// Put stores an event and whom it is owed to, all or nothing, and returns
	// when both are durable: they survive a kill and a power cut. It blocks
	// until then, and callers that wait at the same time may share a commit.
	// An event with the DedupKey of one that the same source sent before is
	// not stored again; its Receipt says so. An event owed to nobody is kept.
	// The error wraps ErrUnavailable if a later try may succeed. When ctx ends
	// first, the event may have been stored or not.
	// Put may be called from several goroutines.
	Put(ctx context.Context, event relay.Event, owed []Owed) (Receipt, error)
}

// Owed says that an event is to be sent to a sink, and by which route.
type Owed = relay.Owed

// Receipt is the answer to Put.
type Receipt struct {
	ID        string // the event's ID; for a duplicate, that of the first one
	Duplicate bool
}

// Lanes hands out lanes.
type Lanes interface {
	// Lease makes the caller the only sender of sink's lane for ttl. The error
	// wraps ErrTaken if there is another one. A lane needs no making: the lane
	// of a sink that was never heard of is empty. One that is held, because its
	// destination refused everything, rests no longer: whoever mended that and
	// started anew wants to see it at once.
	Lease(ctx context.Context, sink string, ttl time.Duration) (Lane, error)
	// Wake returns a channel that receives when sink's lane may have something
	// new to send. A receiver may be woken for nothing, but never sleeps
	// through a Put of this process; beside it, poll for those of others.
	Wake(sink string) <-chan struct{}
}

// Lane is the ordered queue of one sink's deliveries, leased to one sender.
// Its methods return an error that wraps ErrLost once the lease has ended, and
// then have changed nothing. A Lane is used by one goroutine; only Renew may be
// called beside its other methods.
type Lane interface {
	// Next returns what to send now. A batch that was begun and not settled
	// (the sender was killed) or settled as Again with Keep comes back
	// unchanged; otherwise it is up to limit pending deliveries from the head
	// of the lane, in the order in which their events were put.
	// If the batch is empty, there is nothing to send before wait has passed;
	// a wait of 0 then means that nothing is pending at all.
	Next(ctx context.Context, limit int) (batch Batch, wait time.Duration, err error)
	// Begin makes durable that batch is about to be sent, before it is. What
	// cannot be recorded must not be sent.
	Begin(ctx context.Context, batch Batch) error
	// Settle records what the attempt came to and ends the batch.
	Settle(ctx context.Context, batch Batch, s Settlement) error
	// Renew lets the lease last for ttl from now.
	Renew(ctx context.Context, ttl time.Duration) error
	// Release ends the lease, so that another sender need not wait for its end.
	Release(ctx context.Context) error
}

// Batch is what one request carries: deliveries of one lane, in order.
type Batch struct {
	ID         string // unique; made by Next, stays the same while the batch goes again unchanged
	Deliveries []Delivery
	Form       relay.Form
	Doubtful   bool // an earlier try of this very batch may have arrived
}

// Delivery is one event owed to one sink.
type Delivery struct {
	ID       int64 // in a lane, a later delivery has a larger one
	Event    relay.Event
	Route    string
	Attempts int           // requests made so far
	Age      time.Duration // since the event was put
}

// Settlement is what becomes of a batch.
type Settlement struct {
	State   State
	Verdict relay.Verdict // of the attempt; kept for people
	After   time.Duration // Again: the lane sends nothing before this has passed
	Form    relay.Form    // Again: the form of the next try; empty keeps it
	Keep    bool          // Again: the same batch goes again, unchanged, under its ID
}

// State is where a delivery stands.
type State string

// The states of a delivery. A settlement as Again leaves it Pending.
const (
	Pending State = "pending"
	Again   State = Pending
	Sent    State = "sent"
	Dead    State = "dead"
)

// History tells what came in and where it went.
type History interface {
	// Events returns records, the newest event first.
	Events(ctx context.Context, q Query) ([]Record, error)
	// LaneStatus returns the state of every lane that holds or held anything,
	// by the sink's name.
	LaneStatus(ctx context.Context) (map[string]LaneStatus, error)
}

// Query selects records. The zero value selects the newest 100 events.
type Query struct {
	ID    string // only this event
	Limit int    // at most so many; 0 means 100
}

// Record is an event and what became of it.
type Record struct {
	Event      relay.Event
	Deliveries []DeliveryRecord // none: no route took it
}

// DeliveryRecord is a delivery as history knows it.
type DeliveryRecord struct {
	ID        int64
	Sink      string
	Route     string
	State     State
	Attempts  int
	Reason    string    // of the last attempt that did not succeed
	MessageID string    // the platform's name for the message, once sent
	SettledAt time.Time // when it was sent or died; zero while pending
}

// LaneStatus is the state of one lane.
type LaneStatus struct {
	Pending, Sent, Dead int
	Oldest              time.Duration // age of the oldest pending delivery
	Held                bool          // the destination refuses everything
	Reason              string        // why it is held, or why its last attempt failed
}

// Store is everything that a driver offers.
type Store interface {
	Inbox
	Lanes
	History
	// Close stops the store and waits for what is under way. What was put is
	// on disk already.
	Close() error
}
