package wording_test

import (
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// TestStops: what botrelay events --help tells of the signs.
func TestStops(t *testing.T) {
	r := &queue.Record{Deliveries: []queue.DeliveryRecord{
		{Sink: "sales", State: queue.Sent, Reason: "HTTP 500"},
		{Sink: "night", State: queue.Pending, Reason: "HTTP 500"},
		{Sink: "desk", State: queue.Replayed},
		{Sink: "desk", State: queue.Dead, Reason: "invalid\u202e\nblocks"},
		{Sink: "team", State: queue.Discarded, Reason: "gone"},
	}}
	want := [][3]string{
		{"✓ sales", "✓ sales", "✓ sales"},
		{"… night", "… night pending", "… night pending"},
		{"✗ desk", "✗ desk dead", "✗ desk dead: invalid blocks"},
		{"⌫ team", "⌫ team discarded", "⌫ team discarded"},
	}
	if again := wording.Stops(&queue.Record{Deliveries: []queue.DeliveryRecord{
		{Sink: "sales", State: queue.Replayed, OwedAt: time.Unix(1, 0)},
		{Sink: "night", State: queue.Sent, OwedAt: time.Unix(1, 0)},
		{Sink: "sales", State: queue.Sent, OwedAt: time.Unix(2, 0)},
	}}); again[0].Again || !again[1].Again {
		t.Errorf("%+v: only what was owed later has arrived after a replay", again)
	}
	stops := wording.Stops(r)
	if len(stops) != len(want) {
		t.Fatalf("%d stops: %v", len(stops), stops)
	}
	for i, s := range stops {
		if got := [3]string{s.Glance(), s.Brief(), s.Full()}; got != want[i] {
			t.Errorf("got %q, want %q", got, want[i])
		}
	}
}
