package queuetest

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func countTests() []test {
	return []test{
		{"counts/an empty store", func(f *fixture) {
			c := f.counts(time.Hour, 5*time.Minute)
			f.want("slots", []any{c.Slots, c.Step, c.Kinds, c.Sources, c.Sent, c.Died, c.Ways},
				[]any{12, 5 * time.Minute, map[relay.Kind][]int{}, map[string][]int{}, map[string][]int{}, map[string][]int{}, []queue.Way(nil)})
			f.want("begins", c.From.UnixMicro()%(5*time.Minute).Microseconds(), 0)
			last := c.From.Add(11 * 5 * time.Minute)
			f.want("now is in the last", !c.Now.Before(last) && c.Now.Before(last.Add(c.Step)), true)
		}},
		{"counts/events by kind and source, what became of them by sink, and their ways", func(f *fixture) {
			f.align(time.Hour)
			f.putAs(relay.Lead, "website", "a")
			f.Advance(10 * time.Minute)
			f.putAs(relay.Lead, "website", "a", "b")
			f.putAs(relay.Chat, "support")
			f.sendAll("a", sent("m"))
			f.sendAll("b", dead("bad form"))
			f.Advance(5*time.Minute - time.Millisecond)
			f.putAs(relay.Lead, "support", "a")
			f.Advance(time.Millisecond)
			f.putAs(relay.Lead, "support", "a")
			lane := f.lease("a")
			f.send(lane, 1, again(0, "busy"))
			f.release(lane)
			f.sendAll("a", sent("m"))
			c := f.counts(20*time.Minute, 5*time.Minute)
			f.want("kinds", c.Kinds, map[relay.Kind][]int{relay.Lead: {1, 0, 2, 1}, relay.Chat: {0, 0, 1, 0}})
			f.want("sources", c.Sources, map[string][]int{"website": {1, 0, 1, 0}, "support": {0, 0, 2, 1}})
			f.want("sent", c.Sent, map[string][]int{"a": {0, 0, 2, 2}})
			f.want("died", c.Died, map[string][]int{"b": {0, 0, 1, 0}})
			f.want("ways", c.Ways, []queue.Way{
				{Source: "support", Route: "route to a", Sink: "a", Events: 2},
				{Source: "website", Route: "route to a", Sink: "a", Events: 2},
				{Source: "support", Events: 1},
				{Source: "website", Route: "route to b", Sink: "b", Events: 1},
			})
			c = f.counts(15*time.Minute, 5*time.Minute)
			f.want("without the first slot", c.Kinds[relay.Lead], []int{0, 2, 1})
			c = f.counts(time.Hour, 15*time.Minute)
			f.want("slots of a quarter", c.Kinds[relay.Lead], []int{0, 0, 3, 1})
			f.want("what was sent in them", c.Sent["a"], []int{0, 0, 2, 2})
			f.Advance(time.Hour)
			c = f.counts(time.Hour, time.Hour)
			f.want("an hour later", []any{c.Kinds, c.Sent, c.Ways}, []any{map[relay.Kind][]int{}, map[string][]int{}, []queue.Way(nil)})
			c = f.counts(24*time.Hour, 24*time.Hour)
			f.want("in a day", []any{c.Kinds[relay.Lead], c.Sent["a"], c.Died["b"], len(c.Ways)}, []any{[]int{4}, []int{4}, []int{1}, 4})
			for _, c := range []queue.Counts{f.counts(7*24*time.Hour, time.Hour), f.counts(30*24*time.Hour, 6*time.Hour)} {
				sum := 0
				for _, n := range c.Kinds[relay.Lead] {
					sum += n
				}
				f.want("in a long time", []any{sum, len(c.Kinds[relay.Lead])}, []any{4, c.Slots})
			}
		}},
		{"counts/what was replayed went the way it first went", func(f *fixture) {
			f.align(time.Hour)
			id := f.put("a")
			unrouted := f.put()
			f.sendAll("a", dead("bad form"))
			f.replay(2, queue.Redelivery{Event: id, Sink: "b", Route: "another", Replaces: f.record(id).Deliveries[0].ID},
				queue.Redelivery{Event: unrouted, Sink: "b", Route: "another"})
			f.sendAll("b", sent("m"))
			c := f.counts(time.Hour, time.Hour)
			f.want("ways", c.Ways, []queue.Way{{Source: "website", Events: 1}, {Source: "website", Route: "route to a", Sink: "a", Events: 1}})
			f.want("sent", c.Sent, map[string][]int{"b": {2}})
		}},
		{"counts/slots that there are not", func(f *fixture) {
			for _, c := range []struct{ span, step time.Duration }{
				{time.Hour, 0},
				{time.Hour, -5 * time.Minute},
				{time.Hour, time.Minute},
				{time.Hour, 7 * time.Minute},
				{time.Minute, 5 * time.Minute},
				{-time.Hour, 5 * time.Minute},
				{3 * 24 * time.Hour, 45 * time.Minute},
				{32 * 24 * time.Hour, 12 * time.Hour},
				{1001 * 24 * time.Hour, 24 * time.Hour},
			} {
				if got, err := f.Store.Counts(f.Context(), c.span, c.step); err == nil {
					f.Errorf("%s by %s: %+v, no error", c.span, c.step, got)
				}
			}
			f.want("the most", f.counts(1000*24*time.Hour, 24*time.Hour).Slots, 1000)
			_, err := f.Store.Counts(ended(f.Context()), time.Hour, time.Hour)
			f.wantError("a context that has ended", err, f.ended())
		}},
	}
}

func (f *fixture) counts(span, step time.Duration) queue.Counts {
	f.Helper()
	c, err := f.Store.Counts(f.Context(), span, step)
	if err != nil {
		f.Fatal(err)
	}
	return c
}

// align moves the clock to the beginning of a slot of step.
func (f *fixture) align(step time.Duration) {
	f.Helper()
	f.Advance(f.counts(step, step).From.Add(step).Sub(f.counts(step, step).Now))
}

// putAs puts an event of a kind from a source.
func (f *fixture) putAs(kind relay.Kind, source string, sinks ...string) {
	f.Helper()
	e := f.event()
	e.Kind, e.Source = kind, source
	f.putEvent(e, sinks...)
}
