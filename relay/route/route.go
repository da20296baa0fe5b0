// Package route decides which sinks an event goes to. It is pure: no I/O, no
// clock, no state. Storing and sending what it decides is left to others.
package route

import (
	"fmt"

	"botrelay/relay"
)

// DefaultName is the route under which an event goes to the default's sinks.
const DefaultName = "default"

// Rule is one route of routes.toml.
type Rule struct {
	Name  string
	Match Match
	To    []string // names of sinks
	Final bool     // events that match go no further
}

// Match holds for an event if each of its lists holds for the event's value.
// A list holds if none of its negated items ("!web") matches and, where it has
// plain items, one of them does; an empty list always holds. In an item * is
// any run of characters, also none, ? is one character, and \ takes the next
// character as it is. An absent value is "". Case counts.
type Match struct {
	Vendor, Source, EventType, Kind, Channel, BotID []string
}

// Table is a compiled list of rules. It may be used from several goroutines.
type Table struct {
	rules    []rule
	fallback []string
}

// New compiles rules. Events that none of them takes go to fallback, which may
// be empty. The error tells the route and key of a bad pattern.
func New(rules []Rule, fallback []string) (*Table, error) {
	t := &Table{fallback: fallback}
	for _, r := range rules {
		lists, err := compile(r.Match)
		if err != nil {
			return nil, fmt.Errorf("route %q: %w", r.Name, err)
		}
		t.rules = append(t.rules, rule{r.Name, lists, r.To, r.Final})
	}
	return t, nil
}

// Route returns whom the event is owed to, in the order of the rules: every
// rule that matches applies, until one that is final. A sink stands in it once,
// with the first route that names it. It is empty for an event that no rule
// takes when there is no default.
func (t *Table) Route(e *relay.Event) []relay.Owed {
	var owed []relay.Owed
	taken := false
	for i := range t.rules {
		r := &t.rules[i]
		if !r.holds(e) {
			continue
		}
		taken = true
		owed = add(owed, r.name, r.to)
		if r.final {
			break
		}
	}
	if !taken {
		owed = add(owed, DefaultName, t.fallback)
	}
	return owed
}

// add appends the sinks that do not stand in owed yet.
func add(owed []relay.Owed, route string, sinks []string) []relay.Owed {
next:
	for _, sink := range sinks {
		for _, o := range owed {
			if o.Sink == sink {
				continue next
			}
		}
		owed = append(owed, relay.Owed{Sink: sink, Route: route})
	}
	return owed
}

// rule is a compiled Rule.
type rule struct {
	name  string
	lists []list
	to    []string
	final bool
}

// list is one key of a match: the value that it looks at, and its patterns.
type list struct {
	value    func(*relay.Event) string
	patterns []pattern
}

func compile(m Match) ([]list, error) {
	var lists []list
	for _, key := range []struct {
		name  string
		items []string
		value func(*relay.Event) string
	}{
		{"vendor", m.Vendor, func(e *relay.Event) string { return e.Vendor }},
		{"source", m.Source, func(e *relay.Event) string { return e.Source }},
		{"event_type", m.EventType, func(e *relay.Event) string { return e.EventType }},
		{"kind", m.Kind, func(e *relay.Event) string { return string(e.Kind) }},
		{"channel", m.Channel, func(e *relay.Event) string { return e.Channel }},
		{"bot_id", m.BotID, func(e *relay.Event) string { return e.BotID }},
	} {
		l := list{value: key.value}
		for _, item := range key.items {
			p, err := parsePattern(item)
			if err != nil {
				return nil, fmt.Errorf("%s: %q: %w", key.name, item, err)
			}
			l.patterns = append(l.patterns, p)
		}
		if len(l.patterns) > 0 {
			lists = append(lists, l)
		}
	}
	return lists, nil
}

func (r *rule) holds(e *relay.Event) bool {
	for i := range r.lists {
		if !r.lists[i].holds(e) {
			return false
		}
	}
	return true
}

func (l *list) holds(e *relay.Event) bool {
	text := l.value(e)
	wanted, found := false, false
	for _, p := range l.patterns {
		hit := matches(p.glob, text)
		if p.negated {
			if hit {
				return false
			}
			continue
		}
		wanted = true
		found = found || hit
	}
	return found || !wanted
}
