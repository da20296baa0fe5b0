package events

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/look"
	"botrelay/relay/admin/page"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// looking is what the page of a message shows.
type looking struct {
	look.Look

	ID    string `json:"-"`
	Short string `json:"-"`
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
	return looking{shown, record.Event.ID, wording.ShortID(record.Event.ID)}, nil
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
