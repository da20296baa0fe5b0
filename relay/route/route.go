// Package route decides which sinks an event goes to. It is pure: no I/O, no
// clock, no state. Storing and sending what it decides is left to others.
package route

import (
	"fmt"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/glob"
)

// DefaultName is the route under which an event goes to the default's sinks.
const DefaultName = "default"

// Rule is one route of routes.toml. It holds for an event if its match, its
// condition and its time do.
type Rule struct {
	Name   string
	Match  Match
	When   *condition.Condition // nil: always holds
	Active Active               // by when the event was received
	To     []string             // names of sinks
	Final  bool                 // events for which it holds go no further
}

// Config is what a Table is made of.
type Config struct {
	Rules []Rule
	// Default are the sinks for events that no rule takes; it may be empty.
	Default []string
	Names   condition.Names
	// Failed is told of a condition that could not be told for an event. Its rule
	// then counts as one that holds, but not as final: better told twice than not
	// at all. nil: nobody is told. It must be safe to call from several goroutines.
	Failed func(e *relay.Event, route string, err error)
}

// Match holds for an event if each of its lists holds for the event's value.
// A list holds if none of its negated items ("!web") matches and, where it has
// plain items, one of them does; an empty list always holds. In an item * is
// any run of characters, also none, ? is one character, and \ takes the next
// character as it is. An absent value is "". Case counts.
type Match struct {
	Vendor, Source, EventType, Kind, Channel, BotID []string
}

// CheckPattern returns what is wrong with one pattern of a match, or nil.
func CheckPattern(pattern string) error {
	_, err := glob.Parse(pattern)
	return err
}

// Table is a compiled list of rules. It may be used from several goroutines.
type Table struct {
	rules    []rule
	fallback []string
	names    condition.Names
	failed   func(e *relay.Event, route string, err error)
}

// New compiles rules. The error tells the route and key of a bad pattern.
func New(cfg Config) (*Table, error) {
	t := &Table{fallback: cfg.Default, names: cfg.Names, failed: cfg.Failed}
	if t.failed == nil {
		t.failed = func(*relay.Event, string, error) {}
	}
	for _, r := range cfg.Rules {
		lists, err := compile(r.Match)
		if err != nil {
			return nil, fmt.Errorf("route %q: %w", r.Name, err)
		}
		t.rules = append(t.rules, rule{r, lists})
	}
	return t, nil
}

// Route returns whom the event is owed to, in the order of the rules: every
// rule that holds applies, until one that is final. A sink stands in it once,
// with the first route that names it. It is empty for an event that no rule
// takes when there is no default.
func (t *Table) Route(e *relay.Event) []relay.Owed {
	var owed []relay.Owed
	taken := false
	v := condition.NewView(e, t.names)
	for i := range t.rules {
		r := &t.rules[i]
		key, _, err := r.fails(e, v)
		if err != nil {
			t.failed(e, r.Name, err)
		}
		if key != "" {
			continue
		}
		taken = true
		owed = add(owed, r.Name, r.To)
		if r.Final && err == nil {
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
	Rule

	lists []list
}

// list is one key of a match: the value that it looks at, and its patterns.
type list struct {
	key      string
	value    func(*relay.Event) string
	patterns []glob.Pattern
	items    []string // the patterns as they were written
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
		l := list{key: key.name, value: key.value, items: key.items}
		for _, item := range key.items {
			p, err := glob.Parse(item)
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

// miss returns why the rule does not hold for an event, or nil if it does. err is
// that of a condition that could not be told, and then counts as holding.
func (r *rule) miss(e *relay.Event, v *condition.View) (*Miss, error) {
	key, l, err := r.fails(e, v)
	switch {
	case key == "":
		return nil, err
	case l != nil:
		return &Miss{Key: key, Want: l.items, Got: l.value(e)}, nil
	case key == KeyWhen:
		return &Miss{Key: key, Want: []string{r.When.String()}}, nil
	}
	return &Miss{Key: key}, nil
}

// fails returns the first key that does not hold, and its list if it is one of the
// match; "" if the rule holds. It makes nothing: of many rules, nearly all fail.
func (r *rule) fails(e *relay.Event, v *condition.View) (key string, l *list, err error) {
	for i := range r.lists {
		if l := &r.lists[i]; !l.holds(e) {
			return l.key, l, nil
		}
	}
	if !r.Active.Holds(e.ReceivedAt) {
		return KeyActive, nil, nil
	}
	if r.When == nil {
		return "", nil, nil
	}
	holds, err := r.When.Holds(v)
	if err != nil || holds {
		return "", nil, err
	}
	return KeyWhen, nil, nil
}

func (l *list) holds(e *relay.Event) bool {
	text := l.value(e)
	wanted, found := false, false
	for _, p := range l.patterns {
		hit := p.Covers(text)
		if p.Negated {
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
