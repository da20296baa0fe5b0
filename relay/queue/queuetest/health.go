package queuetest

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// held settles a batch that met a destination that refuses everything.
func held(reason string) queue.Settlement {
	return queue.Settlement{State: queue.Again, Verdict: relay.Verdict{Outcome: relay.Held, Reason: reason, Status: 403}}
}

func healthTests() []test {
	return []test{
		{"health/failing counts from the first attempt of those since which nothing got through", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.lease("a")
			f.want("at first", f.turn(lane).Health, queue.Health{})
			batch := f.begun(lane, 1)
			f.pass(time.Second)
			f.settle(lane, batch, again(0, "busy"))
			f.want("after one", f.turn(lane).Health, queue.Health{Failing: time.Second, Reason: "busy"})
			f.pass(time.Minute)
			f.send(lane, 1, again(0, "still busy"))
			f.want("after two", f.turn(lane).Health, queue.Health{Failing: time.Minute + time.Second, Reason: "still busy"})
			f.send(lane, 1, held("revoked"))
			f.killed()
			lane = f.lease("a")
			want := queue.Health{Held: true, Failing: time.Minute + time.Second + ttl, Reason: "revoked"}
			f.want("held, after a kill", f.turn(lane).Health, want)
			f.send(lane, 1, again(0, "busy"))
			f.want("a failure does not end a hold", f.turn(lane).Health, want)
			f.send(lane, 1, sent("m"))
			f.want("after a success", f.turn(lane).Health, queue.Health{})
			f.pass(time.Minute)
			f.send(lane, 1, again(0, "busy"))
			f.want("failing anew", f.turn(lane).Health, queue.Health{Failing: instant, Reason: "busy"})
			f.send(lane, 1, dead("bad form"))
			f.want("a refused message shows that others pass", f.turn(lane).Health, queue.Health{Reason: "bad form"})
		}},
		{"health/giving up a delivery does not mean that anything got through", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			s := again(0, "busy")
			s.State = queue.Dead
			f.send(lane, 1, s)
			f.pass(time.Second)
			f.want("with nothing pending", f.turn(lane).Health, queue.Health{Failing: time.Second, Reason: "busy"})
		}},
		{"health/is told while the lane waits, too", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(time.Hour, "busy"))
			turn := f.turn(lane)
			f.want("wait", turn.Wait, time.Hour)
			f.want("health", turn.Health, queue.Health{Failing: instant, Reason: "busy"})
		}},
		{"health/a held budget makes all its lanes held, by its reason", func(f *fixture) {
			f.put("a", "b")
			token := relay.Budget{Key: "token"}
			a, b := f.lease("a", slack("k"), token), f.lease("b", token)
			f.send(b, 1, again(0, "busy"))
			f.pass(time.Minute)
			f.send(a, 1, refused("token", time.Hour))
			f.want("its own failing is longer", f.turn(b).Health, queue.Health{Held: true, Failing: time.Minute, Reason: "revoked"})
			f.pass(2 * time.Hour)
			f.want("when the rest is over", f.turn(b).Health, queue.Health{Held: true, Failing: 2*time.Hour + time.Minute, Reason: "revoked"})
			c := f.lease("c", token)
			f.want("one that never tried", f.turn(c).Health, queue.Health{Held: true, Failing: 2 * time.Hour, Reason: "revoked"})
			f.send(b, 1, sent("m"))
			f.want("released", f.turn(c).Health, queue.Health{})
		}},
		{"health/a rest that was asked for holds nothing", func(f *fixture) {
			f.put("a", "b")
			token := relay.Budget{Key: "token"}
			a, b := f.lease("a", token), f.lease("b", token)
			f.send(a, 1, busy("token", time.Hour))
			f.want("health", f.turn(b).Health, queue.Health{})
		}},
		{"health/a clock that was set back", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(0, "busy"))
			f.pass(-time.Hour)
			f.want("health", f.turn(lane).Health, queue.Health{Failing: instant, Reason: "busy"})
		}},
		{"lease/a held lane rests no longer, unless the platform asked for it", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, held("revoked"))
			s := again(time.Hour, "too many")
			s.Verdict.After = time.Hour
			f.send(lane, 1, s)
			f.release(lane)
			lane = f.lease("a")
			f.nothing(lane, time.Hour)
			f.pass(time.Hour)
			f.send(lane, 1, again(time.Hour, "busy"))
			f.release(lane)
			lane = f.lease("a")
			f.next(lane, 1)
			f.want("held", f.turn(lane).Health.Held, true)
		}},
		{"lease/a lane that is not held goes on resting", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(time.Hour, "busy"))
			f.release(lane)
			f.nothing(f.lease("a"), time.Hour)
		}},
		{"failures/are those of the head, and count from the first of them", func(f *fixture) {
			f.putMany(3, "a")
			lane := f.lease("a")
			fail := func(n int) {
				f.Helper()
				s := again(0, "busy")
				s.Failures = n
				f.send(lane, 1, s)
			}
			check := func(n int, failing time.Duration) {
				f.Helper()
				batch := f.next(lane, 1)
				f.want("failures", batch.Failures, n)
				f.want("failing", batch.Failing, failing)
			}
			check(0, 0)
			fail(1)
			check(1, instant)
			f.pass(time.Minute)
			fail(1) // one that does not count
			fail(2)
			f.killed()
			lane = f.lease("a")
			check(2, time.Minute+ttl)
			fail(0)
			check(0, 0)
			fail(3)
			f.pass(time.Second)
			check(3, time.Second)
			fail(1) // anew
			check(1, instant)
			fail(2)
			f.send(lane, 1, sent("m"))
			check(0, 0)
			fail(4)
			f.send(lane, 1, dead("no"))
			check(0, 0)
		}},
		{"failures/stay with the head when the batch becomes another", func(f *fixture) {
			f.putMany(5, "a")
			lane := f.crowded("a")
			s := again(0, "busy")
			s.Failures, s.Keep = 1, true
			f.send(lane, 3, s)
			f.pass(crowd)
			f.want("kept", f.next(lane, 3).Failures, 1)
			s.Failures, s.Keep = 2, false
			f.send(lane, 3, s)
			f.pass(crowd)
			alone := f.next(lane, 1)
			f.want("alone", alone.Failures, 2)
			f.want("since", alone.Failing, 2*crowd)
		}},
	}
}

func tellTests() []test {
	notice := func(f *fixture) relay.Event {
		e := f.event()
		e.Kind, e.Vendor, e.Source = relay.Notice, "", ""
		return e
	}
	return []test{
		{"tell/puts the event and remembers it", func(f *fixture) {
			f.put("a")
			lane, other := f.lease("a"), f.lease("night")
			f.send(lane, 1, again(0, "busy"))
			drain(f.Store.Wake("night"))
			e := notice(f)
			f.tell(lane, true, e, "night", "desk")
			f.woken("night")
			f.want("told", f.turn(lane).Health, queue.Health{Told: true, Failing: instant, Reason: "busy"})
			f.want("the notice", ids(f.next(other, 1)), []string{e.ID})
			f.want("what is owed", len(f.record(e.ID).Deliveries), 2)
			f.want("who got it", f.turn(other).Health.Told, false)
			f.killed()
			lane = f.lease("a")
			f.send(lane, 1, sent("m"))
			f.want("a success does not change it", f.turn(lane).Health, queue.Health{Told: true})
			sameEvent(f, f.record(e.ID).Event, e)
			f.tell(lane, false, notice(f), "night")
			f.want("the end was told", f.turn(lane).Health, queue.Health{})
			f.want("the notices", len(f.status()), 3)
		}},
		{"tell/both or neither", func(f *fixture) {
			lane := f.lease("a")
			e := notice(f)
			f.putEvent(e, "a")
			if lane.Tell(f.Context(), true, e, owed("night")) == nil {
				f.Error("a second event was stored under the same ID")
			}
			f.want("told", f.turn(lane).Health.Told, false)
			f.nothing(f.lease("night"), 0)
			f.wantError("a context that has ended", lane.Tell(ended(f.Context()), true, notice(f), owed("night")), f.ended())
			f.want("told", f.turn(lane).Health.Told, false)
			f.want("events", len(f.records(queue.Query{})), 1)
		}},
		{"tell/twice the same is one event", func(f *fixture) {
			lane := f.lease("a")
			first := notice(f)
			first.DedupKey = "k"
			f.tell(lane, true, first, "night")
			second := notice(f)
			second.DedupKey = "k"
			f.tell(lane, false, second, "night")
			f.want("told", f.turn(lane).Health.Told, false)
			f.want("events", len(f.records(queue.Query{})), 1)
		}},
		{"tell/with nobody to owe it to, it only remembers", func(f *fixture) {
			lane := f.lease("a")
			f.tell(lane, true, notice(f))
			f.want("told", f.turn(lane).Health.Told, true)
			f.tell(lane, false, notice(f))
			f.want("told", f.turn(lane).Health.Told, false)
			f.want("events", len(f.records(queue.Query{})), 0)
		}},
		{"tell/a batch that is under way stays", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			batch := f.begun(lane, 1)
			f.tell(lane, true, notice(f), "a")
			f.settle(lane, batch, sent("m"))
			f.want("the lane's own notice", f.next(lane, 1).Deliveries[0].Event.Kind, relay.Notice)
		}},
		{"tell/only with the lease", func(f *fixture) {
			old := f.lease("a")
			f.Advance(ttl)
			f.wantError("an old lease", old.Tell(f.Context(), true, notice(f), owed("night")), queue.ErrLost)
			lane := f.lease("a")
			f.wantError("another's lease", old.Tell(f.Context(), true, notice(f), owed("night")), queue.ErrLost)
			f.want("told", f.turn(lane).Health.Told, false)
			f.want("events", len(f.records(queue.Query{})), 0)
		}},
	}
}

func (f *fixture) tell(lane queue.Lane, told bool, e relay.Event, sinks ...string) {
	f.Helper()
	if err := lane.Tell(f.Context(), told, e, owed(sinks...)); err != nil {
		f.Fatal(err)
	}
}
