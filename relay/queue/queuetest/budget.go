package queuetest

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// slack is a budget like that of a Slack channel.
func slack(key string) relay.Budget { return budget(key, 1, time.Second) }

func budgetTests() []test {
	return []test{
		{"budget/a window slides: room comes with the end of the oldest answer's time, to the microsecond", func(f *fixture) {
			f.putMany(10, "a")
			lane := f.lease("a", budget("k", 3, time.Minute))
			for range 3 { // answered at 0, 7 and 14 s
				f.send(lane, 1, sent("m"))
				f.pass(7 * time.Second)
			}
			f.nothing(lane, 39*time.Second)
			f.pass(39*time.Second - time.Microsecond)
			f.nothing(lane, time.Microsecond)
			f.pass(time.Microsecond)
			f.send(lane, 1, sent("m"))
			f.nothing(lane, 7*time.Second)
			f.pass(7 * time.Second)
			f.send(lane, 1, sent("m"))
			f.nothing(lane, 7*time.Second)
		}},
		{"budget/a window counts whatever became of a request", func(f *fixture) {
			f.putMany(3, "a")
			lane := f.lease("a", budget("k", 2, time.Minute))
			f.send(lane, 1, again(0, "busy"))
			f.send(lane, 1, dead("no"))
			f.nothing(lane, time.Minute)
		}},
		{"budget/a place is that of the answer, not of the request", func(f *fixture) {
			f.putMany(2, "a")
			lane := f.lease("a", slack("k"))
			batch := f.begun(lane, 1)
			f.pass(10 * time.Second)
			f.settle(lane, batch, sent("m"))
			f.nothing(lane, time.Second)
			f.pass(time.Second - time.Microsecond)
			f.nothing(lane, time.Microsecond)
			f.pass(time.Microsecond)
			f.next(lane, 1)
		}},
		{"budget/all limits of all budgets hold, the longest wait counts", func(f *fixture) {
			f.putMany(10, "a")
			chat := relay.Budget{Key: "chat", Limits: []relay.Limit{{Count: 1, Per: time.Second}, {Count: 3, Per: time.Minute}}}
			lane := f.lease("a", chat, budget("bot", 4, time.Hour), relay.Budget{Key: "platform"})
			for i, wait := range []time.Duration{time.Second, time.Second, 58 * time.Second, time.Hour - time.Minute} {
				f.next(lane, 1)
				f.send(lane, 1, sent("m"))
				f.nothing(lane, wait)
				f.pass(wait)
				if i == 3 {
					f.next(lane, 1)
				}
			}
		}},
		{"budget/without limits nothing waits", func(f *fixture) {
			f.putMany(50, "a")
			lane := f.lease("a", relay.Budget{Key: "k"})
			for range 50 {
				f.send(lane, 10, sent("m"))
			}
			f.nothing(lane, 0)
		}},
		{"budget/with nothing pending there is nothing to wait for", func(f *fixture) {
			f.put("a")
			lane := f.lease("a", slack("k"))
			f.send(lane, 1, queue.Settlement{
				State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent},
				Holds: []queue.Hold{{Key: "k", For: time.Hour}},
			})
			f.nothing(lane, 0)
			f.put("a")
			f.nothing(lane, time.Hour)
		}},
		{"budget/lanes share one by its key", func(f *fixture) {
			f.putMany(2, "a", "b", "c")
			a, b, c := f.lease("a", slack("mine"), slack("ours")), f.lease("b", slack("ours"), slack("yours")), f.lease("c", slack("yours too"))
			f.send(a, 1, sent("m"))
			f.nothing(b, time.Second)
			f.send(c, 1, sent("m"))
			f.pass(300 * time.Millisecond)
			f.nothing(b, 700*time.Millisecond)
			f.pass(700 * time.Millisecond)
			f.send(b, 1, sent("m"))
			f.nothing(a, time.Second)
		}},
		{"budget/a request under way keeps its place until it is answered, however long", func(f *fixture) {
			f.putMany(2, "a", "b")
			a, b := f.lease("a", slack("k")), f.lease("b", slack("k"))
			batch := f.begun(a, 1)
			f.nothing(b, time.Second)
			f.pass(10 * time.Second)
			f.nothing(b, time.Second)
			f.settle(a, batch, sent("m"))
			f.pass(400 * time.Millisecond)
			f.nothing(b, 600*time.Millisecond)
			f.pass(600 * time.Millisecond)
			f.next(b, 1)
		}},
		{"budget/of two that saw the last place one gets it", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", slack("k")), f.lease("b", slack("k"))
			first, second := f.next(a, 1), f.next(b, 1)
			f.begin(a, first)
			f.wantError("the other", b.Begin(f.Context(), second), queue.ErrNoRoom)
			f.want("attempts", f.record("event-001").Deliveries[1].Tries, 0)
			f.settle(a, first, sent("m"))
			f.wantError("the other", b.Begin(f.Context(), second), queue.ErrNoRoom)
			f.pass(time.Second)
			back := f.next(b, 1)
			f.want("doubts", back.Doubts, 0)
			f.send(b, 1, sent("m"))
			f.want("attempts", f.record("event-001").Deliveries[1].Tries, 1)
		}},
		{"budget/what waits for a place is not begun, whatever its caller believes", func(f *fixture) {
			f.putMany(2, "a")
			lane := f.lease("a", slack("k"))
			f.send(lane, 1, sent("m"))
			f.pass(time.Second)
			batch := f.next(lane, 1)
			s := again(0, "busy")
			s.Keep, s.Holds = true, []queue.Hold{{Key: "k", For: time.Hour}}
			f.begin(lane, batch)
			f.settle(lane, batch, s)
			f.wantError("a budget that rests", lane.Begin(f.Context(), batch), queue.ErrNoRoom)
			f.pass(time.Hour)
			f.begin(lane, batch)
		}},
		{"budget/pace survives a kill", func(f *fixture) {
			f.putMany(5, "a")
			chat := budget("k", 2, time.Hour)
			lane := f.lease("a", chat)
			f.send(lane, 1, sent("m"))
			f.pass(time.Second)
			f.send(lane, 1, sent("m"))
			f.killed()
			f.nothing(f.lease("a", chat), time.Hour-time.Second-ttl)
		}},
		{"budget/what a killed sender began counts as if it were answered when the next one comes", func(f *fixture) {
			f.putMany(2, "a")
			f.put("b")
			f.begun(f.lease("a", slack("k")), 1)
			f.killed()
			f.pass(time.Hour)
			lane := f.lease("a", slack("k"))
			f.nothing(lane, time.Second)
			f.nothing(f.lease("b", slack("k")), time.Second)
			f.pass(time.Second)
			f.want("doubts", f.next(lane, 1).Doubts, 1)
			f.send(lane, 1, sent("m"))
		}},
		{"budget/what a sender began that nobody follows does not keep its place for ever", func(f *fixture) {
			for _, end := range []func(queue.Lane){
				func(queue.Lane) { f.killed() },
				func(queue.Lane) { f.Advance(ttl) },
				func(a queue.Lane) { f.release(a) },
			} {
				f.put("a", "b")
				a := f.lease("a", slack("k"))
				f.begun(a, 1)
				end(a)
				b := f.lease("b", slack("k"))
				f.nothing(b, time.Second)
				f.pass(time.Second)
				f.send(b, 1, sent("m"))
				f.release(b)
				f.pass(time.Second)
				a = f.lease("a", slack("k"))
				f.send(a, 1, sent("m"))
				f.release(a)
				f.pass(time.Second)
			}
		}},
		{"budget/a sender that comes back for its own begun batch waits, and not for ever", func(f *fixture) {
			f.put("a")
			lane := f.lease("a", slack("k"))
			batch := f.begun(lane, 1)
			for doubts := 1; doubts < 4; doubts++ {
				f.pass(time.Hour)
				f.nothing(lane, time.Second)
				f.pass(time.Second)
				batch = f.next(lane, 1)
				f.want("doubts", batch.Doubts, doubts)
				f.begin(lane, batch)
			}
			f.settle(lane, batch, sent("m"))
		}},
		{"budget/a clock that was set back lets nobody wait longer than a window", func(f *fixture) {
			f.putMany(3, "a")
			f.put("b")
			chat := budget("k", 1, time.Minute)
			a, b := f.lease("a", chat), f.lease("b", chat)
			f.send(a, 1, sent("m"))
			f.pass(-24 * time.Hour)
			f.nothing(a, time.Minute)
			f.pass(20 * time.Second)
			f.nothing(a, 40*time.Second) // it is not anew that it begins to wait
			f.nothing(b, 40*time.Second)
			f.pass(40 * time.Second)
			f.next(b, 1)
			f.send(a, 1, sent("m"))
			f.pass(-24 * time.Hour)
			f.release(a)
			f.Store = f.Reopen()
			f.nothing(f.lease("a", chat), time.Minute)
		}},
		{"budget/one that is none is refused", func(f *fixture) {
			for _, bad := range [][]relay.Budget{
				{{Key: ""}},
				{{Key: "k"}, {Key: "k"}},
				{budget("k", 0, time.Second)},
				{budget("k", -1, time.Second)},
				{budget("k", 1, 0)},
				{budget("k", 1, -time.Second)},
			} {
				if _, err := f.Store.Lease(f.Context(), "a", ttl, bad); err == nil {
					f.Errorf("a lane was leased with %+v", bad)
				}
			}
			f.lease("a", budget("k", 1<<40, 1<<63-1)) // it is not taken by then, and nothing is too large
		}},
		{"budget/a lane that comes without limits counts in the budget of those who have some", func(f *fixture) {
			f.put("a", "b")
			f.put("a")
			b := f.lease("b", slack("k"))
			a := f.lease("a", relay.Budget{Key: "k"})
			f.send(a, 1, sent("m"))
			f.nothing(b, time.Second)
			f.send(a, 1, sent("m"))
		}},
	}
}

// putMany puts n new events that are owed to sinks.
func (f *fixture) putMany(n int, sinks ...string) (ids []string) {
	f.Helper()
	for range n {
		ids = append(ids, f.put(sinks...))
	}
	return ids
}
