package config

import (
	"maps"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
)

// DefaultGiveUpAfter is how long a sink tries a failure again that may pass.
const DefaultGiveUpAfter = 72 * time.Hour

// sinks reads [sinks.NAME].
func (r *reader) sinks(n *node, names names) []Sink {
	var sinks []Sink
	r.each(n, "a sink", "[sinks.sales]", func(n *node) {
		sinks = append(sinks, r.sink(n, names))
	})
	r.cycles(n, sinks)
	return sinks
}

// sink reads one sink: the keys that all have, and those of its type.
func (r *reader) sink(n *node, names names) Sink {
	s := Sink{Name: n.name, GiveUpAfter: DefaultGiveUpAfter}
	t := r.table(n, "a table, as in [sinks.sales]")
	t.of = ofSink
	t.into(&s)
	if fresh := r.env.Sinks[s.Type]; t.bound["type"] && fresh != nil {
		s.Options = fresh()
		if r.env.StandIn != nil {
			r.standIn = func(key string) string { return r.env.StandIn(s.Name, s.Type, key) }
			defer func() { r.standIn = nil }()
		}
		t.into(s.Options)
		t.finish()
		t.options(s.Options)
	} else {
		t.untyped(s.Type, slices.Collect(maps.Keys(r.env.Sinks)))
	}
	if t.bound["fallback"] {
		r.sinkExists(n.get("fallback"), s.Fallback, names)
	}
	if t.bound["give_up_after"] && s.GiveUpAfter <= 0 {
		r.refuses(n.get("give_up_after"), "wants more than nothing")
	}
	if t.bound["thread"] && *s.Thread && s.Options != nil && t.good() && !s.Options.Replies() {
		r.warnf(n.get("thread").key, `"thread" has no effect: a webhook cannot reply, only a bot's "token" can`)
	}
	return s
}

// Threads reports whether messages of one conversation are to stand together:
// unless the file says otherwise, where the sink can.
func (s Sink) Threads() bool { return s.Options.Replies() && (s.Thread == nil || *s.Thread) }

// untyped reports why a sink's type is not known. Keys that may be the type's
// own are then left alone.
func (t *table) untyped(name string, known []string) {
	n := t.node.get("type")
	if n == nil {
		for _, item := range t.node.items {
			if closest(item.name, []string{"type"}) != "" || alias(ofSink, item.name) == "type" {
				t.r.errorf(item.key, `unknown key %s: did you mean "type"?`, quote(item.name))
				return
			}
		}
		t.r.errorf(t.node.at, `missing key "type" (%s)`, listed(known))
		return
	}
	if t.bound["type"] {
		t.r.errorf(n.at, "%s", t.r.unknownValue(n, "type", name, known))
	}
}

// options lets a sink's options check themselves. What they say of keys that
// could not be read, or that are absent where something could not be read,
// would only be a consequence of that.
func (t *table) options(options SinkOptions) {
	good := t.good()
	for _, p := range options.Check() {
		bound, there := t.bound[p.Key]
		if there && !bound || !there && !good {
			continue
		}
		if n := t.node.get(p.Key); n != nil && t.r.isUnread(n) {
			t.r.remarks = slices.DeleteFunc(t.r.remarks, func(r remark) bool { return r.warning && r.at == n.at })
			t.r.errorf(n.at, "%q: a variable of the environment is written %q", n.name, t.r.variableIn(n.text()))
			continue
		}
		t.r.option(t.at(p.Key), p)
	}
}

// option reports what a sink says of itself, with the key unless it is in the
// text already.
func (r *reader) option(at span, p relay.Problem) {
	text := r.foreign(p.Text)
	if !strings.Contains(p.Text, p.Key) {
		text = quote(p.Key) + ": " + text
	}
	if p.Warning {
		r.warnf(at, "%s", text)
		return
	}
	r.errorf(at, "%s", text)
}

// cycles reports sinks that would tell each other of their own failure, each
// cycle once.
func (r *reader) cycles(n *node, sinks []Sink) {
	next := make(map[string]string, len(sinks))
	for _, s := range sinks {
		next[s.Name] = s.Fallback
	}
	seen := make(map[string]bool)
	for _, s := range sinks {
		walked := make(map[string]bool)
		name := s.Name
		for ; name != "" && !seen[name]; name = next[name] {
			seen[name], walked[name] = true, true
		}
		if name != "" && walked[name] {
			r.errorf(n.get(name).get("fallback").at, `"fallback" goes round in a circle: %s`, circle(name, next))
		}
	}
}

// circle spells a cycle out.
func circle(name string, next map[string]string) string {
	names := []string{quote(name)}
	for at := next[name]; at != name; at = next[at] {
		names = append(names, quote(at))
	}
	return strings.Join(append(names, quote(name)), ", ")
}
