package events

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// looking is what the page of a message shows.
type looking struct {
	Sink    string   `json:"sink"`
	Type    string   `json:"type"`
	Place   string   `json:"place,omitempty"`
	Refused string   `json:"refused,omitempty"`
	HTML    string   `json:"html,omitempty"` // for the inside of a shadow root with Styles
	Styles  []string `json:"styles"`         // from the root

	ID    string `json:"-"`
	Short string `json:"-"`
	Look  Look   `json:"-"`
}

// looked answers with how the message of a delivery looks in its app, as today's
// routes file would have it.
func (p *pages) looked(r *http.Request) (looking, error) {
	record, err := p.record(r.Context(), r.PathValue("id"))
	if err != nil {
		return looking{}, err
	}
	d, found := deliveryOf(record, r.PathValue("delivery"))
	switch {
	case p.Look == nil || !found:
		return looking{}, &page.Error{Status: http.StatusNotFound, Text: "There is no such delivery of this event."}
	case !p.knows(d.Sink):
		return looking{}, &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("routes.toml no longer has the sink %s, so nobody knows how it looks there.", d.Sink)}
	}
	at := d.SettledAt
	if d.State != queue.Sent || at.IsZero() {
		at = time.Now()
	}
	shown, err := p.Look(r.Context(), record.Event, relay.Owed{Sink: d.Sink, Route: d.Route}, at)
	if err != nil {
		return looking{}, fmt.Errorf("making the message: %w", err)
	}
	v := looking{
		Sink: d.Sink, Type: p.typeOf(d.Sink), Place: cmp.Or(wording.Line(shown.Place), d.Sink), Refused: wording.Line(shown.Refused),
		HTML: string(shown.HTML), Styles: []string{}, ID: record.Event.ID, Short: wording.ShortID(record.Event.ID), Look: shown,
	}
	for _, name := range p.LookStyles {
		v.Styles = append(v.Styles, "assets/"+name)
	}
	return v, nil
}

// deliveryOf returns one of an event's deliveries.
func deliveryOf(r *queue.Record, id string) (queue.DeliveryRecord, bool) {
	for _, d := range r.Deliveries {
		if strconv.FormatInt(d.ID, 10) == id {
			return d, true
		}
	}
	return queue.DeliveryRecord{}, false
}
