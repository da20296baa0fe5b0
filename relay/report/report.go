// Package report writes down what has happened, for programs: events, where each
// went, and what came of every try. The names in its JSON are promised.
package report

import (
	"encoding/json"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Event is an event and what became of it. It has the fields of relay.Event
// besides. What is empty is left out, but for the lists of deliveries and of
// attempts; times are in UTC.
type Event struct {
	relay.Event

	CreatedAt  time.Time       `json:"created_at,omitzero"`
	ReceivedAt time.Time       `json:"received_at"`
	Payload    json.RawMessage `json:"payload,omitempty"` // as the vendor sent it
	Deliveries []Delivery      `json:"deliveries"`        // in the order in which they were owed
}

// Delivery is an event on its way to one sink, or at its end.
type Delivery struct {
	ID        int64       `json:"id"`
	Sink      string      `json:"sink"`
	Route     string      `json:"route"`
	State     queue.State `json:"state"`
	Tries     int         `json:"tries"`
	Reason    string      `json:"reason,omitempty"`
	MessageID string      `json:"message_id,omitempty"`
	OwedAt    time.Time   `json:"owed_at,omitzero"`
	SettledAt time.Time   `json:"settled_at,omitzero"`
	Attempts  []Attempt   `json:"attempts"` // those that did not succeed
}

// Attempt is one try that did not succeed.
type Attempt struct {
	Number  int           `json:"number"` // from 1
	At      time.Time     `json:"at"`
	TookMS  int64         `json:"took_ms"`
	Outcome relay.Outcome `json:"outcome"`
	Status  int           `json:"status,omitempty"` // HTTP's; absent: no answer
	Reason  string        `json:"reason,omitempty"`
	Size    int           `json:"size"` // how many deliveries the request carried
}

// Of returns the report of a record, with the vendor's JSON if payload says so.
func Of(r queue.Record, payload bool) Event {
	e := Event{
		Event:      r.Event,
		CreatedAt:  r.Event.CreatedAt.UTC(),
		ReceivedAt: r.Event.ReceivedAt.UTC(),
		Deliveries: make([]Delivery, len(r.Deliveries)),
	}
	if payload && json.Valid(r.Event.Payload) {
		e.Payload = r.Event.Payload
	}
	for i, d := range r.Deliveries {
		e.Deliveries[i] = delivery(d)
	}
	return e
}

func delivery(d queue.DeliveryRecord) Delivery {
	out := Delivery{
		ID: d.ID, Sink: d.Sink, Route: d.Route, State: d.State, Tries: d.Tries, Reason: d.Reason,
		MessageID: d.MessageID, OwedAt: d.OwedAt.UTC(), SettledAt: d.SettledAt.UTC(),
		Attempts: make([]Attempt, len(d.Attempts)),
	}
	for i, a := range d.Attempts {
		out.Attempts[i] = Attempt{
			Number: a.Number, At: a.At.UTC(), TookMS: a.Took.Milliseconds(),
			Outcome: a.Outcome, Status: a.Status, Reason: a.Reason, Size: a.Size,
		}
	}
	return out
}
