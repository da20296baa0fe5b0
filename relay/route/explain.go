package route

import (
	"botrelay/relay"
	"botrelay/relay/condition"
)

// The keys of a rule that a Miss may name beside those of its match.
const (
	KeyWhen   = "when"
	KeyActive = "active"
)

// Miss is why a rule does not hold for an event: the first key that does not.
type Miss struct {
	Key  string   // as in routes.toml: "kind", "channel", … "when", "active"
	Want []string // the patterns of a match, or the condition; nil for active
	Got  string   // the event's value, of a match
}

// Step is what one rule has to do with an event.
type Step struct {
	Route string
	To    []string // its sinks
	Final bool
	// Behind is the name of the final route that keeps the event from this one,
	// or empty. Nothing below is known then.
	Behind string
	Miss   *Miss // nil: it holds
	// Err is that of a condition that could not be told; the rule holds then,
	// and is not final.
	Err error
	// New are those of To that no route above has named: they get the event from
	// here.
	New []string
}

// Explanation is how a Table comes to what Route returns.
type Explanation struct {
	Steps []Step // one for each rule, in order
	// Default are the sinks that the event goes to since no rule took it.
	Default []string
	// Owed is what Route returns.
	Owed []relay.Owed
}

// Explain tells of every rule whether it takes an event, and if not why. It
// tells nobody of conditions that fail but its caller.
func (t *Table) Explain(e *relay.Event) Explanation {
	var x Explanation
	behind, taken := "", false
	v := condition.NewView(e, t.names)
	for i := range t.rules {
		r := &t.rules[i]
		s := Step{Route: r.Name, To: r.To, Final: r.Final, Behind: behind}
		if behind == "" {
			s.Miss, s.Err = r.miss(e, v)
		}
		if behind == "" && s.Miss == nil {
			taken = true
			before := len(x.Owed)
			x.Owed = add(x.Owed, r.Name, r.To)
			for _, o := range x.Owed[before:] {
				s.New = append(s.New, o.Sink)
			}
			if r.Final && s.Err == nil {
				behind = r.Name
			}
		}
		x.Steps = append(x.Steps, s)
	}
	if !taken {
		x.Owed, x.Default = add(x.Owed, DefaultName, t.fallback), t.fallback
	}
	return x
}
