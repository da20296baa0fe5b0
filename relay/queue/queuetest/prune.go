package queuetest

import (
	"fmt"
	"time"

	"botrelay/relay/queue"
)

// days is a retention.
func days(sent, dead int) queue.Retention {
	return queue.Retention{Sent: time.Duration(sent) * 24 * time.Hour, Dead: time.Duration(dead) * 24 * time.Hour}
}

func pruneTests() []test {
	return []test{
		{"prune/each event for as long as it is kept", func(f *fixture) {
			put := map[string]string{
				"pending": f.put("pending"), "sent": f.put("sent"), "dead": f.put("dead"), "unrouted": f.put(),
				"sent and pending": f.put("sent", "pending"), "sent and dead": f.put("sent", "dead"),
				"replayed and sent": f.put("replayed"), "replayed and pending": f.put("replayed"),
			}
			for sink, s := range map[string]queue.Settlement{"sent": sent("m"), "dead": dead("bad form"), "replayed": dead("bad form")} {
				f.sendAll(sink, s)
			}
			for _, about := range []string{"replayed and sent", "replayed and pending"} {
				f.replay(1, queue.Redelivery{Event: put[about], Sink: "replayed", Replaces: f.record(put[about]).Deliveries[0].ID})
			}
			lane := f.lease("replayed")
			f.send(lane, 1, sent("m"))
			f.release(lane)
			gone := func(want ...string) {
				f.Helper()
				for _, about := range want {
					f.want("records of "+about, len(f.records(queue.Query{ID: put[about]})), 0)
					delete(put, about)
				}
				f.want("records", len(f.records(queue.Query{})), len(put))
			}
			f.prune(0, days(30, 180))
			f.Advance(30*24*time.Hour - time.Millisecond)
			f.prune(0, days(30, 180))
			gone()
			f.Advance(time.Millisecond)
			f.prune(3, days(30, 180))
			gone("sent", "unrouted", "replayed and sent")
			f.Advance(150*24*time.Hour - time.Millisecond)
			f.prune(0, days(30, 180))
			f.Advance(time.Millisecond)
			f.prune(2, days(30, 180))
			gone("dead", "sent and dead")
			f.Advance(10_000 * 24 * time.Hour)
			f.prune(0, days(30, 180))
			f.want("what was sent is still counted", f.status()["sent"].Sent, 3)
			f.want("dead letters are those that are kept", f.status()["dead"], queue.LaneStatus{Health: f.status()["dead"].Health})
			for _, sink := range []string{"pending", "replayed"} {
				f.sendAll(sink, sent("m"))
			}
			f.prune(3, days(30, 180))
			gone("pending", "sent and pending", "replayed and pending")
			f.killed()
			gone()
		}},
		{"prune/dead ones that are kept for less than sent ones", func(f *fixture) {
			f.put("sent")
			id := f.put("dead")
			f.send(f.lease("sent"), 1, sent("m"))
			f.send(f.lease("dead"), 1, dead("bad form"))
			f.Advance(24 * time.Hour)
			f.prune(1, days(2, 1))
			f.want("records of the dead letter", len(f.records(queue.Query{ID: id})), 0)
		}},
		{"prune/in steps, and all that may go", func(f *fixture) {
			const many, kept = 1200, 3
			for i := range many {
				if i%(many/kept) == 0 {
					f.put("kept")
				}
				f.put()
			}
			f.Advance(time.Hour)
			young := f.put()
			pruned, steps := 0, 0
			for more := true; more; steps++ {
				var n int
				var err error
				if n, more, err = f.Store.Prune(f.Context(), queue.Retention{Sent: time.Hour, Dead: time.Hour}); err != nil {
					f.Fatal(err)
				}
				f.want("a step is small", n <= many/2, true)
				pruned += n
			}
			f.want("pruned", pruned, many)
			f.want("records", len(f.records(queue.Query{Limit: many})), kept+1)
			f.record(young)
			f.Advance(time.Hour)
			f.prune(1, queue.Retention{Sent: time.Hour, Dead: time.Hour})
			f.prune(0, queue.Retention{Sent: time.Hour, Dead: time.Hour})
		}},
		{"prune/a duplicate is known for as long as the first is kept", func(f *fixture) {
			e := f.event()
			e.DedupKey = "k"
			f.putEvent(e)
			f.Advance(time.Hour)
			again := f.event()
			again.DedupKey = "k"
			f.prune(0, queue.Retention{Sent: time.Hour + 1e6, Dead: time.Hour + 1e6})
			f.want("before", f.putEvent(again), queue.Receipt{ID: e.ID, Duplicate: true})
			f.prune(1, queue.Retention{Sent: time.Hour, Dead: time.Hour})
			f.want("after", f.putEvent(again), queue.Receipt{ID: again.ID})
		}},
		{"prune/what comes after it is not mixed up with what went", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			s := again(0, "busy")
			s.Failures, s.Most = 5, 1
			f.send(lane, 1, s)
			f.send(lane, 1, sent("m"))
			f.Advance(time.Hour)
			f.prune(1, queue.Retention{Sent: time.Hour, Dead: time.Hour})
			id := f.put("a")
			f.put("a")
			d := f.records(queue.Query{ID: id, Attempts: true})[0].Deliveries
			f.want("deliveries", len(d), 1)
			f.want("attempts", len(d[0].Attempts), 0)
			lane = f.crowded("a")
			batch := f.next(lane, 2)
			f.want("failures", fmt.Sprint(batch.Failures, batch.Failing, batch.Deliveries[0].Attempts), fmt.Sprint(0, time.Duration(0), 0))
			f.want("deliveries", len(batch.Deliveries), 2)
		}},
		{"prune/a context that has ended", func(f *fixture) {
			f.put()
			f.Advance(time.Hour)
			n, _, err := f.Store.Prune(ended(f.Context()), queue.Retention{})
			f.want("pruned", n, 0)
			f.wantError("prune", err, f.ended())
			f.want("records", len(f.records(queue.Query{})), 1)
		}},
	}
}

// sendAll makes an attempt with each delivery of a lane.
func (f *fixture) sendAll(sink string, s queue.Settlement) {
	f.Helper()
	lane := f.lease(sink)
	for len(f.turn(lane).Batch.Deliveries) > 0 {
		f.send(lane, 1, s)
	}
	f.release(lane)
}

// prune prunes until there is nothing more, and checks how many went.
func (f *fixture) prune(want int, keep queue.Retention) {
	f.Helper()
	pruned := 0
	for more := true; more; {
		var n int
		var err error
		if n, more, err = f.Store.Prune(f.Context(), keep); err != nil {
			f.Fatal(err)
		}
		pruned += n
	}
	if pruned != want {
		f.Fatalf("%d events pruned, want %d", pruned, want)
	}
}
