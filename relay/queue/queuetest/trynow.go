package queuetest

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// tryNow has a lane tried, and checks what is told of it.
func (f *fixture) tryNow(sink string, pending bool, wait time.Duration) {
	f.Helper()
	gotPending, gotWait, err := f.Store.TryNow(f.Context(), sink)
	if err != nil || gotPending != pending || gotWait != wait {
		f.Fatalf("trying %s now: pending %t, wait %s, error %v; want %t and %s", sink, gotPending, gotWait, err, pending, wait)
	}
}

func tryNowTests() []test {
	token := relay.Budget{Key: "token"}
	return []test{
		{"try now/a lane that is held or fails goes on at once, and its sender is woken", func(f *fixture) {
			for _, s := range []queue.Settlement{again(time.Hour, "busy"), held("revoked")} {
				id := f.put("a")
				lane := f.lease("a")
				s.After, s.Failures = time.Hour, 7
				f.send(lane, 1, s)
				health := f.turn(lane).Health
				f.nothing(lane, time.Hour)
				drain(f.Store.Wake("a"))
				f.tryNow("a", true, 0)
				f.woken("a")
				back := f.turn(lane)
				f.want("the same event", ids(back.Batch), []string{id})
				f.want("failures", back.Batch.Failures, 7)
				f.want("health, until it was tried", back.Health, health)
				f.send(lane, 1, s)
				f.nothing(lane, time.Hour) // the wish was for one try
				f.tryNow("a", true, 0)
				f.send(lane, 1, sent("m"))
				f.release(lane)
			}
		}},
		{"try now/what may have arrived goes again unchanged, and nothing before it", func(f *fixture) {
			f.putMany(3, "a")
			lane := f.crowded("a")
			lost := again(time.Hour, "no answer")
			lost.Keep, lost.Verdict.Doubtful = true, true
			first := f.send(lane, 2, lost)
			f.pass(crowd)
			f.put("a")
			f.tryNow("a", true, 0)
			back := f.next(lane, 10)
			f.want("ID", back.ID, first.ID)
			f.want("events", ids(back), ids(first))
			f.want("doubts", back.Doubts, 1)
		}},
		{"try now/a request that is under way is finished, and no other begins beside it", func(f *fixture) {
			f.putMany(2, "a")
			lane := f.lease("a")
			batch := f.begun(lane, 1)
			f.tryNow("a", true, 0)
			_, err := f.Store.Lease(f.Context(), "a", ttl, nil)
			f.wantError("another sender", err, queue.ErrTaken)
			f.settle(lane, batch, again(time.Hour, "busy"))
			f.nothing(lane, time.Hour)
		}},
		{"try now/what the platform asked for is waited for", func(f *fixture) {
			f.put("a")
			lane := f.lease("a", token)
			asked := again(time.Hour, "too many")
			asked.Verdict.After = time.Hour
			f.send(lane, 1, asked)
			f.pass(time.Minute)
			f.tryNow("a", true, 59*time.Minute)
			f.nothing(lane, 59*time.Minute)
			f.pass(time.Hour)
			f.tryNow("a", true, 0)
			f.send(lane, 1, busy("token", time.Minute))
			f.tryNow("a", true, time.Minute)
			f.nothing(lane, time.Minute)
		}},
		{"try now/a budget that refused is tried by all who share it, and by no other", func(f *fixture) {
			f.put("a", "b", "c")
			a, b, c := f.lease("a", slack("a"), token), f.lease("b", slack("b"), token), f.lease("c", slack("c"), relay.Budget{Key: "other"})
			s := refused("token", time.Hour)
			s.After = time.Hour
			f.send(a, 1, s)
			f.send(c, 1, refused("other", time.Hour))
			f.pass(time.Second) // the pace at the destination
			drain(f.Store.Wake("b"))
			f.tryNow("a", true, 0)
			f.woken("b")
			f.next(a, 1)
			f.next(b, 1)
			f.nothing(c, time.Hour-time.Second)
			f.want("held, until something gets through", f.turn(b).Health.Held, true)
		}},
		{"try now/no pace is exceeded by it", func(f *fixture) {
			f.putMany(2, "a")
			lane := f.lease("a", budget("a", 1, time.Minute))
			f.send(lane, 1, again(0, "busy"))
			f.tryNow("a", true, 0)
			f.nothing(lane, time.Minute)
		}},
		{"try now/where nothing waits there is nothing to try", func(f *fixture) {
			f.tryNow("never heard of", false, 0)
			f.put("a")
			f.send(f.lease("a"), 1, dead("bad form"))
			f.tryNow("a", false, 0)
			f.want("lanes", len(f.status()), 1)
		}},
		{"try now/it survives a kill, and needs no sender", func(f *fixture) {
			f.put("a")
			f.send(f.lease("a"), 1, again(time.Hour, "busy"))
			f.killed()
			f.tryNow("a", true, 0)
			f.killed()
			f.next(f.lease("a"), 1)
		}},
		{"try now/a caller who has gone changes nothing", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(time.Hour, "busy"))
			if _, _, err := f.Store.TryNow(ended(f.Context()), "a"); err == nil {
				f.Error("no error")
			}
		}},
	}
}
