package events

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/route"
	"botrelay/relay/wording"
)

// byHand is the route of what a person has sent to a sink of their choice.
const byHand = "replay"

// why says by which rules an event went where it did.
type why struct {
	Then    []string // by which routes it was owed when it came in
	Today   string   // where it would go today
	Differs []string // what would be otherwise today; none: nothing
	Takes   []step   // today's routes that take it
	Others  []step   // those that do not, and why
	Notice  bool     // no route is about it
}

// step is what one of today's routes has to do with an event.
type step struct {
	wording.Step

	Number int // its place in the routes file, from 1
	Name   string
}

// explain tells of every route of today whether it takes an event.
func (p *pages) explain(e *relay.Event) route.Explanation {
	if p.Explain == nil || e.Kind == relay.Notice {
		return route.Explanation{}
	}
	return p.Explain(e)
}

// why says by which rules an event went where it did, beside what today's would do.
func (p *pages) why(r *queue.Record, x route.Explanation) why {
	if r.Event.Kind == relay.Notice {
		return why{Notice: true}
	}
	v := why{Today: wording.Verdict(x)}
	words := wording.Explained{Routes: p.Routes.Routes, Event: &r.Event}
	for i, s := range x.Steps {
		said := step{words.Step(s), i + 1, wording.RouteName(s.Route)}
		if said.Mark == wording.Takes {
			v.Takes = append(v.Takes, said)
		} else {
			v.Others = append(v.Others, said)
		}
	}
	then := owedThen(r)
	var routes []string
	for _, o := range then {
		if !slices.Contains(routes, o.Route) {
			routes = append(routes, o.Route)
		}
	}
	for _, name := range routes {
		var sinks []string
		for _, o := range then {
			if o.Route == name {
				sinks = append(sinks, o.Sink)
			}
		}
		v.Then = append(v.Then, fmt.Sprintf("%s, to %s.", byRoute(name), strings.Join(sinks, ", ")))
	}
	v.Differs = differs(r, then, x.Owed)
	return v
}

// byRoute begins a sentence that says what took an event.
func byRoute(name string) string {
	if name == route.DefaultName {
		return "[default] took it"
	}
	return fmt.Sprintf("The route %q took it", wording.RouteName(name))
}

// owedThen returns whom an event was owed to by rules when that was first so, each
// sink once.
func owedThen(r *queue.Record) []relay.Owed {
	var then []relay.Owed
	for _, d := range r.Deliveries {
		if d.Route != byHand && d.OwedAt.Equal(r.Deliveries[0].OwedAt) && !slices.ContainsFunc(then, func(o relay.Owed) bool { return o.Sink == d.Sink }) {
			then = append(then, relay.Owed{Sink: d.Sink, Route: d.Route})
		}
	}
	return then
}

// differs says what today's rules would do otherwise than those of then.
func differs(r *queue.Record, then, today []relay.Owed) []string {
	var all []string
	for _, o := range today {
		i := slices.IndexFunc(then, func(t relay.Owed) bool { return t.Sink == o.Sink })
		switch {
		case i < 0 && !slices.ContainsFunc(r.Deliveries, func(d queue.DeliveryRecord) bool { return d.Sink == o.Sink }):
			all = append(all, fmt.Sprintf("Today it would go to %s as well, by %s.", o.Sink, theRoute(o.Route)))
		case i >= 0 && then[i].Route != o.Route:
			all = append(all, fmt.Sprintf("Today it would go to %s by %s, not by %s.", o.Sink, theRoute(o.Route), theRoute(then[i].Route)))
		}
	}
	for _, o := range then {
		if !slices.ContainsFunc(today, func(t relay.Owed) bool { return t.Sink == o.Sink }) {
			all = append(all, fmt.Sprintf("Today it would not go to %s.", o.Sink))
		}
	}
	return all
}

func theRoute(name string) string {
	if name == route.DefaultName {
		return "[default]"
	}
	return fmt.Sprintf("the route %q", wording.RouteName(name))
}
