package replay

import (
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Plan decides what is owed again. Its methods are pure, and may be called from
// several goroutines if its functions may.
type Plan struct {
	Sink  string                          // only dead letters of this sink; empty: of all
	To    string                          // the sink that gets everything; empty: where it was meant to go
	Route func(*relay.Event) []relay.Owed // today's rules; nil: they are not asked
	Knows func(sink string) bool          // whether there is such a sink today
	Whole bool                            // what is dead goes by today's rules too, also if its sink is still there
}

// Step is what a plan makes of one event.
type Step struct {
	Again []queue.Redelivery
	Left  Left // why nothing, or not all, is owed again; zero: there is nothing to say
}

// Left is why an event, or a delivery of it, is left alone. It is comparable.
type Left struct {
	Why   Reason
	Sinks string // whom that is about: names, with ", " between
	Sent  string // AsItIs: the sinks where the event has arrived
}

// Reason is why an event is left alone.
type Reason string

// The reasons.
const (
	SinkGone Reason = "sink gone" // what is dead was meant for a sink that is not there today
	Waits    Reason = "waits"     // it waits for the sink already
	AsItIs   Reason = "as it is"  // nothing of it is dead: it waits for Sinks, and has arrived at Sent
	Unrouted Reason = "unrouted"  // it was meant for nobody, and the rules are not asked
	NoRule   Reason = "no rule"   // the relay's own notices: no rule is about them
	Nowhere  Reason = "nowhere"   // today's rules send it nowhere
	Reached  Reason = "reached"   // today's rules send it only where it has arrived, or waits already
)

// Dead plans an event that was chosen for what is dead of it, or for what waits
// and nobody will send.
func (p Plan) Dead(r *queue.Record) Step {
	if p.Route != nil {
		return p.byRules(r)
	}
	return p.givenUp(r, queue.Dead)
}

// givenUp plans an event for what is in a state of it, dead or discarded.
func (p Plan) givenUp(r *queue.Record, state queue.State) Step {
	var s Step
	asked := make(map[string]bool) // a sink is owed an event once
	for _, d := range r.Deliveries {
		if d.State != state || p.Sink != "" && d.Sink != p.Sink {
			continue
		}
		to := d.Sink
		if p.To != "" {
			to = p.To
		}
		switch {
		case !p.Knows(to):
			s.Left = Left{Why: SinkGone, Sinks: to}
		case waits(r, to):
			s.Left = Left{Why: Waits, Sinks: to}
		case !asked[to]:
			asked[to] = true
			s.Again = append(s.Again, queue.Redelivery{Event: r.Event.ID, Sink: to, Route: d.Route, Replaces: d.ID})
		}
	}
	return s
}

// Named plans an event that somebody asked for. Where nothing of it is dead, what was
// discarded is meant.
func (p Plan) Named(r *queue.Record) Step {
	switch {
	case p.Route != nil:
		return p.byRules(r)
	case p.To != "":
		return p.send(r)
	}
	for _, state := range []queue.State{queue.Dead, queue.Discarded} {
		if s := p.givenUp(r, state); len(s.Again) > 0 || s.Left != (Left{}) {
			return s
		}
	}
	return Step{Left: notDead(r)}
}

// send plans an event for a sink whatever there was. A dead letter, best one of
// that sink, is replaced by it, or else what was discarded there.
func (p Plan) send(r *queue.Record) Step {
	if waits(r, p.To) {
		return Step{Left: Left{Why: Waits, Sinks: p.To}}
	}
	again := queue.Redelivery{Event: r.Event.ID, Sink: p.To, Route: "replay"}
	for _, d := range r.Deliveries {
		if d.State == queue.Dead && (again.Replaces == 0 || d.Sink == p.To) {
			again.Route, again.Replaces = d.Route, d.ID
		}
	}
	for _, d := range r.Deliveries {
		if d.State == queue.Discarded && d.Sink == p.To && again.Replaces == 0 {
			again.Route, again.Replaces = d.Route, d.ID
		}
	}
	return Step{Again: []queue.Redelivery{again}}
}

// byRules plans an event by today's rules: it is owed to every sink that they
// name and that has not had it, and waits for none that is gone.
func (p Plan) byRules(r *queue.Record) Step {
	if r.Event.Kind == relay.Notice {
		return Step{Left: Left{Why: NoRule}}
	}
	owed := p.Route(&r.Event)
	if len(owed) == 0 {
		return Step{Left: Left{Why: Nowhere}}
	}
	stranded := p.stranded(r)
	var s Step
	var names []string
	for _, o := range owed {
		names = append(names, o.Sink)
		if reached(r, o.Sink) {
			continue
		}
		again := queue.Redelivery{Event: r.Event.ID, Sink: o.Sink, Route: o.Route}
		stranded, again.Replaces = take(stranded, o.Sink)
		if i := slices.IndexFunc(r.Deliveries, func(d queue.DeliveryRecord) bool { return d.Sink == o.Sink && d.State == queue.Dead }); i >= 0 && again.Replaces == 0 {
			again.Replaces = r.Deliveries[i].ID // or it stays a dead letter although it arrives
		}
		s.Again = append(s.Again, again)
	}
	if len(s.Again) == 0 {
		s.Left = Left{Why: Reached, Sinks: strings.Join(names, ", ")}
	}
	return s
}

// stranded returns the deliveries that others can take the place of: what is
// meant for a sink that is gone, and what is dead if the whole event is meant.
func (p Plan) stranded(r *queue.Record) []queue.DeliveryRecord {
	var out []queue.DeliveryRecord
	for _, d := range r.Deliveries {
		open := d.State == queue.Dead || d.State == queue.Pending
		if open && !p.Knows(d.Sink) || p.Whole && d.State == queue.Dead {
			out = append(out, d)
		}
	}
	return out
}

// take takes the delivery that one to sink is to replace out of stranded: one to
// the same sink, else the first; 0 if there is none.
func take(stranded []queue.DeliveryRecord, sink string) (rest []queue.DeliveryRecord, id int64) {
	if len(stranded) == 0 {
		return nil, 0
	}
	at := max(0, slices.IndexFunc(stranded, func(d queue.DeliveryRecord) bool { return d.Sink == sink }))
	id = stranded[at].ID
	return slices.Delete(stranded, at, at+1), id
}

// reached reports whether an event has arrived at a sink, or is about to.
func reached(r *queue.Record, sink string) bool { return waits(r, sink) || has(r, sink, queue.Sent) }

// waits reports whether an event waits for a sink.
func waits(r *queue.Record, sink string) bool { return has(r, sink, queue.Pending) }

// has reports whether an event has a delivery to a sink in a state.
func has(r *queue.Record, sink string, state queue.State) bool {
	return slices.ContainsFunc(r.Deliveries, func(d queue.DeliveryRecord) bool { return d.Sink == sink && d.State == state })
}

// notDead says how an event stands of which nothing is dead.
func notDead(r *queue.Record) Left {
	var sent, pending []string
	for _, d := range r.Standing() {
		switch d.State {
		case queue.Sent:
			sent = append(sent, d.Sink)
		case queue.Pending:
			pending = append(pending, d.Sink)
		case queue.Dead, queue.Replayed, queue.Discarded:
		}
	}
	if len(sent) == 0 && len(pending) == 0 {
		return Left{Why: Unrouted}
	}
	return Left{Why: AsItIs, Sinks: strings.Join(pending, ", "), Sent: strings.Join(sent, ", ")}
}
