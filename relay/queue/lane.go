package queue

import (
	"context"
	"time"

	"botrelay/relay"
)

// Lanes hands out lanes.
type Lanes interface {
	// Lease makes the caller the only sender of sink's lane for ttl. The error
	// wraps ErrTaken if there is another one. A lane needs no making: the lane
	// of a sink that was never heard of is empty. One that is held, because its
	// destination refused everything, rests no longer, and neither do the
	// budgets that are held because they refused: whoever mended that and
	// started anew wants to see it at once. What a platform asked to wait is
	// waited for all the same.
	//
	// The lane's requests count against budgets, which lanes with a budget of
	// the same key share. What a former sender began and never settled counts
	// as if it had been answered now.
	Lease(ctx context.Context, sink string, ttl time.Duration, budgets []relay.Budget) (Lane, error)
	// Wake returns a channel that receives when sink's lane may have something
	// new to send. A receiver may be woken for nothing, but never sleeps
	// through a Put of this process; beside it, poll for those of others.
	Wake(sink string) <-chan struct{}
}

// Lane is the ordered queue of one sink's deliveries, leased to one sender.
// Its methods return an error that wraps ErrLost once the lease has ended, and
// then have changed nothing; Settle has longer, as it says itself. A Lane is used
// by one goroutine; only Renew may be called beside its other methods.
type Lane interface {
	Sending
	// Tell puts an event by which the relay tells of this lane's trouble, or
	// of its end, and remembers as Health.Told that it did: both or neither.
	// Where there is nobody to owe it to, it puts none and only remembers.
	Tell(ctx context.Context, told bool, event relay.Event, owed []Owed) error
	// Resume ends the lane's rest, unless the platform asked for it, and forgets
	// how often its head has failed: it is to be tried by another connection, of
	// which nothing bad is known. A batch that may have arrived is still kept, and
	// the lane is held or failing until something gets through.
	Resume(ctx context.Context) error
	// Renew lets the lease last for ttl from now.
	Renew(ctx context.Context, ttl time.Duration) error
	// Release ends the lease, so that another sender need not wait for its end.
	Release(ctx context.Context) error
}

// Sending is the way of a batch: next, begun, settled.
//
// The lanes of one destination, which is their first budget, share what is
// remembered of its conversations. A lane without budgets remembers none.
type Sending interface {
	// Next returns what to send now. A batch that was begun and not settled
	// (the sender was killed) or settled as Again with Keep comes back
	// unchanged. Otherwise a new one is taken from the head of the lane, in the
	// order in which deliveries were owed. It is the first delivery alone if the
	// budgets have room to send all that wait one by one. Else it is up to limit
	// of them, and ends before one whose next try has another form, at the Most
	// of an earlier Settlement, and at a size that is not to be held in memory.
	// If the batch is empty, there is nothing to send before Wait has passed:
	// the lane rests, or a budget has no room or is held.
	Next(ctx context.Context, limit int) (Turn, error)
	// Threads returns what is remembered of conversations at the destination, by
	// their keys, which are those of relay.Message.Thread. One of which nothing is
	// remembered is not in the map.
	Threads(ctx context.Context, keys []string) (map[string]Thread, error)
	// Begin makes durable that batch is about to be sent, before it is, and
	// takes its place in each budget. A batch that Next made may be begun with
	// fewer deliveries, from its head. What cannot be recorded must not be
	// sent. The error wraps ErrNoRoom if a budget has no room, or if one of the
	// deliveries was replayed since Next: then ask Next again.
	Begin(ctx context.Context, batch Batch) error
	// Settle records what the attempt came to and ends the batch. In the budgets
	// the request counts from this moment on. A batch that was begun can be settled
	// after the end of the lease too, until another sender takes the lane.
	Settle(ctx context.Context, batch Batch, s Settlement) error
}

// Turn is what a lane has to do next.
type Turn struct {
	Batch   Batch         // empty: nothing can be sent now
	Wait    time.Duration // with an empty batch: for how long; 0: nothing is pending at all
	Health  Health
	MovedTo string // where the destination is now, as a Move told; empty: where it always was
}

// Health is how a lane does.
type Health struct {
	Held    bool          // its destination, or a budget of it, refuses everything
	Failing time.Duration // for how long nothing has got through, more than 0 then; 0: the last message did, or nothing was tried
	Reason  string        // why it is held, or why its last attempt failed
	Told    bool          // people have been told that it is held or failing
}

// Batch is what one request carries: deliveries of one lane, in order.
type Batch struct {
	ID         string // unique; made by Next, stays the same while the batch goes again unchanged
	Deliveries []Delivery
	Form       relay.Form
	Doubts     int // how many tries of this very batch may have arrived
	// Failures is what the last Settlement said, and Failing how long ago they
	// began. They are those of the lane's head.
	Failures int
	Failing  time.Duration
}

// Delivery is one event owed to one sink.
type Delivery struct {
	ID       int64 // in a lane, a later delivery has a larger one
	Event    relay.Event
	Route    string
	Attempts int           // requests made so far
	Age      time.Duration // since it was owed
}

// Settlement is what becomes of a batch.
type Settlement struct {
	State    State
	Verdict  relay.Verdict // of the attempt; kept for people
	After    time.Duration // Again: the lane sends nothing before this has passed
	Form     relay.Form    // Again: the form of the next try; empty keeps it
	Keep     bool          // Again: the same batch goes again, unchanged, under its ID
	Failures int           // Again: how often the head has failed in a row by now
	Most     int           // Again: a batch that begins with one of these deliveries holds at most so many; 0: no change
	Holds    []Hold        // budgets that rest
	Move     Move
	Thread   ThreadChange
}

// Thread is what is remembered of a conversation at a destination. It is
// forgotten when the destination moves, since its messages have other names
// there, and by Prune.
type Thread struct {
	Root  string        // the Verdict.ID of the message that began it
	Quiet time.Duration // how long ago something of it was last sent
}

// ThreadChange says what becomes of a conversation at the lane's destination.
// The zero value says nothing.
type ThreadChange struct {
	Key string // a relay.Message.Thread
	// Root is the Verdict.ID of the message that began it, now that something of
	// it was sent: only with the state Sent. Empty: the conversation is forgotten.
	Root string
}

// Hold lets everything that shares a budget rest.
type Hold struct {
	Key     string
	For     time.Duration
	Refused bool // it refuses everything until a person mends it; a success of any lane ends the hold
}

// Move says that the destination of a budget is to be found elsewhere from now
// on. Its conversations are forgotten, unless that was known already. The zero
// Move says nothing.
type Move struct {
	Key string // the budget's
	To  string
}
