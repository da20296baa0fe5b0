package wording

import (
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Timed is a text with a time in it, which whoever shows it writes in the
// reader's zone.
type Timed struct {
	Before string    `json:"before"`
	At     time.Time `json:"at,omitzero"` // zero: there is none, and Before is all
	After  string    `json:"after,omitempty"`
}

// With returns the text with its time as write writes it.
func (t Timed) With(write func(time.Time) string) string {
	if t.At.IsZero() {
		return t.Before + t.After
	}
	return t.Before + write(t.At) + t.After
}

// Fate says in a few words how a delivery stands: "arrived 14:03, tried once".
func Fate(d queue.DeliveryRecord) Timed {
	tries := "never tried"
	switch {
	case d.Tries == 1:
		tries = "tried once"
	case d.Tries > 1:
		tries = fmt.Sprintf("tried %d times", d.Tries)
	}
	switch d.State {
	case queue.Sent:
		return Timed{"arrived ", d.SettledAt, ", " + tries}
	case queue.Dead:
		return Timed{"dead since ", d.SettledAt, ", " + tries}
	case queue.Replayed:
		return Timed{"replayed ", d.SettledAt, ": another delivery has taken its place"}
	case queue.Discarded:
		return Timed{"discarded ", d.SettledAt, ", " + tries + ": a person has put it away"}
	case queue.Pending:
	}
	return Timed{Before: "pending, " + tries}
}

// Became is Fate for a delivery of a record: of one that a replay has owed it says so.
func Became(r *queue.Record, d queue.DeliveryRecord) Timed {
	t := Fate(d)
	if afterReplay(r, d) {
		t.Before = ArrivedAgain + " "
	}
	return t
}

// ArrivedAgain is how a delivery stands that has arrived since a replay owed it.
const ArrivedAgain = "arrived after a replay"

// afterReplay reports whether a delivery has arrived that was owed later than the event's
// first.
func afterReplay(r *queue.Record, d queue.DeliveryRecord) bool {
	return d.State == queue.Sent && len(r.Deliveries) > 0 && d.OwedAt.After(r.Deliveries[0].OwedAt)
}

// Attempt says what came of a try that did not succeed: "the message was
// refused, HTTP 400 after 120ms: Slack: invalid_blocks".
func Attempt(a queue.Attempt) string {
	var what string
	switch a.Outcome {
	case relay.Refused:
		what = "the message was refused"
	case relay.Held:
		what = "the destination refused"
	case relay.Later, relay.Sent:
		what = "failed for now"
	}
	if a.Status > 0 {
		what += fmt.Sprintf(", HTTP %d", a.Status)
	} else {
		what += ", no answer"
	}
	what += " after " + a.Took.Round(time.Millisecond).String()
	if a.Size > 1 {
		what += fmt.Sprintf(", as one of %d in a digest", a.Size)
	}
	if reason := Line(a.Reason); reason != "" {
		what += ": " + reason
	}
	return what
}
