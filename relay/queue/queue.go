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
	// ErrNoRoom: another lane has used the budget up meanwhile; nothing was
	// changed. Next tells how long to wait.
	ErrNoRoom = errors.New("no room in the budget")
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

// State is where a delivery stands.
type State string

// The states of a delivery. A settlement as Again leaves it Pending.
const (
	Pending   State = "pending"
	Again     State = Pending
	Sent      State = "sent"
	Dead      State = "dead"      // given up on: a dead letter
	Replayed  State = "replayed"  // another delivery of the event has taken its place
	Discarded State = "discarded" // a dead letter that a person has put away
)

// Store is everything that a driver offers a relay. Its methods may be called
// from several goroutines.
type Store interface {
	Inbox
	Lanes
	Trier
	Archive
	// Close stops the store and waits for what is under way. What was put is
	// on disk already.
	Close() error
}

// Archive is what people ask of a store.
type Archive interface {
	History
	Counter
	DeadLetters
	Replayer
	Pruner
	Indexer
}
