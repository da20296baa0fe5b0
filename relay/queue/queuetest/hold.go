package queuetest

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// refused settles a batch that met a budget that refuses everything.
func refused(key string, wait time.Duration) queue.Settlement {
	return queue.Settlement{
		State: queue.Again, Verdict: relay.Verdict{Outcome: relay.Held, Reason: "revoked"},
		Holds: []queue.Hold{{Key: key, For: wait, Refused: true}},
	}
}

// busy settles a batch whose answer asked for a rest of a budget.
func busy(key string, wait time.Duration) queue.Settlement {
	s := again(0, "too many")
	s.Holds = []queue.Hold{{Key: key, For: wait}}
	return s
}

func holdTests() []test {
	token := relay.Budget{Key: "token"}
	return []test{
		{"hold/all who share the budget rest, and nobody else", func(f *fixture) {
			for _, s := range []queue.Settlement{busy("token", time.Minute), refused("token", time.Hour)} {
				wait := s.Holds[0].For
				f.put("a", "b", "c")
				a, b, c := f.lease("a", slack("a"), token), f.lease("b", slack("b"), token), f.lease("c", slack("c"))
				held := f.next(b, 1)
				f.send(a, 1, s)
				f.nothing(b, wait)
				f.wantError("who was about to send", b.Begin(f.Context(), held), queue.ErrNoRoom)
				f.send(c, 1, sent("m"))
				f.pass(wait - time.Microsecond)
				f.nothing(b, time.Microsecond)
				f.pass(time.Microsecond)
				f.next(b, 1)
				f.killed()
			}
			f.next(f.lease("a", slack("a"), token), 1)
			f.next(f.lease("b", slack("b"), token), 1)
		}},
		{"hold/what the platform asked for survives a kill, and a new sender", func(f *fixture) {
			f.put("a")
			f.send(f.lease("a", token), 1, busy("token", time.Hour))
			f.killed()
			lane := f.lease("a", token)
			f.nothing(lane, time.Hour-ttl)
			f.release(lane)
			f.nothing(f.lease("a", token), time.Hour-ttl)
		}},
		{"hold/one that refused survives a kill for those who go on, and ends with a new sender", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", token), f.lease("b", token)
			s := refused("token", time.Hour)
			s.After = time.Hour
			f.send(a, 1, s)
			f.nothing(b, time.Hour)
			f.want("held", f.turn(b).Health, queue.Health{Held: true, Reason: "revoked", Failing: instant})
			drain(f.Store.Wake("b"))
			f.release(a)
			a = f.lease("a", token)
			f.next(a, 1)
			f.next(b, 1)
			f.want("held still, until something gets through", f.turn(b).Health.Held, true)
			f.woken("b")
			f.send(a, 1, s)
			f.killed()
			f.next(f.lease("a", token), 1)
		}},
		{"hold/resumed, a lane that failed goes on at once, as if for the first time", func(f *fixture) {
			f.putMany(2, "a")
			lane := f.lease("a")
			lost := again(time.Hour, "no answer")
			lost.Keep, lost.Failures, lost.Verdict.Doubtful = true, 7, true
			first := f.send(lane, 1, lost)
			f.nothing(lane, time.Hour)
			f.resume(lane)
			back := f.next(lane, 1)
			f.want("ID", back.ID, first.ID)
			f.want("doubts", back.Doubts, 1)
			f.want("failures", back.Failures, 0)
			f.want("failing", f.turn(lane).Health.Failing > 0, true)
			f.send(lane, 1, sent("m"))
			f.resume(lane) // nothing rests
			f.next(lane, 1)
		}},
		{"hold/resumed, what the platform asked for is waited for", func(f *fixture) {
			f.put("a")
			lane := f.lease("a", token)
			asked := again(time.Hour, "too many")
			asked.Verdict.After = time.Hour
			f.send(lane, 1, asked)
			f.resume(lane)
			f.nothing(lane, time.Hour)
			f.pass(time.Hour)
			f.send(lane, 1, busy("token", time.Minute))
			f.resume(lane)
			f.nothing(lane, time.Minute)
		}},
		{"hold/one that refused does not end one that was asked for", func(f *fixture) {
			f.putMany(2, "a")
			lane := f.lease("a", token)
			s := refused("token", time.Minute)
			s.Holds = append(s.Holds, queue.Hold{Key: "token", For: 20 * time.Second})
			f.send(lane, 1, s)
			f.release(lane)
			lane = f.lease("a", token)
			f.nothing(lane, 20*time.Second)
			f.pass(20 * time.Second)
			f.send(lane, 1, sent("m"))
			f.next(lane, 1)
		}},
		{"hold/a success of any lane ends one that refused, and wakes all", func(f *fixture) {
			f.put("a", "b", "c")
			a, b, c := f.lease("a", token), f.lease("b", relay.Budget{Key: "b"}, token), f.lease("c")
			first := f.begun(a, 1)
			f.send(b, 1, refused("token", time.Hour))
			f.put("b")
			drain(f.Store.Wake("b"))
			drain(f.Store.Wake("c"))
			f.settle(a, first, sent("m"))
			f.woken("b")
			if len(f.Store.Wake("c")) != 0 {
				f.Error("a lane that shares nothing was woken")
			}
			f.next(b, 1)
			f.want("b's own trouble", f.turn(b).Health, queue.Health{Held: true, Reason: "revoked", Failing: instant})
			f.want("c's", f.turn(c).Health, queue.Health{})
			f.killed()
			f.next(f.lease("b", token), 1)
		}},
		{"hold/a failure, or a message that is refused, does not end one that refused", func(f *fixture) {
			for _, s := range []queue.Settlement{again(0, "busy"), dead("bad form")} {
				f.put("a", "b")
				a, b := f.lease("a", token), f.lease("b", token)
				first := f.begun(a, 1)
				f.send(b, 1, refused("token", time.Minute))
				f.settle(a, first, s)
				f.nothing(b, time.Minute)
				f.pass(time.Minute)
				f.next(b, 1)
				f.want("held", f.turn(b).Health.Held, true)
				f.killed()
			}
		}},
		{"hold/a success does not end one that was asked for", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", token), f.lease("b", token)
			first := f.begun(a, 1)
			f.send(b, 1, busy("token", time.Minute))
			f.settle(a, first, sent("m"))
			f.nothing(b, time.Minute)
		}},
		{"hold/a shorter one does not shorten a longer one", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", token), f.lease("b", token)
			first := f.begun(a, 1)
			f.send(b, 1, busy("token", time.Minute))
			f.pass(time.Second)
			f.settle(a, first, busy("token", 10*time.Second))
			f.nothing(b, 59*time.Second)
			f.pass(59 * time.Second)
			f.send(b, 1, busy("token", 10*time.Second))
			f.nothing(b, 10*time.Second)
			f.pass(9 * time.Second)
			f.nothing(a, time.Second)
		}},
		{"hold/one that refused is as long as the last one says", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", token), f.lease("b", token)
			first := f.begun(a, 1)
			f.send(b, 1, refused("token", time.Hour))
			f.pass(time.Second)
			f.settle(a, first, refused("token", time.Minute))
			f.nothing(b, time.Minute)
			f.want("since", f.turn(b).Health.Failing, time.Second)
		}},
		{"hold/the longest of all rests counts", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.lease("a", slack("k"), token)
			s := busy("token", 3*time.Second)
			s.After = 2 * time.Second
			f.send(lane, 1, s)
			f.nothing(lane, 3*time.Second)
			f.pass(3 * time.Second)
			s.After = 4 * time.Second
			s.Keep = true
			f.send(lane, 1, s)
			f.nothing(lane, 4*time.Second)
			f.pass(2 * time.Second)
			f.nothing(lane, 2*time.Second)
		}},
		{"hold/a batch that goes again waits too, and is the same afterwards", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", slack("a"), token), f.lease("b", slack("b"), token)
			s := again(0, "busy")
			s.Keep = true
			batch := f.send(a, 1, s)
			f.send(b, 1, busy("token", time.Minute))
			f.nothing(a, time.Minute)
			f.pass(time.Minute)
			f.want("ID", f.next(a, 1).ID, batch.ID)
		}},
		{"hold/of a budget that nobody has yet", func(f *fixture) {
			f.put("a", "b")
			f.send(f.lease("a"), 1, busy("token", time.Minute))
			f.nothing(f.lease("b", token), time.Minute)
		}},
		{"hold/none that is longer than a life, or shorter than nothing", func(f *fixture) {
			f.put("a", "b")
			a, b := f.lease("a", token), f.lease("b", token)
			f.send(a, 1, busy("token", -time.Hour))
			f.next(b, 1)
			f.send(a, 1, busy("token", 1<<63-1))
			turn := f.turn(b)
			if len(turn.Batch.Deliveries) != 0 || turn.Wait < 365*24*time.Hour {
				f.Errorf("wait %s", turn.Wait)
			}
		}},
		{"hold/a clock that was set back ends it", func(f *fixture) {
			f.put("a", "b")
			f.put("a")
			a, b := f.lease("a", token), f.lease("b", token)
			f.send(a, 1, busy("token", time.Minute))
			f.pass(-24 * time.Hour)
			f.next(b, 1)
			f.send(a, 1, busy("token", 10*time.Second)) // and it may begin anew
			f.nothing(b, 10*time.Second)
			f.pass(10 * time.Second)
			f.send(a, 1, refused("token", time.Minute))
			f.pass(-24 * time.Hour)
			f.next(b, 1)
		}},
		{"move/is remembered, for all who share the budget", func(f *fixture) {
			f.put("a", "b")
			f.put("c")
			chat := relay.Budget{Key: "chat 1"}
			a := f.lease("a", chat, token)
			f.want("at first", f.turn(a).MovedTo, "")
			s := again(0, "migrated")
			s.Move = queue.Move{Key: "chat 1", To: "-100"}
			f.send(a, 1, s)
			f.want("afterwards", f.turn(a).MovedTo, "-100")
			f.send(a, 1, sent("m"))
			f.killed()
			f.want("the same", f.turn(f.lease("a", chat, token)).MovedTo, "-100") // also with nothing pending
			f.want("another in that chat", f.turn(f.lease("b", chat)).MovedTo, "-100")
			f.want("another with that token", f.turn(f.lease("c", relay.Budget{Key: "chat 2"}, token)).MovedTo, "")
		}},
		{"move/once more", func(f *fixture) {
			f.put("a")
			a := f.lease("a", relay.Budget{Key: "chat"})
			s := again(0, "migrated")
			for _, to := range []string{"-100", "-200"} {
				s.Move = queue.Move{Key: "chat", To: to}
				f.send(a, 1, s)
				f.want("moved", f.turn(a).MovedTo, to)
			}
			f.send(a, 1, again(0, "busy"))
			f.want("moved", f.turn(a).MovedTo, "-200")
		}},
	}
}

// instant is how long a lane has been failing that began to at this moment.
const instant = time.Microsecond

// turn returns what a lane has to do.
func (f *fixture) turn(lane queue.Lane) queue.Turn {
	f.Helper()
	turn, err := lane.Next(f.Context(), 1)
	if err != nil {
		f.Fatal(err)
	}
	return turn
}

func (f *fixture) release(lane queue.Lane) {
	f.Helper()
	if err := lane.Release(f.Context()); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) resume(lane queue.Lane) {
	f.Helper()
	if err := lane.Resume(f.Context()); err != nil {
		f.Fatal(err)
	}
}

// woken checks that the sender of a lane was woken.
func (f *fixture) woken(sink string) {
	f.Helper()
	select {
	case <-f.Store.Wake(sink):
	default:
		f.Errorf("lane %s sleeps on", sink)
	}
}
