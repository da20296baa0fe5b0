package queuetest

import (
	"slices"
	"strings"
	"sync"
	"time"

	"botrelay/relay/queue"
)

func discardTests() []test {
	return []test{
		{"discard/a dead letter that was put away is none any more, and durably", func(f *fixture) {
			one, two := f.put("a"), f.put("a")
			f.sendAll("a", dead("bad form"))
			before := f.record(one).Deliveries[0]
			f.Advance(time.Minute)
			f.discard(1, before.ID)
			f.killed()
			after := before
			after.State, after.SettledAt = queue.Discarded, before.SettledAt.Add(time.Minute)
			f.want("the delivery", f.record(one).Deliveries, []queue.DeliveryRecord{after})
			f.want("dead letters", f.status()["a"].Dead, 1)
			f.want("dead", recordIDs(f.records(queue.Query{Status: queue.StatusDead})), []string{two})
			for _, q := range []queue.Query{{Status: queue.StatusDiscarded}, {Status: queue.StatusDiscarded, Sink: "a"}} {
				f.want("discarded", recordIDs(f.records(q)), []string{one})
			}
			f.want("discarded at another sink", len(f.records(queue.Query{Status: queue.StatusDiscarded, Sink: "b"})), 0)
		}},
		{"discard/passed over is what is not dead", func(f *fixture) {
			pending, sentID, deadID := f.put("a"), f.put("b"), f.put("c")
			f.sendAll("b", sent("m"))
			f.sendAll("c", dead("bad form"))
			of := func(id string) int64 { return f.record(id).Deliveries[0].ID }
			before := f.records(queue.Query{Limit: 2, Oldest: true})
			f.discard(1, of(pending), of(deadID), 1<<40, of(sentID), of(deadID), -1)
			f.discard(0, of(deadID))
			f.discard(0)
			f.want("the others", f.records(queue.Query{Limit: 2, Oldest: true}), before)
		}},
		{"discard/what was put away can be replayed", func(f *fixture) {
			id := f.put("a")
			f.sendAll("a", dead("bad form"))
			d := f.record(id).Deliveries[0]
			f.discard(1, d.ID)
			f.replay(1, queue.Redelivery{Event: id, Sink: "a", Replaces: d.ID})
			f.want("the former", f.record(id).Deliveries[0].State, queue.Replayed)
			f.discard(0, d.ID)
			f.want("to send", ids(f.next(f.lease("a"), 1)), []string{id})
			f.want("discarded", len(f.records(queue.Query{Status: queue.StatusDiscarded})), 0)
		}},
		{"discard/is kept like what was sent", func(f *fixture) {
			gone, stays := f.put("a"), f.put("a")
			f.sendAll("a", dead("bad form"))
			f.discard(1, f.record(gone).Deliveries[0].ID)
			f.Advance(30 * 24 * time.Hour)
			f.prune(1, days(30, 180))
			f.want("left", recordIDs(f.records(queue.Query{})), []string{stays})
		}},
		{"discard/of several who put away or replay the same, one does", func(f *fixture) {
			put := f.putMany(100, "a")
			f.sendAll("a", dead("bad form"))
			var all []int64
			var again []queue.Redelivery
			for _, id := range put {
				d := f.record(id).Deliveries[0]
				all, again = append(all, d.ID), append(again, queue.Redelivery{Event: id, Sink: "b", Replaces: d.ID})
			}
			var done [4]int
			var working sync.WaitGroup
			for i := range done {
				mine := slices.Clone(all)
				if i%2 == 1 {
					slices.Reverse(mine)
				}
				working.Go(func() {
					var err error
					if i == 0 {
						done[i], err = f.Store.Replay(f.Context(), again)
					} else {
						done[i], err = f.Store.Discard(f.Context(), mine)
					}
					if err != nil {
						f.Error(err)
					}
				})
			}
			working.Wait()
			// What was discarded first can be replayed nevertheless.
			replayed, discarded := len(f.records(queue.Query{Status: queue.StatusReplayed})), len(f.records(queue.Query{Status: queue.StatusDiscarded}))
			f.want("replayed", replayed, done[0])
			f.want("replayed or discarded", replayed+discarded, 100)
			if sum := done[1] + done[2] + done[3]; sum != 0 && sum != 100 {
				f.Errorf("%v: %d were discarded, want all or none", done, sum)
			}
			f.want("dead letters", f.status()["a"].Dead, 0)
		}},
		{"discard/a context that has ended", func(f *fixture) {
			id := f.put("a")
			f.sendAll("a", dead("bad form"))
			_, err := f.Store.Discard(ended(f.Context()), []int64{f.record(id).Deliveries[0].ID})
			f.wantError("discard", err, f.ended())
			f.want("dead letters", f.status()["a"].Dead, 1)
		}},
	}
}

func deadGroupTests() []test {
	return []test{
		{"dead groups/each sink and reason once, the largest first", func(f *fixture) {
			groups := func() []queue.DeadGroup {
				f.Helper()
				all, err := f.Store.DeadGroups(f.Context())
				if err != nil {
					f.Fatal(err)
				}
				return all
			}
			f.want("of nothing", len(groups()), 0)
			var put []string
			for range 6 {
				put = append(put, f.put("a", "b"))
				f.Advance(time.Minute)
			}
			at := func(i int) time.Time { return f.record(put[i]).Deliveries[0].OwedAt }
			f.sendAll("b", dead("not found"))
			lane := f.lease("a")
			long := strings.Repeat("é", queue.ReasonLen)
			for _, reason := range []string{"not found", long + " here", "not found", "not found", long + " there"} {
				f.send(lane, 1, dead(reason))
			}
			want := []queue.DeadGroup{
				{Sink: "b", Reason: "not found", Count: 6, Oldest: at(0), Newest: at(5), Event: put[5]},
				{Sink: "a", Reason: "not found", Count: 3, Oldest: at(0), Newest: at(3), Event: put[3]},
				{Sink: "a", Reason: long, Count: 2, Oldest: at(1), Newest: at(4), Event: put[4]},
			}
			f.want("groups", groups(), want)
			f.want("of a reason", recordIDs(f.records(queue.Query{Status: queue.StatusDead, Sink: "a", Reason: long})), []string{put[4], put[1]})
			f.want("at any sink", len(f.records(queue.Query{Status: queue.StatusDead, Reason: "not found"})), 6)
			f.want("of its beginning", len(f.records(queue.Query{Status: queue.StatusDead, Reason: "not"})), 0)
			f.discard(1, f.record(put[0]).Deliveries[0].ID)
			f.replay(1, queue.Redelivery{Event: put[4], Sink: "a", Replaces: f.record(put[4]).Deliveries[0].ID})
			want[1].Count, want[1].Oldest = 2, at(2)
			want[2].Count, want[2].Newest, want[2].Event = 1, at(1), put[1]
			f.want("after that", groups(), want)
			_, err := f.Store.DeadGroups(ended(f.Context()))
			f.wantError("a context that has ended", err, f.ended())
		}},
	}
}

// discard discards, and checks how many were not passed over.
func (f *fixture) discard(want int, deliveries ...int64) {
	f.Helper()
	if n, err := f.Store.Discard(f.Context(), deliveries); n != want || err != nil {
		f.Fatalf("%d discarded, error %v; want %d", n, err, want)
	}
}
