package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf16"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/render"
)

// jsonLines writes events for programs, one object a line. The names in it are
// promised: see eventsCmd.Help.
type jsonLines struct {
	out     io.Writer
	payload bool
}

type jsonEvent struct {
	relay.Event
	CreatedAt  time.Time       `json:"created_at,omitzero"`
	ReceivedAt time.Time       `json:"received_at"`
	Payload    json.RawMessage `json:"payload,omitempty"`
	Deliveries []jsonDelivery  `json:"deliveries"`
}

type jsonDelivery struct {
	ID        int64         `json:"id"`
	Sink      string        `json:"sink"`
	Route     string        `json:"route"`
	State     queue.State   `json:"state"`
	Tries     int           `json:"tries"`
	Reason    string        `json:"reason,omitempty"`
	MessageID string        `json:"message_id,omitempty"`
	OwedAt    time.Time     `json:"owed_at,omitzero"`
	SettledAt time.Time     `json:"settled_at,omitzero"`
	Attempts  []jsonAttempt `json:"attempts"`
}

type jsonAttempt struct {
	Number  int           `json:"number"`
	At      time.Time     `json:"at"`
	TookMS  int64         `json:"took_ms"`
	Outcome relay.Outcome `json:"outcome"`
	Status  int           `json:"status,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	Size    int           `json:"size"`
}

func (*jsonLines) flush() error { return nil }

// add writes an event.
func (l *jsonLines) add(r queue.Record) error {
	e := jsonEvent{
		Event:      r.Event,
		CreatedAt:  r.Event.CreatedAt.UTC(),
		ReceivedAt: r.Event.ReceivedAt.UTC(),
		Deliveries: make([]jsonDelivery, len(r.Deliveries)),
	}
	if l.payload && json.Valid(r.Event.Payload) {
		e.Payload = r.Event.Payload
	}
	for i, d := range r.Deliveries {
		e.Deliveries[i] = deliveryJSON(d)
	}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("event %s: %w", r.Event.ID, err)
	}
	_, err = fmt.Fprintf(l.out, "%s\n", harmless(line))
	return err
}

func deliveryJSON(d queue.DeliveryRecord) jsonDelivery {
	out := jsonDelivery{
		ID: d.ID, Sink: d.Sink, Route: d.Route, State: d.State, Tries: d.Tries, Reason: d.Reason,
		MessageID: d.MessageID, OwedAt: d.OwedAt.UTC(), SettledAt: d.SettledAt.UTC(),
		Attempts: make([]jsonAttempt, len(d.Attempts)),
	}
	for i, a := range d.Attempts {
		out.Attempts[i] = jsonAttempt{
			Number: a.Number, At: a.At.UTC(), TookMS: a.Took.Milliseconds(),
			Outcome: a.Outcome, Status: a.Status, Reason: a.Reason, Size: a.Size,
		}
	}
	return out
}

// harmless returns JSON that means the same, in which what a terminal might obey
// or hide is escaped. In valid JSON that stands in strings only.
func harmless(text []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(text))
	for _, r := range string(text) {
		switch {
		case r == '\n', r >= ' ' && r <= '~', !render.Hidden(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
