package queue

import (
	"context"
	"time"

	"botrelay/relay"
)

// History tells what came in and where it went.
type History interface {
	// Events returns records, the newest event first unless q says otherwise.
	Events(ctx context.Context, q Query) ([]Record, error)
	// LaneStatus returns the state of every lane that holds or held anything,
	// by the sink's name.
	LaneStatus(ctx context.Context) (map[string]LaneStatus, error)
}

// Ledger is what people ask of a store that a relay may be using at the same
// time. What it replays, the relay finds by polling.
type Ledger interface {
	History
	Counter
	DeadLetters
	Replayer
	// Close ends the use of the store, which goes on without it.
	Close() error
}

// Query selects records: all that is set must hold. The zero value selects the
// newest 100 events.
type Query struct {
	ID     string // only this event
	Source string
	Kind   relay.Kind
	// Channel, BotID and Conversation are an event's own; empty: whatever it has.
	Channel, BotID, Conversation string

	Words  string // what a person typed, every word of which must be found: see search.Parse
	Sink   string // events owed to it
	Status Status // with Sink: of the delivery to that sink
	// Reason selects dead letters of this reason, with StatusDead: one that DeadGroups
	// told. With another status it is an error.
	Reason string
	Since  time.Duration // events put at most so long ago; 0: whatever their age
	Until  time.Duration // events put at least so long ago; 0: up to now
	After  string        // an event's ID: only what comes after it in the order asked for; an error if it is not kept
	Oldest bool          // the oldest event first
	Limit  int           // at most so many; 0 means 100
	// Attempts asks for each delivery's attempts too.
	Attempts bool
}

// Status selects events by how their deliveries stand.
type Status string

// The statuses: an event has one if any of its deliveries has that state.
// Unrouted ones have no delivery.
const (
	AnyStatus       Status = ""
	StatusPending   Status = "pending"
	StatusSent      Status = "sent"
	StatusDead      Status = "dead"
	StatusReplayed  Status = "replayed"
	StatusDiscarded Status = "discarded"
	StatusUnrouted  Status = "unrouted"
)

// Statuses lists every status but AnyStatus, in the order in which people are shown
// them.
func Statuses() []Status {
	return []Status{StatusPending, StatusSent, StatusDead, StatusReplayed, StatusDiscarded, StatusUnrouted}
}

// Record is an event and what became of it.
type Record struct {
	Event      relay.Event
	Deliveries []DeliveryRecord // in the order in which they were owed; none: no route took it
}

// Standing returns what has become of the event at each sink, by the last delivery
// there, in the order in which the sinks were first owed it. What was replayed is told
// by what took its place.
func (r *Record) Standing() []DeliveryRecord {
	var all []DeliveryRecord
	at := make(map[string]int)
	for _, d := range r.Deliveries {
		if d.State == Replayed {
			continue
		}
		if i, again := at[d.Sink]; again {
			all[i] = d
			continue
		}
		at[d.Sink] = len(all)
		all = append(all, d)
	}
	return all
}

// DeliveryRecord is a delivery as history knows it.
type DeliveryRecord struct {
	ID        int64
	Sink      string
	Route     string
	State     State
	Tries     int       // requests made
	Reason    string    // of the last attempt that did not succeed
	MessageID string    // the platform's name for the message, once sent
	OwedAt    time.Time // when it was owed: the event was put, or replayed
	SettledAt time.Time // when it was sent, died, was replayed or discarded; zero while pending
	// Attempts are those that did not succeed, the oldest first, if the query
	// asked for them. Of very many the oldest are forgotten.
	Attempts []Attempt
}

// Attempt is one request that did not succeed.
type Attempt struct {
	Number  int // from 1
	At      time.Time
	Took    time.Duration
	Outcome relay.Outcome
	Status  int // HTTP's; 0: no answer
	Reason  string
	Size    int // how many deliveries the request carried
}

// LaneStatus is the state of one lane.
type LaneStatus struct {
	Pending, Sent, Dead int           // Dead counts dead letters: those that were replayed or discarded are none
	Oldest              time.Duration // age of the oldest pending delivery
	Wait                time.Duration // how long it sends nothing, by its own rest or a budget's hold
	Health
}

// Replayer delivers again.
type Replayer interface {
	// Replay owes events to sinks once more, at the end of their lanes, in the
	// order given: all or nothing, and durable. It returns how many it owed. It
	// passes over an event that is no longer kept or waits for the sink already,
	// and one whose Replaces is neither dead, discarded nor pending, or is being sent: part
	// of the batch of a lane that has a sender. The batch that a sender left which
	// is gone is nobody's, and ends.
	Replay(ctx context.Context, again []Redelivery) (int, error)
}

// Redelivery asks for one more delivery of an event.
type Redelivery struct {
	Event    string // its ID
	Sink     string
	Route    string
	Replaces int64 // the delivery, dead, discarded or pending, that becomes Replayed by it; 0: none
}

// Pruner forgets what is old.
type Pruner interface {
	// Prune deletes some events that keep says may go, with their deliveries,
	// and no event with a pending one. It does so in a step short enough that
	// Put is not kept waiting, and returns how many went and whether there may
	// be more; then call it again. It forgets conversations as well, in which
	// nothing was sent for as long as sent events are kept.
	Prune(ctx context.Context, keep Retention) (pruned int, more bool, err error)
}

// Retention is how long events are kept after they were put.
type Retention struct {
	Sent time.Duration // those with nothing dead, also unrouted ones and what was discarded
	Dead time.Duration // those with a dead letter
}
