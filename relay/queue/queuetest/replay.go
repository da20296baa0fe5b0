package queuetest

import (
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func replayTests() []test {
	return []test{
		{"replay/at the end of the lane, in the order given, and durably", func(f *fixture) {
			put := f.putMany(3, "a")
			lane := f.lease("a")
			f.send(lane, 1, dead("bad form"))
			f.send(lane, 1, sent("m"))
			drain(f.Store.Wake("a"))
			drain(f.Store.Wake("b"))
			first := f.record(put[0]).Deliveries[0]
			f.Advance(time.Minute)
			f.replay(3, queue.Redelivery{Event: put[1], Sink: "a", Route: "again"},
				queue.Redelivery{Event: put[0], Sink: "a", Route: "once more", Replaces: first.ID},
				queue.Redelivery{Event: put[1], Sink: "b"})
			f.woken("a")
			f.woken("b")
			f.killed()
			lane = f.lease("a")
			for _, want := range []string{put[2], put[1], put[0]} {
				f.want("next", ids(f.send(lane, 1, sent("m"))), []string{want})
			}
			f.nothing(lane, 0)
			f.want("next", ids(f.next(f.lease("b"), 10)), []string{put[1]})
		}},
		{"replay/the one that was replaced says so, the new one begins anew", func(f *fixture) {
			id := f.put("a")
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(0, "busy"))
			f.send(lane, 1, dead("bad form"))
			before := f.record(id).Deliveries[0]
			f.want("dead letters", f.status()["a"].Dead, 1)
			f.pass(time.Minute)
			f.replay(1, queue.Redelivery{Event: id, Sink: "a", Route: "again", Replaces: before.ID})
			got := f.record(id).Deliveries
			f.want("deliveries", len(got), 2)
			former := before
			former.State, former.SettledAt = queue.Replayed, before.OwedAt.Add(time.Minute)
			f.want("the former", got[0], former)
			f.want("the new one", got[1], queue.DeliveryRecord{
				ID: got[1].ID, Sink: "a", Route: "again", State: queue.Pending, OwedAt: before.OwedAt.Add(time.Minute),
			})
			f.want("in the lane", f.status()["a"], queue.LaneStatus{Pending: 2, Oldest: time.Minute, Health: f.status()["a"].Health})
			f.send(lane, 1, sent("m"))
			d := f.next(lane, 1).Deliveries[0]
			f.want("to send", []any{d.Event.ID, d.Route, d.Attempts, d.Age}, []any{id, "again", 0, time.Duration(0)})
		}},
		{"replay/what is pending can be replaced, also by another sink's", func(f *fixture) {
			put := f.putMany(3, "a")
			f.replay(2,
				queue.Redelivery{Event: put[0], Sink: "a", Replaces: f.record(put[0]).Deliveries[0].ID},
				queue.Redelivery{Event: put[1], Sink: "b", Replaces: f.record(put[1]).Deliveries[0].ID})
			f.want("a", f.status()["a"].Pending, 2)
			lane := f.lease("a")
			f.want("first", ids(f.send(lane, 1, sent("m"))), []string{put[2]})
			f.want("then", ids(f.send(lane, 1, sent("m"))), []string{put[0]})
			f.want("b", ids(f.next(f.lease("b"), 10)), []string{put[1]})
		}},
		{"replay/passed over is what must not be replayed", func(f *fixture) {
			pending, gone, other := f.put("a"), f.put("b"), f.put("c")
			f.send(f.lease("b"), 1, sent("m"))
			f.send(f.lease("c"), 1, dead("bad form"))
			wasSent, wasDead := f.record(gone).Deliveries[0].ID, f.record(other).Deliveries[0].ID
			f.replay(1, queue.Redelivery{Event: other, Sink: "c", Replaces: wasDead})
			before := f.records(queue.Query{})
			f.replay(0,
				queue.Redelivery{Event: "unknown", Sink: "a"},
				queue.Redelivery{Event: pending, Sink: "a"},                                            // waits already
				queue.Redelivery{Event: other, Sink: "c"},                                              // waits already, by the replay
				queue.Redelivery{Event: gone, Sink: "b", Replaces: wasSent},                            // neither dead nor pending
				queue.Redelivery{Event: other, Sink: "d", Replaces: wasDead},                           // replayed already
				queue.Redelivery{Event: gone, Sink: "d", Replaces: f.record(pending).Deliveries[0].ID}, // another event's
				queue.Redelivery{Event: gone, Sink: "d", Replaces: 1 << 40},
			)
			f.want("records", f.records(queue.Query{}), before)
			f.replay(2,
				queue.Redelivery{Event: gone, Sink: "b"}, queue.Redelivery{Event: gone, Sink: "b"}, // the second waits already
				queue.Redelivery{Event: "unknown", Sink: "b"}, queue.Redelivery{Event: gone, Sink: "d"},
			)
			f.replay(0)
		}},
		{"replay/passed over is what is being sent", func(f *fixture) {
			put := f.putMany(3, "a")
			lane := f.crowded("a")
			batch := f.begun(lane, 2)
			again := make([]queue.Redelivery, len(put))
			for i, id := range put {
				again[i] = queue.Redelivery{Event: id, Sink: "b", Replaces: f.record(id).Deliveries[0].ID}
			}
			f.replay(0, again[:2]...)
			f.settle(lane, batch, queue.Settlement{State: queue.Again, Keep: true, Verdict: relay.Verdict{Outcome: relay.Later}})
			f.Advance(crowd)
			f.replay(0, again[:2]...) // the same batch goes again
			f.replay(1, again[2])
			f.want("the batch", ids(f.send(lane, 10, queue.Settlement{State: queue.Again})), put[:2])
			f.Advance(crowd)
			f.replay(2, again[:2]...)
			f.nothing(lane, 0)
		}},
		{"replay/what a sender left that is gone", func(f *fixture) {
			put := f.putMany(3, "a")
			f.begun(f.crowded("a"), 2)
			f.killed()
			f.replay(1, queue.Redelivery{Event: put[0], Sink: "b", Replaces: f.record(put[0]).Deliveries[0].ID})
			f.want("at b", ids(f.send(f.lease("b"), 1, queue.Settlement{State: queue.Sent})), put[:1])
			back := f.crowded("a")
			f.Advance(crowd)
			f.want("at a, should it come back", ids(f.send(back, 10, queue.Settlement{State: queue.Sent})), put[1:])
		}},
		{"replay/all or nothing", func(f *fixture) {
			id := f.put("a")
			again := []queue.Redelivery{{Event: id, Sink: "b"}, {Event: id, Sink: ""}}
			if n, err := f.Store.Replay(f.Context(), again); n != 0 || err == nil {
				f.Errorf("to a sink without a name: %d, error %v", n, err)
			}
			n, err := f.Store.Replay(ended(f.Context()), again[:1])
			f.want("replayed", n, 0)
			f.wantError("a context that has ended", err, f.ended())
			f.want("deliveries", len(f.record(id).Deliveries), 1)
		}},
		{"replay/what no route took is routed then", func(f *fixture) {
			id := f.put()
			f.replay(1, queue.Redelivery{Event: id, Sink: "a"})
			f.want("unrouted", len(f.records(queue.Query{Status: queue.StatusUnrouted})), 0)
			f.want("pending", recordIDs(f.records(queue.Query{Status: queue.StatusPending})), []string{id})
		}},
		{"replay/very many at once", func(f *fixture) {
			put := f.putMany(500, "a")
			all := make([]queue.Redelivery, len(put))
			for i, id := range slices.Backward(put) {
				all[len(put)-1-i] = queue.Redelivery{Event: id, Sink: "b"}
			}
			f.replay(len(all), all...)
			f.want("the first", ids(f.next(f.lease("b"), 1)), put[499:])
		}},
	}
}

// replay replays, and checks how many were not passed over.
func (f *fixture) replay(want int, again ...queue.Redelivery) {
	f.Helper()
	if n, err := f.Store.Replay(f.Context(), again); n != want || err != nil {
		f.Fatalf("%d replayed, error %v; want %d", n, err, want)
	}
}
