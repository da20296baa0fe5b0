package replay_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/replay"
)

// shelf is a store of a few events.
type shelf struct {
	queue.History
	records []queue.Record
	asked   []string
	broken  error
}

func (s *shelf) Events(_ context.Context, q queue.Query) ([]queue.Record, error) {
	s.asked = append(s.asked, q.ID)
	for _, r := range s.records {
		if r.Event.ID == q.ID {
			return []queue.Record{r}, s.broken
		}
	}
	return nil, s.broken
}

// Replay does as a store does.
func (s *shelf) Replay(_ context.Context, again []queue.Redelivery) (int, error) {
	n := 0
	for _, a := range again {
		for i := range s.records {
			r := &s.records[i]
			if r.Event.ID != a.Event {
				continue
			}
			at := slices.IndexFunc(r.Deliveries, func(d queue.DeliveryRecord) bool { return d.ID == a.Replaces })
			if at >= 0 && r.Deliveries[at].State != queue.Dead {
				continue
			}
			if at >= 0 {
				r.Deliveries[at].State = queue.Replayed
			}
			n++
			r.Deliveries = append(r.Deliveries, queue.DeliveryRecord{ID: int64(len(r.Deliveries)+1) * 100, Sink: a.Sink, State: queue.Pending})
		}
	}
	return n, nil
}

func (s *shelf) end(event string, state queue.State, reason string) {
	for i := range s.records {
		if r := &s.records[i]; r.Event.ID == event {
			last := &r.Deliveries[len(r.Deliveries)-1]
			last.State, last.Reason = state, reason
		}
	}
}

// TestWatch: what was owed again is followed to its end, in the order of its lane, and
// what has ended is not read again.
func TestWatch(t *testing.T) {
	s := &shelf{}
	run := replay.Run{Store: s, Watch: &replay.Watch{}}
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		s.records = append(s.records, queue.Record{Event: relay.Event{ID: id}, Deliveries: []queue.DeliveryRecord{{ID: 1, Sink: "sales", State: queue.Dead}, {ID: 2, Sink: "night", State: queue.Sent}}})
	}
	add := func(event string, replaces int64) {
		if err := run.Add(t.Context(), replay.Step{Again: []queue.Redelivery{{Event: event, Sink: "sales", Replaces: replaces}}}); err != nil {
			t.Fatal(err)
		}
	}
	add("a", 1)
	add("b", 1)
	add("c", 2) // has arrived: the store passes over it
	add("d", 1)
	add("e", 0)
	if err := run.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	look := func(want replay.Progress, asked ...string) {
		t.Helper()
		s.asked = nil
		got, err := run.Watch.Look(t.Context(), s)
		if err != nil || got != want || !slices.Equal(s.asked, asked) {
			t.Errorf("%+v, want %+v (%v); asked for %q, want %q", got, want, err, s.asked, asked)
		}
	}
	look(replay.Progress{Owed: 5, Waiting: 5}, "a")
	s.end("a", queue.Sent, "")
	s.end("b", queue.Dead, "channel_not_found")
	look(replay.Progress{Owed: 4, Arrived: 1, GivenUp: 1, Why: "channel_not_found", Waiting: 2}, "a", "b", "c", "d")
	look(replay.Progress{Owed: 4, Arrived: 1, GivenUp: 1, Why: "channel_not_found", Waiting: 2}, "d")
	s.end("d", queue.Discarded, "")
	s.records = s.records[:4] // e is pruned
	end := replay.Progress{Owed: 4, Arrived: 1, GivenUp: 1, Why: "channel_not_found", PutAway: 1, Gone: 1}
	look(end, "d", "e")
	look(end)
	if !end.Ended() {
		t.Error("it has not ended")
	}
}

// TestWatchTrouble: a store that does not answer is told, and what is known stays; of very
// many deliveries none is followed.
func TestWatchTrouble(t *testing.T) {
	s := &shelf{records: []queue.Record{{Event: relay.Event{ID: "a"}}}}
	run := replay.Run{Store: s, Watch: &replay.Watch{}}
	if err := run.Add(t.Context(), replay.Step{Again: []queue.Redelivery{{Event: "a", Sink: "sales"}}}); err != nil {
		t.Fatal(err)
	}
	if err := run.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.broken = errors.New("gone away")
	if got, err := run.Watch.Look(t.Context(), s); !errors.Is(err, s.broken) || got.Waiting != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := run.Watch.Look(over, s); err != nil || got.Waiting != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	s.broken = nil
	for range 101_000 {
		if err := run.Add(t.Context(), replay.Step{Again: []queue.Redelivery{{Event: "b", Sink: "sales"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := run.Watch.Look(t.Context(), s); err != nil || got != (replay.Progress{}) {
		t.Errorf("%+v, %v", got, err)
	}
}
