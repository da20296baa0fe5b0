package events

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"botrelay/relay/queue"
	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

// The names of what was done, as they stand in the address of the page that says so.
// Whoever writes such an address can have it say what is not so, but only of sinks
// that there are, in these words.
const (
	doneOwed   = "owed"
	donePassed = "passed"
	doneLeft   = "left"
	doneSinks  = "at"
	doneSent   = "had"
)

// outcome is what came of delivering again.
type outcome struct {
	Class string // how it looks
	Text  string
	Hints []string // what keeps it from being sent
}

// outcomeAt puts what was done into an address.
func outcomeAt(r replay.Report, s replay.Step) url.Values {
	at := make(url.Values)
	for _, sink := range slices.Sorted(maps.Keys(r.Owed)) {
		if r.Owed[sink] > 0 {
			at.Add(doneOwed, sink)
		}
	}
	if r.Passed > 0 {
		at.Set(donePassed, strconv.Itoa(r.Passed))
	}
	if s.Left != (replay.Left{}) {
		at.Set(doneLeft, string(s.Left.Why))
		at.Set(doneSinks, s.Left.Sinks)
		at.Set(doneSent, s.Left.Sent)
	}
	return at
}

// outcomeOf reads what was done out of an address; nil: nothing was.
func (p *pages) outcomeOf(at url.Values, r *queue.Record, lanes map[string]queue.LaneStatus) *outcome {
	owed := p.real(at[doneOwed], r)
	left := wording.Left(replay.Left{
		Why:   replay.Reason(at.Get(doneLeft)),
		Sinks: strings.Join(p.real(strings.Split(at.Get(doneSinks), ", "), r), ", "),
		Sent:  strings.Join(p.real(strings.Split(at.Get(doneSent), ", "), r), ", "),
	})
	switch {
	case len(owed) > 0:
		so := replay.At(r, owed)
		o := &outcome{Class: "good", Text: fmt.Sprintf("Owed again to %s. %s", strings.Join(owed, ", "), wording.Arrived(so))}
		switch {
		case so.GivenUp > 0:
			o.Class = "bad"
		case so.Waiting == len(owed):
			o.Text = fmt.Sprintf("Owed again to %s. The relay sends it behind what waits there.", strings.Join(owed, ", "))
		}
		for _, sink := range owed {
			if lane := lanes[sink]; lane.Held && !so.Ended() {
				o.Class, o.Hints = "warn", append(o.Hints, wording.Held(sink, lane))
			}
		}
		return o
	case left != "":
		return &outcome{Class: "warn", Text: "Nothing was changed: " + left + "."}
	case at.Get(donePassed) != "":
		return &outcome{Class: "warn", Text: "Nothing was changed: it is being sent right now, or was replayed by somebody else meanwhile."}
	}
	return nil
}

// real returns those of some names that are sinks of today, or of the event.
func (p *pages) real(names []string, r *queue.Record) []string {
	var all []string
	for _, name := range names {
		if p.knows(name) || slices.ContainsFunc(r.Deliveries, func(d queue.DeliveryRecord) bool { return d.Sink == name }) {
			all = append(all, name)
		}
	}
	return all
}
