package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/render"
	"botrelay/relay/wording"
)

// detail shows one event in full.
type detail struct {
	screen
	ledger *ledger
	lanes  map[string]queue.LaneStatus
}

// show shows what came in, where it went, and what to do about it.
func (d detail) show(r *queue.Record) {
	e := &r.Event
	d.flow(yellow, wording.ShortID(e.ID), "", fmt.Sprintf("  %s: %s", e.Kind, wording.Who(e)))
	d.field("id", e.ID)
	d.field("received", d.full(e.ReceivedAt)+" ("+wording.Spell(time.Since(e.ReceivedAt))+" ago)")
	if !e.CreatedAt.IsZero() {
		d.field("created", d.full(e.CreatedAt)+", by the vendor's clock")
	}
	d.field("source", e.Source+" ("+e.Vendor+")")
	for _, f := range wording.Fields(e) {
		d.field(f.Label, f.Text)
	}
	for _, q := range wording.Quotes(e) {
		d.quote(q.Label, q.Text)
	}
	d.deliveries(r)
}

// full is a time with all that belongs to it, in the zone of the routes file.
func (d detail) full(t time.Time) string {
	return wording.Full(t.In(d.ledger.zone))
}

// field writes a label and its text, if there is any, on one line.
func (d detail) field(label, text string) {
	if text = wording.Line(text); text != "" {
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
		_, _ = fmt.Fprintf(d, "  botrelay replay %s --reroute\n", wording.ShortID(r.Event.ID))
		return
	}
	dead := false
	for _, delivery := range r.Deliveries {
		d.delivery(r, delivery)
		dead = dead || delivery.State == queue.Dead
	}
	if dead {
		_, _ = fmt.Fprintf(d, "\nDeliver it again, once the cause is mended, with:\n  botrelay replay %s\n", wording.ShortID(r.Event.ID))
	}
}

// delivery says what became of a delivery, and of each of its tries.
func (d detail) delivery(r *queue.Record, delivery queue.DeliveryRecord) {
	d.flow(stateTint(delivery.State), wording.Sign(delivery.State)+" "+delivery.Sink+" ", "    ",
		fmt.Sprintf("%s, by the route %q", wording.Became(r, delivery).With(d.full), wording.Line(delivery.Route)))
	for _, a := range delivery.Attempts {
		d.flow(noTint, fmt.Sprintf("    %d. ", a.Number), "       ",
			a.At.In(d.ledger.zone).Format("2006-01-02 15:04:05")+"  "+wording.Attempt(a))
	}
	if len(delivery.Attempts) == 0 && delivery.State != queue.Sent && delivery.Reason != "" {
		d.flow(noTint, "    ", "    ", wording.Line(delivery.Reason))
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
