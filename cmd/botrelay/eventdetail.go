package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/render"
)

// detail shows one event in full.
type detail struct {
	screen
	ledger *ledger
	lanes  map[string]queue.LaneStatus
}

// longest is how many runes are shown of a text of one line.
const longest = 500

// show shows what came in, where it went, and what to do about it.
func (d detail) show(r *queue.Record) {
	e := &r.Event
	d.flow(yellow, shortID(e.ID), "", fmt.Sprintf("  %s: %s", e.Kind, who(e)))
	d.field("id", e.ID)
	d.field("received", d.full(e.ReceivedAt)+" ("+spell(time.Since(e.ReceivedAt))+" ago)")
	if !e.CreatedAt.IsZero() {
		d.field("created", d.full(e.CreatedAt)+", by the vendor's clock")
	}
	d.field("source", e.Source+" ("+e.Vendor+")")
	for _, f := range []struct{ label, text string }{
		{"event type", e.EventType},
		{"channel", e.Channel},
		{"bot", e.BotID},
		{"conversation", e.ConversationID},
		{"name", e.Contact.Name},
		{"email", e.Contact.Email},
		{"phone", e.Contact.Phone},
		{"handle", e.Contact.Handle},
		{"scheduled", e.Scheduled},
		{"page", e.PageURL},
		{"subject", e.Subject},
	} {
		d.field(f.label, f.text)
	}
	for _, f := range e.Details {
		d.field(render.Line(f.Label, 40), f.Text)
	}
	d.quote("text", e.Text)
	d.quote("answer", e.Answer)
	if len(e.Transcript) > 1 || e.Text == "" { // one turn is the text
		for _, t := range e.Transcript {
			d.quote(t.Role, t.Text)
		}
	}
	d.deliveries(r)
}

// full is a time with all that belongs to it, in the zone of the routes file.
func (d detail) full(t time.Time) string {
	return t.In(d.ledger.zone).Format("Mon 2006-01-02 15:04:05 MST")
}

// field writes a label and its text, if there is any, on one line.
func (d detail) field(label, text string) {
	if text = render.Line(text, longest); text != "" {
		head := "  " + pad(label, 12) + "  "
		d.flow(faint, head, strings.Repeat(" ", columns(head)), text)
	}
}

// quote writes text of several lines behind a bar, so that none of them can be
// taken for one of ours.
func (d detail) quote(label, text string) {
	text = render.Text(text)
	if text == "" {
		return
	}
	_, _ = fmt.Fprintf(d, "  %s\n", d.paint(faint, render.Line(label, 40)))
	for line := range strings.SplitSeq(text, "\n") {
		d.flow(noTint, "  │ ", "  │ ", line)
	}
}

// payload writes the vendor's JSON.
func (d detail) payload(payload json.RawMessage) {
	var b bytes.Buffer
	if err := json.Indent(&b, payload, "", "  "); err != nil { // it was JSON when it came in
		d.quote("payload", string(payload))
		return
	}
	_, _ = fmt.Fprintf(d, "\n%s\n", harmless(b.Bytes()))
}

// deliveries says where an event went, or why it went nowhere.
func (d detail) deliveries(r *queue.Record) {
	_, _ = fmt.Fprintln(d)
	if len(r.Deliveries) == 0 {
		d.flow(noTint, "– ", "  ", "No route took it. Once routes.toml has one for it, deliver it with:")
		_, _ = fmt.Fprintf(d, "  botrelay replay %s --reroute\n", shortID(r.Event.ID))
		return
	}
	dead := false
	for _, delivery := range r.Deliveries {
		d.delivery(delivery)
		dead = dead || delivery.State == queue.Dead
	}
	if dead {
		_, _ = fmt.Fprintf(d, "\nDeliver it again, once the cause is mended, with:\n  botrelay replay %s\n", shortID(r.Event.ID))
	}
}

// delivery says what became of a delivery, and of each of its tries.
func (d detail) delivery(delivery queue.DeliveryRecord) {
	d.flow(stateTint(delivery.State), sign(delivery.State)+" "+delivery.Sink+" ", "    ",
		fmt.Sprintf("%s, by the route %q", d.fate(delivery), render.Line(delivery.Route, longest)))
	for _, a := range delivery.Attempts {
		d.flow(noTint, fmt.Sprintf("    %d. ", a.Number), "       ",
			a.At.In(d.ledger.zone).Format("2006-01-02 15:04:05")+"  "+attemptText(a))
	}
	if len(delivery.Attempts) == 0 && delivery.State != queue.Sent && delivery.Reason != "" {
		d.flow(noTint, "    ", "    ", render.Line(delivery.Reason, longest))
	}
	if delivery.State == queue.Pending {
		lane := d.lanes[delivery.Sink]
		if note := waiting(delivery.Sink, lane, d.ledger.knows(delivery.Sink), d.ledger.idle); note != "" {
			d.flow(noTint, "    ", "    ", note)
		}
		if d.ledger.idle && d.ledger.knows(delivery.Sink) {
			d.flow(noTint, "    ", "    ", noRelay)
		}
	}
}

// fate says in a few words how a delivery stands.
func (d detail) fate(delivery queue.DeliveryRecord) string {
	tries := "never tried"
	switch {
	case delivery.Tries == 1:
		tries = "tried once"
	case delivery.Tries > 1:
		tries = fmt.Sprintf("tried %d times", delivery.Tries)
	}
	settled := d.full(delivery.SettledAt)
	switch delivery.State {
	case queue.Sent:
		return "arrived " + settled + ", " + tries
	case queue.Dead:
		return "dead since " + settled + ", " + tries
	case queue.Replayed:
		return "replayed " + settled + ": another delivery has taken its place"
	case queue.Pending:
	}
	return "pending, " + tries
}

// attemptText says what came of a try that did not succeed.
func attemptText(a queue.Attempt) string {
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
	if reason := render.Line(a.Reason, longest); reason != "" {
		what += ": " + reason
	}
	return what
}
