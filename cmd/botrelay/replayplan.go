package main

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// plan decides what a replay owes again. It is pure.
type plan struct {
	sink  string                          // only dead letters of this sink; empty: of all
	to    string                          // the sink that gets everything; empty: where it was meant to go
	route func(*relay.Event) []relay.Owed // today's rules; nil: they are not asked
	knows func(sink string) bool          // what routes.toml has today
	whole bool                            // what is dead goes by today's rules too, also if its sink is still there
}

// step is what a plan makes of one event.
type step struct {
	again []queue.Redelivery
	// why says, of an event for which nothing is owed again, why that is, and
	// what would help.
	why string
}

// dead plans an event that was chosen for its dead letters.
func (p plan) dead(r *queue.Record) step {
	if p.route != nil {
		return p.byRules(r)
	}
	var s step
	asked := make(map[string]bool) // a sink is owed an event once
	for _, d := range r.Deliveries {
		if d.State != queue.Dead || p.sink != "" && d.Sink != p.sink {
			continue
		}
		to := d.Sink
		if p.to != "" {
			to = p.to
		}
		switch {
		case !p.knows(to):
			s.why = fmt.Sprintf("routes.toml no longer has the sink %s: use --reroute, or --to with another sink", to)
		case waits(r, to):
			s.why = "it waits for " + to + " already"
		case !asked[to]:
			asked[to] = true
			s.again = append(s.again, queue.Redelivery{Event: r.Event.ID, Sink: to, Route: d.Route, Replaces: d.ID})
		}
	}
	return s
}

// named plans an event that was named by its ID.
func (p plan) named(r *queue.Record) step {
	switch {
	case p.route != nil:
		return p.byRules(r)
	case p.to != "":
		return p.send(r)
	}
	s := p.dead(r)
	if len(s.again) == 0 && s.why == "" {
		s.why = notDead(r)
	}
	return s
}

// send plans an event for a sink whatever there was. A dead letter, best one of
// that sink, is replaced by it.
func (p plan) send(r *queue.Record) step {
	if waits(r, p.to) {
		return step{why: "it waits for " + p.to + " already"}
	}
	again := queue.Redelivery{Event: r.Event.ID, Sink: p.to, Route: "replay"}
	for _, d := range r.Deliveries {
		if d.State == queue.Dead && (again.Replaces == 0 || d.Sink == p.to) {
			again.Route, again.Replaces = d.Route, d.ID
		}
	}
	return step{again: []queue.Redelivery{again}}
}

// byRules plans an event by today's rules: it is owed to every sink that they
// name and that has not had it, and waits for none that is gone.
func (p plan) byRules(r *queue.Record) step {
	if r.Event.Kind == relay.Notice {
		return step{why: "it is a notice of the relay itself, which no rule is about: use --to with a sink"}
	}
	owed := p.route(&r.Event)
	if len(owed) == 0 {
		return step{why: "today's rules send it nowhere"}
	}
	stranded := p.stranded(r)
	var s step
	for _, o := range owed {
		if reached(r, o.Sink) {
			continue
		}
		again := queue.Redelivery{Event: r.Event.ID, Sink: o.Sink, Route: o.Route}
		stranded, again.Replaces = take(stranded, o.Sink)
		s.again = append(s.again, again)
	}
	if len(s.again) == 0 {
		s.why = "today's rules send it only where it has arrived or waits already: " + sinksOf(owed)
	}
	return s
}

// stranded returns the deliveries that others can take the place of: what is
// meant for a sink that is gone, and what is dead if the whole event is meant.
func (p plan) stranded(r *queue.Record) []queue.DeliveryRecord {
	var out []queue.DeliveryRecord
	for _, d := range r.Deliveries {
		open := d.State == queue.Dead || d.State == queue.Pending
		if open && !p.knows(d.Sink) || p.whole && d.State == queue.Dead {
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
func reached(r *queue.Record, sink string) bool {
	return waits(r, sink) || slices.ContainsFunc(r.Deliveries, func(d queue.DeliveryRecord) bool {
		return d.Sink == sink && d.State == queue.Sent
	})
}

// waits reports whether an event waits for a sink.
func waits(r *queue.Record, sink string) bool {
	return slices.ContainsFunc(r.Deliveries, func(d queue.DeliveryRecord) bool {
		return d.Sink == sink && d.State == queue.Pending
	})
}

// notDead says why there is nothing to deliver again, and how to do it all the
// same.
func notDead(r *queue.Record) string {
	var sent, pending []string
	for _, s := range stops(r.Deliveries) {
		switch s.state {
		case queue.Sent:
			sent = append(sent, s.sink)
		case queue.Pending:
			pending = append(pending, s.sink)
		case queue.Dead, queue.Replayed:
		}
	}
	var parts []string
	if len(pending) > 0 {
		parts = append(parts, "pending: it waits to be sent to "+strings.Join(pending, ", ")+" as it is")
	}
	if len(sent) > 0 {
		parts = append(parts, fmt.Sprintf("already sent to %s; use --to %s to send it again", strings.Join(sent, ", "), sent[0]))
	}
	if len(parts) == 0 {
		return "no route took it: use --reroute to send it by today's rules, or --to with a sink"
	}
	return strings.Join(parts, "; ")
}

func sinksOf(owed []relay.Owed) string {
	names := make([]string, len(owed))
	for i, o := range owed {
		names[i] = o.Sink
	}
	return strings.Join(names, ", ")
}
