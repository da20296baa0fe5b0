package queuetest

import (
	"time"

	"botrelay/relay/queue"
)

func statusTests() []test {
	return []test{
		{"status/the state of every lane", func(f *fixture) {
			f.lease("never owed anything")
			f.want("lanes", len(f.status()), 0)
			f.put("a", "b")
			f.Advance(time.Minute)
			f.put("a", "c")
			f.put("a")
			a := f.lease("a")
			f.send(f.lease("c"), 1, sent("m"))
			f.want("a", f.status()["a"], queue.LaneStatus{Pending: 3, Oldest: time.Minute})
			f.want("b", f.status()["b"], queue.LaneStatus{Pending: 1, Oldest: time.Minute})
			f.want("c", f.status()["c"], queue.LaneStatus{Sent: 1})
			f.send(a, 1, sent("m"))
			f.send(a, 1, dead("bad form"))
			f.Advance(time.Second)
			f.want("a", f.status()["a"], queue.LaneStatus{Pending: 1, Sent: 1, Dead: 1, Oldest: time.Second, Health: queue.Health{Reason: "bad form"}})
			f.killed()
			f.want("a after a kill", f.status()["a"], queue.LaneStatus{Pending: 1, Sent: 1, Dead: 1, Oldest: time.Second + ttl, Health: queue.Health{Reason: "bad form"}})
			f.want("lanes", len(f.status()), 3)
		}},
		{"status/a lane that failed says since when, until something is sent", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(0, "busy"))
			f.Advance(time.Second)
			f.want("failing", f.status()["a"], queue.LaneStatus{
				Pending: 2, Oldest: time.Second,
				Health: queue.Health{Failing: time.Second, Reason: "busy"},
			})
			f.send(lane, 1, held("revoked"))
			f.killed()
			lane = f.lease("a")
			refused := queue.LaneStatus{
				Pending: 2, Oldest: time.Second + ttl,
				Health: queue.Health{Held: true, Failing: time.Second + ttl, Reason: "revoked"},
			}
			f.want("held", f.status()["a"], refused)
			f.send(lane, 1, again(0, "busy"))
			f.want("after a failure", f.status()["a"], refused)
			f.send(lane, 1, sent("m"))
			f.want("after a success", f.status()["a"], queue.LaneStatus{Pending: 1, Sent: 1, Oldest: time.Second + ttl})
		}},
		{"status/a budget's hold is the lane's, and its rest too", func(f *fixture) {
			shared := budget("shared", 100, time.Second)
			f.put("a", "b", "c")
			lane := f.lease("a", shared)
			f.lease("b", shared)
			f.lease("c")
			s := held("token revoked")
			s.Holds = []queue.Hold{{Key: "shared", For: time.Minute, Refused: true}}
			f.send(lane, 1, s)
			f.Advance(10 * time.Second)
			want := queue.LaneStatus{
				Pending: 1, Oldest: 10 * time.Second, Wait: 50 * time.Second,
				Health: queue.Health{Held: true, Failing: 10 * time.Second, Reason: "token revoked"},
			}
			f.want("who was refused", f.status()["a"], want)
			f.want("who shares the budget", f.status()["b"], want)
			f.want("who does not", f.status()["c"], queue.LaneStatus{Pending: 1, Oldest: 10 * time.Second})
		}},
		{"status/the longest wait of the lane's own and its budgets", func(f *fixture) {
			f.put("a", "b")
			lane := f.lease("a", budget("one", 100, time.Second), budget("two", 100, time.Second))
			f.lease("b", budget("two", 100, time.Second))
			s := again(30*time.Second, "slow down")
			s.Holds = []queue.Hold{{Key: "one", For: 40 * time.Second}, {Key: "two", For: 20 * time.Second}}
			f.send(lane, 1, s)
			f.want("the longer budget", f.status()["a"].Wait, 40*time.Second)
			f.want("the only budget", f.status()["b"].Wait, 20*time.Second)
			f.Advance(40 * time.Second)
			f.want("once it has passed", f.status()["a"].Wait, time.Duration(0))
			f.send(lane, 1, again(time.Hour, "busy"))
			f.want("its own", f.status()["a"].Wait, time.Hour)
			f.want("whether it is held", f.status()["a"].Held, false)
		}},
		{"status/people have been told", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.send(lane, 1, again(0, "busy"))
			f.want("before", f.status()["a"].Told, false)
			if err := lane.Tell(f.Context(), true, f.event(), owed("b")); err != nil {
				f.Fatal(err)
			}
			f.want("told", f.status()["a"].Told, true)
		}},
	}
}
