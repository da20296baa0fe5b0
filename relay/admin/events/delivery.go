package events

import (
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/tries"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// delivery is one delivery as its event's page shows it.
type delivery struct {
	ID        int64
	Sink      string
	Type      string // the platform; empty: there is no such sink today
	Route     string
	State     queue.State
	Fate      wording.Timed
	MessageID string
	Attempts  []attempt
	Reason    string // if no attempt tells it
	Advice    relay.Advice
	Waiting   string       // why it waits
	Offer     *tries.Offer // to have it tried now; nil: there is nothing to offer
	Look      string       // the page of its message, from the root; empty: it cannot be shown
}

// attempt is a try that did not succeed.
type attempt struct {
	Number int
	At     time.Time
	Text   string
}

// Over reports whether another one has taken its place, so that its tries matter no more.
func (d delivery) Over() bool { return d.State == queue.Replayed }

// Class is how its state looks.
func (d delivery) Class() string { return class(d.State) }

// Sign is its state at a glance.
func (d delivery) Sign() string { return wording.Sign(d.State) }

// latestAttempts is how many attempts stand open where there are more.
const latestAttempts = 2

// folded is how many attempts do not stand open: those before the last ones, and all
// that matter no more. One alone is not worth a fold.
func (d delivery) folded() int {
	switch n := len(d.Attempts); {
	case d.Over():
		return n
	case n > latestAttempts+1:
		return n - latestAttempts
	}
	return 0
}

// Earlier returns the attempts that stand in a fold.
func (d delivery) Earlier() []attempt { return d.Attempts[:d.folded()] }

// Latest returns the attempts that stand open.
func (d delivery) Latest() []attempt { return d.Attempts[d.folded():] }

// FoldText says what is in the fold.
func (d delivery) FoldText() string {
	if d.Over() {
		return "What had come of it"
	}
	return fmt.Sprintf("%d earlier tries", d.folded())
}

// mostAttempts is how many attempts are shown: the last ones.
const mostAttempts = 20

// went says what became of an event's deliveries.
func (p *pages) went(r *queue.Record, lanes map[string]queue.LaneStatus) []delivery {
	var all []delivery
	for _, d := range r.Deliveries {
		v := delivery{
			ID: d.ID, Sink: d.Sink, Type: p.typeOf(d.Sink), Route: wording.RouteName(d.Route), State: d.State,
			Fate: wording.Became(r, d), MessageID: wording.Line(d.MessageID),
		}
		for _, a := range d.Attempts[max(0, len(d.Attempts)-mostAttempts):] {
			v.Attempts = append(v.Attempts, attempt{a.Number, a.At, wording.Attempt(a)})
		}
		if len(d.Attempts) == 0 && d.State != queue.Sent {
			v.Reason = wording.Line(d.Reason)
		}
		if p.Advise != nil && (d.State == queue.Dead || d.State == queue.Pending && d.Tries > 0) {
			v.Advice = p.Advise(d.Reason)
		}
		if lane := lanes[d.Sink]; d.State == queue.Pending {
			p.wait(&v, lane)
		}
		if p.Look != nil && v.Type != "" {
			v.Look = fmt.Sprintf("events/%s/look/%d", r.Event.ID, d.ID)
		}
		all = append(all, v)
	}
	return all
}

// wait says why a delivery waits in a lane, and offers to have that tried. What was
// answered there is told by its attempts, if there are any.
func (p *pages) wait(v *delivery, lane queue.LaneStatus) {
	if !p.knows(v.Sink) {
		v.Waiting = wording.Waiting(v.Sink, lane, false, false)
		return
	}
	switch v.Waiting = wording.Stuck(v.Sink, lane); {
	case v.Waiting == "":
		v.Waiting = wording.OnItsWay(v.Sink, lane, false)
	case len(v.Attempts) == 0:
		v.Waiting = wording.Waiting(v.Sink, lane, true, false)
	}
	v.Offer = p.Tries.OfferOf(v.Sink, lane, time.Now())
}

// typeOf returns the platform of a sink of today, as the company writes it, or "".
func (p *pages) typeOf(sink string) string {
	for _, s := range p.Routes.Sinks {
		if s.Name == sink {
			return wording.Platform(s.Type)
		}
	}
	return ""
}
