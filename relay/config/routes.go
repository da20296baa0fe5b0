package config

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
)

// routes reads [[routes]].
func (r *reader) routes(n *node, names names) []Route {
	if n.kind != listKind {
		r.errorf(n.at, `"routes" is a list: write [[routes]] above each route`)
		if n.kind != tableKind {
			return nil
		}
		n.listed()
	}
	var routes []Route
	former := make(map[string]bool)
	for i, item := range n.items {
		t := r.table(item, "tables, as in [[routes]]")
		if t == nil {
			continue
		}
		route := t.route(names)
		if route.Name == "" {
			route.Name = fmt.Sprintf("route %d", i+1)
		}
		if former[route.Name] {
			r.errorf(t.at("name"), "two routes have the name %s", t.written("name", route.Name))
		}
		former[route.Name] = true
		routes = append(routes, route)
	}
	return routes
}

// written returns the value of a key as it is written, or else the value.
func (t *table) written(key, value string) string {
	if n := t.node.get(key); n != nil {
		return quoted(n)
	}
	return quote(value)
}

// route reads one route.
func (t *table) route(names names) Route {
	var route Route
	t.of = ofRoute
	t.into(&route)
	t.read("active", func(n *node) bool { return assign(&route.Active)(t.r.active(n)) })
	t.finish()
	for _, key := range t.keys() { // what stands in match by mistake is said there
		if t.node.get(key) == nil && t.node.get("match").get(key) != nil && key != "match" {
			t.bound[key] = false
		}
	}
	t.require("match", ": match = {} takes every event")
	t.require("to", `: name the sinks, as in to = ["sales"]`)
	t.targets(route.To, names)
	if match := t.node.get("match"); match != nil && match.kind == tableKind {
		t.r.patterns(match, names)
	}
	if n := t.node.get("message"); n != nil && n.kind == tableKind {
		t.r.remarks = slices.DeleteFunc(t.r.remarks, func(r remark) bool { return r.at == n.at })
		t.r.errorf(n.at, `"message" names a message: describe it in a table of its own, as in [messages.urgent], and write message = "urgent"`)
	}
	if n := t.node.get("message"); t.bound["message"] && !slices.Contains(names.messages, route.Message) {
		text := t.r.unknownValue(n, "message", route.Message, names.messages)
		switch {
		case slices.Contains(kinds(), route.Message) && !strings.Contains(n.text(), "$"):
			text = fmt.Sprintf("unknown message %s: take the key out, as every kind has a message of its own, or describe it in [messages.%s]", quoted(n), route.Message)
		case len(names.messages) == 0:
			text = fmt.Sprintf("unknown message %s: describe it in a table of its own, as in [messages.urgent]", quoted(n))
		}
		t.r.errorf(n.at, "%s", text)
	}
	if t.bound["when"] && t.r.env.Conditions != nil {
		condition, fault := t.r.env.Conditions(route.When)
		if t.r.fault(t.node.get("when"), route.When, fault) {
			route.Condition = condition
		}
	}
	return route
}

// otherwise is the table [default].
type otherwise struct {
	Sinks []string `toml:"to" must:"yes" as:"sink" example:"community" doc:"The sinks that get them: at least one."`
}

// fallback reads [default].
func (r *reader) fallback(n *node, names names) []string {
	if n.kind == listKind && len(n.items) > 0 && n.items[0].kind == textKind {
		r.errorf(n.at, `"default" is a table: write [default], and below it to = [%s]`, quotedItems(n))
		return nil
	}
	t := r.table(n, "a table, as in [default]")
	if t == nil {
		return nil
	}
	t.of = ofDefault
	var to otherwise
	t.into(&to)
	t.finish()
	t.require("to", `: name the sinks, as in to = ["sales"]`)
	t.targets(to.Sinks, names)
	return to.Sinks
}

// targets looks at the sinks that "to" names.
func (t *table) targets(sinks []string, names names) {
	if !t.bound["to"] {
		return
	}
	n := t.node.get("to")
	if len(sinks) == 0 {
		t.r.errorf(n.at, `"to" is empty: name at least one sink`)
	}
	t.r.sinkList(n, sinks, names)
}

// sinkList looks at a list of sinks' names.
func (r *reader) sinkList(n *node, sinks []string, names names) {
	former := make(map[string]bool)
	for i, sink := range sinks {
		r.sinkExists(n.items[i], sink, names)
		if former[sink] {
			r.warnf(n.items[i].at, "%s stands here twice: a sink gets an event once", quoted(n.items[i]))
		}
		former[sink] = true
	}
}

func kinds() []string { return relay.KindNames() }

// exact returns the one value that a pattern is for, and whether the pattern
// negates it; isExact is false for a pattern with a wildcard.
func exact(pattern string) (value string, negated, isExact bool) {
	pattern, negated = strings.CutPrefix(pattern, "!")
	var b strings.Builder
	escaped := false
	for _, c := range pattern {
		switch {
		case !escaped && c == '\\':
			escaped = true
			continue
		case !escaped && (c == '*' || c == '?'):
			return "", negated, false
		}
		escaped = false
		b.WriteRune(c)
	}
	return b.String(), negated, true
}
