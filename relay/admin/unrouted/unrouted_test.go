package unrouted_test

import (
	"testing"

	"botrelay/relay"
	"botrelay/relay/admin/pagetest"
	"botrelay/relay/admin/unrouted"
	"botrelay/relay/queue"
)

// TestOf: what no route took is counted until somebody gets it, up to a hundred.
func TestOf(t *testing.T) {
	h := pagetest.New(t)
	says := func(kind relay.Kind, noun, want, newest string) {
		t.Helper()
		s, err := unrouted.Of(t.Context(), h.Store, queue.Query{Kind: kind, Status: queue.StatusDead, Limit: 1})
		if err != nil || s.Text(noun) != want || s.Newest != newest {
			t.Errorf("%s: %+v, %v, want %s", s.Text(noun), s, err, want)
		}
	}
	says("", "event", "0 events", "")
	h.Put(relay.Event{}, "sales")
	first, last := h.Put(relay.Event{}), h.Put(relay.Event{Kind: relay.Chat})
	says("", "event", "2 events", last)
	says(relay.Lead, "lead", "1 lead", first)
	if n, err := h.Store.Replay(t.Context(), []queue.Redelivery{{Event: first, Sink: "sales"}}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	says(relay.Lead, "lead", "0 leads", "")
	for range unrouted.Most - 1 {
		last = h.Put(relay.Event{})
	}
	says("", "event", "100 events", last)
	last = h.Put(relay.Event{})
	says("", "event", "more than 100 events", last)
}
