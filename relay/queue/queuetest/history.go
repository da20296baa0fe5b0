package queuetest

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func historyTests() []test {
	return []test{
		{"history/the newest event first, up to the limit", func(f *fixture) {
			f.want("an empty store", len(f.records(queue.Query{})), 0)
			var put []string
			for range 250 {
				put = append(put, f.put("a"))
			}
			for limit, want := range map[int]int{0: 100, 1: 1, 3: 3, 100: 100, 101: 101, 200: 200, 1000: 250} {
				records := f.records(queue.Query{Limit: limit})
				f.want("records", len(records), want)
				for i, r := range records {
					if r.Event.ID != put[len(put)-1-i] || len(r.Deliveries) != 1 {
						f.Fatalf("limit %d: record %d is %s with %d deliveries", limit, i, r.Event.ID, len(r.Deliveries))
					}
				}
			}
			f.want("an unknown ID", len(f.records(queue.Query{ID: "unknown"})), 0)
			f.record(put[7])
		}},
		{"history/what became of an event", func(f *fixture) {
			id := f.put("sent", "dead", "pending")
			f.put("sent")
			f.send(f.lease("dead"), 1, dead("bad form"))
			lane := f.lease("sent")
			f.send(lane, 1, again(time.Second, "busy"))
			f.Advance(time.Second)
			before := f.settledAt(id, "dead")
			f.send(lane, 1, sent("message 7"))
			f.send(f.lease("pending"), 1, again(0, "also busy"))
			f.killed()
			got := f.record(id).Deliveries
			f.want("settled", f.settledAt(id, "sent").Sub(before), time.Second)
			want := []queue.DeliveryRecord{
				{Sink: "sent", State: queue.Sent, Tries: 2, Reason: "busy", MessageID: "message 7"},
				{Sink: "dead", State: queue.Dead, Tries: 1, Reason: "bad form"},
				{Sink: "pending", State: queue.Pending, Tries: 1, Reason: "also busy"},
			}
			if len(got) != len(want) {
				f.Fatalf("%d deliveries", len(got))
			}
			for i, d := range got {
				f.want("whether it has a time", d.SettledAt.IsZero(), d.State == queue.Pending)
				want[i].ID, want[i].OwedAt, want[i].SettledAt, want[i].Route = d.ID, d.OwedAt, d.SettledAt, "route to "+d.Sink
				f.want("delivery", d, want[i])
			}
		}},
		{"lane/a new sender tries a held lane at once", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			held := queue.Settlement{State: queue.Again, After: time.Hour, Verdict: relay.Verdict{Outcome: relay.Held, Reason: "revoked"}}
			f.send(lane, 1, held)
			f.nothing(lane, time.Hour)
			f.killed()
			lane = f.lease("a")
			f.want("to send by the next sender", len(f.next(lane, 1).Deliveries), 1)
		}},
		{"history/a context that has ended", func(f *fixture) {
			_, err := f.Store.Events(ended(f.Context()), queue.Query{})
			f.wantError("events", err, f.ended())
			_, err = f.Store.LaneStatus(ended(f.Context()))
			f.wantError("lanes", err, f.ended())
		}},
	}
}

// settledAt returns when an event's delivery to sink was settled.
func (f *fixture) settledAt(id, sink string) time.Time {
	f.Helper()
	for _, d := range f.record(id).Deliveries {
		if d.Sink == sink {
			return d.SettledAt
		}
	}
	f.Fatalf("event %s is not owed to %s", id, sink)
	return time.Time{}
}
