package move_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// same compares all that two stores tell of themselves.
func same(t *testing.T, from, to queue.Store) {
	t.Helper()
	a, b := history(t, from), history(t, to)
	if len(a) != len(b) {
		t.Errorf("%d events, want %d", len(b), len(a))
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("event %d:\n got %s\nwant %s", i, b[i], a[i])
			break
		}
	}
	for sink, want := range lanes(t, from) {
		if got := lanes(t, to)[sink]; got != want {
			t.Errorf("lane %s: got %+v, want %+v", sink, got, want)
		}
	}
	if got, want := len(lanes(t, to)), len(lanes(t, from)); got != want {
		t.Errorf("%d lanes, want %d", got, want)
	}
}

// sameOrder compares the order of what waits for each sink, by sending it.
func sameOrder(t *testing.T, from, to queue.Store, sinks ...string) {
	t.Helper()
	for _, sink := range sinks {
		want, got := drain(t, from, sink), drain(t, to, sink)
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("lane %s: %d in another order than the %d of the file:\n got %v\nwant %v", sink, len(got), len(want), got, want)
		}
	}
}

// history returns all records, each as a text without the IDs of deliveries.
func history(t *testing.T, s queue.Store) (all []string) {
	t.Helper()
	records, err := s.Events(t.Context(), queue.Query{Limit: 1 << 20, Oldest: true, Attempts: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		for i := range r.Deliveries {
			d := &r.Deliveries[i]
			d.ID, d.OwedAt, d.SettledAt = 0, d.OwedAt.UTC(), d.SettledAt.UTC()
			d.Reason = strings.ReplaceAll(d.Reason, "\x00", "\uFFFD") // which PostgreSQL cannot hold
			for j := range d.Attempts {
				d.Attempts[j].At = d.Attempts[j].At.UTC()
				d.Attempts[j].Reason = strings.ReplaceAll(d.Attempts[j].Reason, "\x00", "\uFFFD")
			}
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text)+string(r.Event.Payload))
	}
	return all
}

// lanes returns how lanes do, without what changes with time.
func lanes(t *testing.T, s queue.Store) map[string]queue.LaneStatus {
	t.Helper()
	all, err := s.LaneStatus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for sink, l := range all {
		l.Oldest, l.Failing, l.Wait = l.Oldest.Truncate(24*time.Hour), min(l.Failing, 1), l.Wait.Round(time.Hour)
		l.Reason = strings.ReplaceAll(l.Reason, "\x00", "\uFFFD")
		all[sink] = l
	}
	return all
}
