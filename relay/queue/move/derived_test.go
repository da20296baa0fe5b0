package move_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/move"
)

// What people ask of a store is told by the database as by the file: what was counted
// there, what words find, what was put away, what letters died of. Nothing that is on its
// way is indexed or counted before its end.
func TestDerived(t *testing.T) {
	url, path := server.Database(t), filepath.Join(t.TempDir(), "botrelay.db")
	fill(t, path)
	from := openFile(t, path)
	c := lease(t, from, "c")
	settle(t, c, queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "no"}})
	id := settle(t, c, queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Status: 400, Reason: "never"}})
	for _, d := range record(t, from, id).Deliveries {
		if d.State == queue.Dead {
			if n, err := from.Discard(t.Context(), []int64{d.ID}); n != 1 || err != nil {
				t.Fatal(n, err)
			}
		}
	}
	if n := index(t, from); n < 1500 {
		t.Fatalf("%d events were indexed in the file", n)
	}
	want := told(t, from)
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	interrupt(t, path, url, move.Counting)
	to := openDatabase(t, url)
	if n := index(t, to); n > 0 {
		t.Errorf("%d events were indexed before the end of the move", n)
	}
	if _, err := run(t.Context(), t, path, url, nil); err != nil {
		t.Fatal(err)
	}
	if got := told(t, to); got != want {
		t.Errorf("not indexed:\n got %s\nwant %s", got, want)
	}
	if n := index(t, to); n < 1300 {
		t.Errorf("%d events were indexed in the database", n)
	}
	if got := told(t, to); got != want {
		t.Errorf("indexed:\n got %s\nwant %s", got, want)
	}
}

// told is what a store tells of what is derived.
func told(t *testing.T, s queue.Store) string {
	t.Helper()
	counts, err := s.Counts(t.Context(), 48*time.Hour, 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := s.DeadGroups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range groups {
		groups[i].Oldest, groups[i].Newest = time.Time{}, time.Time{}
	}
	var found []string
	for _, q := range []queue.Query{{Words: "text 1234"}, {Status: queue.StatusDiscarded}, {Sink: "a", Words: "of 1", Limit: 5}, {Status: queue.StatusDead, Reason: "no"}} {
		records, err := s.Events(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, "|")
		for _, r := range records {
			found = append(found, r.Event.ID)
		}
	}
	text, err := json.Marshal([]any{counts.Kinds, counts.Sources, counts.Sent, counts.Died, counts.Ways, groups, found})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func index(t *testing.T, s queue.Store) (sum int) {
	t.Helper()
	for more := true; more; {
		var n int
		var err error
		if n, more, err = s.Index(t.Context()); err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}

func record(t *testing.T, s queue.Store, id string) queue.Record {
	t.Helper()
	records, err := s.Events(t.Context(), queue.Query{ID: id})
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	return records[0]
}
