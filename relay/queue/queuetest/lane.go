package queuetest

import (
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func nextTests() []test {
	return []test{
		{"next/the lane of an unknown sink is empty", func(f *fixture) {
			f.nothing(f.lease("never heard of"), 0)
		}},
		{"next/takes from the head in the order of the puts, up to the limit", func(f *fixture) {
			var all []string
			for i := range 5 {
				all = append(all, f.put("a"))
				if i%2 == 0 {
					f.put("b")
				}
			}
			lane := f.crowded("a")
			for limit, want := range map[int][]string{1: all[:1], 3: all[:3], 5: all, 100: all} {
				f.want(fmt.Sprint("limit ", limit), ids(f.next(lane, limit)), want)
			}
			f.send(lane, 2, sent("m"))
			f.Advance(crowd)
			f.want("after two", ids(f.next(lane, 10)), all[2:])
			f.want("the other lane", len(f.next(f.crowded("b"), 10).Deliveries), 3)
		}},
		{"next/a later delivery has a larger ID", func(f *fixture) {
			for range 5 {
				f.put("b", "a")
			}
			last := int64(0)
			for _, d := range f.next(f.crowded("a"), 10).Deliveries {
				if d.ID <= last {
					f.Errorf("ID %d after %d", d.ID, last)
				}
				last = d.ID
			}
		}},
		{"next/a batch is asked to hold at least one", func(f *fixture) {
			f.put("a")
			if _, err := f.lease("a").Next(f.Context(), 0); err == nil {
				f.Error("an empty batch would mean that nothing is pending")
			}
		}},
		{"next/tells age by the store's clock, form and attempts", func(f *fixture) {
			f.put("a")
			f.Advance(90 * time.Second)
			f.put("a")
			f.Advance(time.Millisecond)
			batch := f.next(f.crowded("a"), 10)
			f.want("age", batch.Deliveries[0].Age, 90*time.Second+time.Millisecond)
			f.want("age of the second", batch.Deliveries[1].Age, time.Millisecond)
			f.want("form", batch.Form, relay.Rich)
			f.want("doubts", batch.Doubts, 0)
			f.want("attempts", batch.Deliveries[0].Attempts, 0)
		}},
		{"next/batch IDs are fit for a nonce", func(f *fixture) {
			seen := make(map[string]bool)
			for range 20 {
				f.put("a", "b")
			}
			for _, lane := range []queue.Lane{f.lease("a"), f.lease("b")} {
				for range 20 {
					id := f.send(lane, 1, sent("m")).ID
					if seen[id] || id == "" || len(id) > 25 {
						f.Errorf("batch ID %q: empty, too long or not unique", id)
					}
					for _, c := range []byte(id) {
						if c <= ' ' || c > '~' {
							f.Errorf("batch ID %q is not plain ASCII", id)
						}
					}
					seen[id] = true
				}
			}
		}},
	}
}

func batchTests() []test {
	return []test{
		{"batch/one that was not begun is not kept", func(f *fixture) {
			f.put("a")
			lane := f.crowded("a")
			first := f.next(lane, 10)
			f.put("a")
			second := f.next(lane, 10)
			f.want("deliveries", len(second.Deliveries), 2)
			if second.ID == first.ID {
				f.Error("another batch has the same ID")
			}
		}},
		{"batch/begun and never settled, it comes back unchanged and doubtful", func(f *fixture) {
			for range 3 {
				f.put("a")
			}
			batch := f.next(f.crowded("a"), 2)
			f.killed() // nothing was begun
			lane := f.crowded("a")
			batch.ID = f.next(lane, 2).ID
			batch.Form = relay.Text
			f.begin(lane, batch)
			for attempts := 1; attempts <= 2; attempts++ {
				f.killed()
				f.put("a")
				lane = f.crowded("a")
				f.Advance(crowd)
				for _, limit := range []int{1, 100} {
					back := f.next(lane, limit)
					f.want("ID", back.ID, batch.ID)
					f.want("deliveries", ids(back), ids(batch))
					f.want("form", back.Form, relay.Text)
					f.want("doubts", back.Doubts, attempts) // each kill is one
					f.want("attempts", back.Deliveries[1].Attempts, attempts)
				}
				f.begin(lane, f.next(lane, 1))
			}
			again := queue.Settlement{State: queue.Again, Keep: true, Verdict: relay.Verdict{Outcome: relay.Later}}
			f.settle(lane, batch, again)
			f.Advance(crowd)
			f.want("doubts after a harmless answer", f.next(lane, 1).Doubts, 2)
		}},
		{"batch/the sender that began it gets it back too", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.lease("a")
			batch := f.begun(lane, 1)
			back := f.next(lane, 5)
			f.want("ID", back.ID, batch.ID)
			f.want("deliveries", ids(back), ids(batch))
			f.want("doubts", back.Doubts, 1)
		}},
		{"batch/a lane has one at a time", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.crowded("a")
			one, two := f.next(lane, 1), f.next(lane, 2)
			f.begin(lane, one)
			if lane.Begin(f.Context(), two) == nil {
				f.Error("a second batch was begun beside the first")
			}
			f.nothing(lane, crowd) // the first may have arrived
			f.Advance(crowd)
			back := f.next(lane, 2)
			f.want("ID", back.ID, one.ID)
			f.want("attempts", back.Deliveries[0].Attempts, 1)
		}},
		{"batch/only what is pending in the lane can be begun", func(f *fixture) {
			f.put("a", "b")
			f.put("a", "b")
			a, b := f.lease("a"), f.lease("b")
			if a.Begin(f.Context(), f.next(b, 1)) == nil {
				f.Error("another lane's delivery was begun")
			}
			old := f.send(a, 1, sent("m"))
			old.ID = "new"
			mixed := f.next(a, 1)
			mixed.Deliveries = append(mixed.Deliveries, old.Deliveries...)
			if a.Begin(f.Context(), old) == nil || a.Begin(f.Context(), mixed) == nil || a.Begin(f.Context(), queue.Batch{ID: "x"}) == nil {
				f.Error("a batch without deliveries, or with one that was sent, was begun")
			}
			f.want("attempts of the rest", f.next(a, 1).Deliveries[0].Attempts, 0)
		}},
		{"batch/only one that was begun can be settled, and once", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			batch := f.next(lane, 1)
			if lane.Settle(f.Context(), batch, sent("m")) == nil {
				f.Error("a batch was settled that was not begun")
			}
			f.begin(lane, batch)
			if lane.Settle(f.Context(), batch, queue.Settlement{State: "odd"}) == nil {
				f.Error("a batch was settled as nothing that is known")
			}
			other := batch
			other.ID = "another"
			if lane.Settle(f.Context(), other, sent("m")) == nil {
				f.Error("a batch was settled in another's place")
			}
			for _, keep := range []bool{true, false} {
				s := again(0, "busy")
				s.Keep = keep
				f.settle(lane, batch, s)
				if lane.Settle(f.Context(), batch, sent("m")) == nil {
					f.Error("a batch was settled twice")
				}
				batch = f.begun(lane, 1)
			}
			f.want("state", f.record("event-001").Deliveries[0].State, queue.Pending)
			f.settle(lane, batch, sent("m"))
		}},
	}
}

func settleTests() []test {
	tests := []test{
		{"settle/again, it goes under a new ID and in the form that was asked for", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.crowded("a")
			s := again(0, "refused")
			s.Form = relay.Text
			first := f.send(lane, 1, s)
			f.killed()
			lane = f.crowded("a")
			second := f.next(lane, 10)
			if second.ID == first.ID {
				f.Error("another try of other content has the same ID")
			}
			f.want("form", second.Form, relay.Text)
			f.want("doubts", second.Doubts, 0)
			f.want("deliveries of one form", ids(second), ids(first))
			f.want("attempts", second.Deliveries[0].Attempts, 1)
			f.send(lane, 10, again(0, "busy"))
			f.Advance(crowd)
			f.want("form is kept", f.next(lane, 10).Form, relay.Text)
			f.send(lane, 10, sent("m"))
			f.Advance(crowd)
			f.want("form of the next delivery", f.next(lane, 10).Form, relay.Rich)
		}},
		{"settle/again with keep, the same batch goes unchanged", func(f *fixture) {
			for range 3 {
				f.put("a")
			}
			lane := f.crowded("a")
			s := again(0, "busy")
			s.Keep, s.Form = true, relay.Text
			batch := f.send(lane, 2, s)
			f.killed()
			lane = f.crowded("a")
			for i, doubts := range []int{0, 1, 1, 2} {
				back := f.next(lane, 1)
				f.want("ID", back.ID, batch.ID)
				f.want("deliveries", ids(back), ids(batch))
				f.want("form", back.Form, relay.Rich)
				f.want(fmt.Sprint("doubts ", i), back.Doubts, doubts)
				s.Verdict.Doubtful = i%2 == 0
				changed := back
				changed.Form = relay.Text // it goes as it was recorded
				changed.Deliveries = changed.Deliveries[:1]
				f.begin(lane, changed)
				f.settle(lane, back, s)
				f.Advance(crowd)
			}
			back := f.send(lane, 1, sent("m"))
			f.want("attempts", back.Deliveries[1].Attempts, 5)
			f.Advance(crowd)
			rest := f.next(lane, 10)
			f.want("the rest", len(rest.Deliveries), 1)
			f.want("doubts of another batch", rest.Doubts, 0)
		}},
		{"settle/the lane sends nothing before the wait has passed", func(f *fixture) {
			f.put("a", "b")
			lane := f.lease("a")
			f.send(lane, 1, again(1337*time.Millisecond, "busy"))
			f.put("a")
			f.nothing(lane, 1337*time.Millisecond)
			f.Advance(1336 * time.Millisecond)
			f.nothing(lane, time.Millisecond)
			f.next(f.lease("b"), 1) // no sink holds up another
			f.Advance(time.Millisecond)
			f.next(lane, 1)
		}},
		{"settle/the wait survives a kill, and holds for a kept batch", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			s := again(time.Hour, "busy")
			s.Keep = true
			f.send(lane, 1, s)
			f.killed()
			f.nothing(f.lease("a"), time.Hour-ttl)
		}},
		{"settle/only again has a wait", func(f *fixture) {
			f.put("a")
			f.put("a")
			f.put("a")
			lane := f.lease("a")
			for _, s := range []queue.Settlement{sent("m"), dead("no")} {
				s.After = time.Hour
				f.send(lane, 1, s)
			}
			f.next(lane, 1)
		}},
		{"settle/again without a wait goes at once", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(-time.Second, "busy"))
			f.next(lane, 1)
		}},
		{"settle/the longest wait does not come round to none", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(1<<63-1, "never"))
			turn, err := lane.Next(f.Context(), 1)
			wait := turn.Wait
			if err != nil || wait < 365*24*time.Hour {
				f.Errorf("wait %s, error %v", wait, err)
			}
		}},
	}
	for _, s := range []queue.Settlement{sent("m"), dead("no")} {
		tests = append(tests, test{"settle/never comes back: " + string(s.State), func(f *fixture) {
			f.put("a", "b")
			second := f.put("a")
			f.send(f.lease("a"), 1, s)
			f.killed()
			lane := f.lease("a")
			f.want("the next", ids(f.next(lane, 10)), []string{second})
			f.send(lane, 10, s)
			f.nothing(lane, 0)
			f.want("the other lane", len(f.next(f.lease("b"), 10).Deliveries), 1)
		}})
	}
	return tests
}
