package wording

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
)

// Mark is what a route has to do with an event, at a glance.
type Mark string

// The marks.
const (
	Takes  Mark = "takes"  // it holds
	Misses Mark = "misses" // it does not
	Behind Mark = "behind" // it was not asked: a final route came before
)

// Step is what a route has to do with an event.
type Step struct {
	Mark Mark   `json:"mark"`
	Text string `json:"text"` // where it sends the event, or why it does not
}

// Explained words what the routes of a file have to do with an event.
type Explained struct {
	Routes []config.Route // those that were asked
	Event  *relay.Event
}

// Step says what a route has to do with the event.
func (x Explained) Step(s route.Step) Step {
	switch {
	case s.Behind != "":
		return Step{Behind, fmt.Sprintf("not asked, since %q took it and is final", RouteName(s.Behind))}
	case s.Miss != nil:
		return Step{Misses, x.Missed(s.Route, s.Miss)}
	}
	said := "→ " + strings.Join(s.To, ", ")
	if len(s.New) == 0 {
		said += " (which has it already, by a route above)"
	} else if len(s.New) < len(s.To) {
		said = fmt.Sprintf("→ %s (the others have it already)", strings.Join(s.New, ", "))
	}
	if s.Err != nil {
		said += "; its condition cannot be told for this event, which counts as true: " + Line(condition.Detail(s.Err))
	} else if s.Final {
		said += ", and no further"
	}
	return Step{Takes, said}
}

// Missed says on which key a route does not hold, and what it wants there.
func (x Explained) Missed(name string, m *route.Miss) string {
	switch m.Key {
	case route.KeyWhen:
		return "its condition does not hold: " + Line(m.Want[0])
	case route.KeyActive:
		i := slices.IndexFunc(x.Routes, func(r config.Route) bool { return r.Name == name })
		active := x.Routes[i].Active
		return fmt.Sprintf("it is %s then, and this route applies %s", x.Event.ReceivedAt.In(active.Zone).Format("Mon 15:04 MST"), Active(active))
	}
	got := "its " + m.Key + " is " + Line(m.Got)
	if m.Got == "" {
		got = "it has no " + m.Key
	}
	return got + ", and this route takes " + taken(m.Want)
}

// taken says what a route takes of a key, behind "takes": "lead or chat", "all but web".
func taken(patterns []string) string {
	text := Patterns(patterns)
	if rest, negated := strings.CutPrefix(text, "not "); negated {
		return "all but " + rest
	}
	switch text {
	case "absent":
		return "only events without one"
	case "anything":
		return "only events with one"
	}
	return text
}

// Verdict says in a sentence or two who gets an event: "It goes to sales, night.",
// "It goes nowhere: no route takes it, and there is no [default]. It is kept."
func Verdict(x route.Explanation) string {
	switch {
	case len(x.Owed) == 0:
		return "It goes nowhere: no route takes it, and there is no [default]. It is kept."
	case len(x.Default) > 0:
		return "It goes to " + strings.Join(x.Default, ", ") + ", as [default] says, since no route takes it."
	}
	to := make([]string, len(x.Owed))
	for i, o := range x.Owed {
		to[i] = o.Sink
	}
	return "It goes to " + strings.Join(to, ", ") + "."
}

// Facts says what routes may look at in an event, beside who sent it: "kind
// lead", "channel whatsapp". What the event has not is left out.
func Facts(e *relay.Event) []string {
	facts := []string{"kind " + string(e.Kind)}
	for _, f := range [][2]string{{"event_type", e.EventType}, {"channel", e.Channel}, {"bot_id", e.BotID}} {
		if value := render.Line(f[1], longest); value != "" {
			facts = append(facts, f[0]+" "+value)
		}
	}
	return facts
}
