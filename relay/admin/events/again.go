package events

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/admin/page"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/replay"
	"botrelay/relay/report"
	"botrelay/relay/wording"
)

// What a request to deliver again says, beside the event in its path:
//
//	to=SINK     to this sink, whatever it was meant for
//	again=1     with to: also if it has arrived there before
//	reroute=1   by today's rules
//
// With none of them what is dead of it goes to where it was meant to go, or what was
// put away of it if nothing is dead.
const (
	toSink  = "to"
	anyway  = "again"
	byRules = "reroute"
)

// longestForm is how much a form may send, in bytes.
const longestForm = 16 << 10

// again delivers an event again, and returns the page that says what was done.
func (p *pages) again(r *http.Request) (done report.Replayed, next string, err error) {
	if err := page.ReadForm(r, longestForm); err != nil {
		return done, "", err
	}
	ids, err := p.named(r.Context(), r.PathValue("id"))
	if err == nil && len(ids) > 1 {
		err = wrong("several events end with " + r.PathValue("id") + ": give more of the ID")
	}
	if err != nil {
		return done, "", err
	}
	record, err := p.record(r.Context(), ids[0])
	if err != nil {
		return done, "", err
	}
	plan, err := p.plan(r.Form, record)
	if err != nil {
		return done, "", err
	}
	run := replay.Run{Store: p.Store}
	step := plan.Named(record)
	if err = run.Add(r.Context(), step); err == nil {
		err = run.Flush(r.Context())
	}
	if err != nil {
		return done, "", fmt.Errorf("delivering again: %w", err)
	}
	p.Changed()
	return replayed(run.Report), "events/" + record.Event.ID + "?" + outcomeAt(run.Report, step).Encode() + "#done", nil
}

// plan returns what a request asks for.
func (p *pages) plan(form url.Values, r *queue.Record) (replay.Plan, error) {
	plan := replay.Plan{To: form.Get(toSink), Knows: p.knows, Whole: true}
	if form.Get(byRules) != "" {
		plan.Route = func(e *relay.Event) []relay.Owed { return p.explain(e).Owed }
	}
	switch {
	case plan.To != "" && plan.Route != nil:
		return plan, wrong("reroute asks the rules where to send to, so it does not go with to")
	case plan.To != "" && !p.knows(plan.To):
		return plan, wrong(config.Unknown("sink", plan.To, p.sinks()))
	case plan.To != "" && form.Get(anyway) == "" && arrived(r, plan.To):
		return plan, &page.Error{Status: http.StatusConflict, Text: fmt.Sprintf("It has arrived at %s already. To send it there once more, say so with again=1, or with the button for that on its page.", plan.To)}
	}
	return plan, nil
}

// arrived reports whether an event stands at a sink as sent.
func arrived(r *queue.Record, sink string) bool {
	return slices.ContainsFunc(r.Standing(), func(d queue.DeliveryRecord) bool { return d.Sink == sink && d.State == queue.Sent })
}

// replayed is what a run did, for programs.
func replayed(r replay.Report) report.Replayed {
	done := report.Replayed{Replayed: r.Sum(), Sinks: r.Owed, Passed: r.Passed, Skipped: make(map[string]int)}
	for left, n := range r.Left {
		done.Skipped[wording.Left(left)] += n
	}
	return done
}

// offers are the buttons that deliver an event again.
type offers struct {
	Dead    []string // sinks where it is dead, or was put away: to these
	Rules   []string // sinks that today's rules name, and that have not had it
	Arrived []string // sinks that have it: once more
	Others  []string // sinks that have not, and were not asked to
}

// Any reports whether there is a button.
func (o offers) Any() bool {
	return len(o.Dead)+len(o.Rules)+len(o.Arrived)+len(o.Others) > 0
}

// DeadNames are the sinks in one line.
func (o offers) DeadNames() string { return strings.Join(o.Dead, ", ") }

// RuleNames are the sinks in one line.
func (o offers) RuleNames() string { return strings.Join(o.Rules, ", ") }

// offers returns which buttons an event's page has.
func (p *pages) offers(r *queue.Record, today []relay.Owed) offers {
	var o offers
	for _, a := range (replay.Plan{Knows: p.knows}).Named(r).Again {
		o.Dead = append(o.Dead, a.Sink)
	}
	rules := replay.Plan{Knows: p.knows, Whole: true, Route: func(*relay.Event) []relay.Owed { return today }}
	for _, a := range rules.Named(r).Again {
		if !slices.Contains(o.Dead, a.Sink) {
			o.Rules = append(o.Rules, a.Sink)
		}
	}
	for _, sink := range p.sinks() {
		at := slices.IndexFunc(r.Standing(), func(d queue.DeliveryRecord) bool { return d.Sink == sink })
		switch {
		case slices.Contains(o.Dead, sink):
		case arrived(r, sink):
			o.Arrived = append(o.Arrived, sink)
		case at < 0:
			o.Others = append(o.Others, sink)
		}
	}
	return o
}
