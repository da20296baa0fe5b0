package config

import (
	"fmt"
	"slices"
	"strings"
)

// unused warns of what a good file has and nothing comes to: sinks that nobody
// names, sources that no route could take, vendors without a source, messages that no event gets, routes behind one that is final.
func (r *reader) unused(root *node, cfg *Config) {
	for _, s := range cfg.Sinks {
		if !cfg.uses(s.Name) {
			r.warnf(root.get("sinks").get(s.Name).at, "no route sends to the sink %q", s.Name)
		}
	}
	for _, s := range cfg.Sources {
		if len(cfg.Default) == 0 && !slices.ContainsFunc(cfg.Routes, func(route Route) bool { return route.Match.CouldTake(s) }) {
			r.warnf(root.get("sources").get(s.Name).at, "no route takes events of the source %q, and there is no [default]", s.Name)
		}
	}
	for _, v := range cfg.Vendors {
		if !slices.ContainsFunc(cfg.Sources, func(s Source) bool { return s.Vendor == v.Name }) {
			r.warnf(root.get("vendors").get(v.Name).at, "no source has the vendor %s", quote(v.Name))
		}
	}
	for _, m := range cfg.Messages {
		if !slices.Contains(kinds(), m.Name) && !slices.ContainsFunc(cfg.Routes, func(route Route) bool { return route.Message == m.Name }) {
			r.warnf(root.get("messages").get(m.Name).at, "%s", unusedMessage(m.Name))
		}
	}
	finals := make(finals)
	for i := range cfg.Routes {
		route := &cfg.Routes[i]
		if former := finals.covering(cfg.Routes, route.Match); former != nil {
			r.warnf(root.get("routes").items[i].at, "no event comes to the route %q: the route %q takes them all and is final", cut(route.Name), cut(former.Name))
		}
		if route.Final && route.always() {
			finals.add(i, route.Match)
		}
	}
}

// unusedMessage says that no event gets a message.
func unusedMessage(name string) string {
	text := fmt.Sprintf(`no event gets the message %s: no route has message = %[1]s, and it is no kind`, quote(name))
	if kind := closest(name, kinds()); kind != "" {
		text += fmt.Sprintf(": did you mean [messages.%s]?", kind)
	}
	return text
}

// uses reports whether anything is ever sent to a sink.
func (c *Config) uses(sink string) bool {
	named := func(s Sink) bool { return s.Fallback == sink }
	sent := func(r Route) bool { return slices.Contains(r.To, sink) }
	return slices.Contains(c.Default, sink) || slices.Contains(c.Server.Notify, sink) ||
		slices.ContainsFunc(c.Sinks, named) || slices.ContainsFunc(c.Routes, sent)
}

// CouldTake reports whether a match may hold for events of a source. It is
// sure only where there are no wildcards.
func (m Match) CouldTake(s Source) bool {
	return couldHold(m.Vendor, s.Vendor) && couldHold(m.Source, s.Name)
}

// couldHold reports whether a list of patterns may hold for a value.
func couldHold(patterns []string, value string) bool {
	plain, hit := false, false
	for _, p := range patterns {
		name, negated, isExact := exact(p)
		if negated && isExact && name == value {
			return false
		}
		plain = plain || !negated
		hit = hit || !negated && (!isExact || name == value)
	}
	return hit || !plain
}

// always reports whether nothing but its match keeps a route from applying.
func (r Route) always() bool { return r.When == "" && r.Active == Active{} }

// finals are the first final routes of their matches, so that one that covers
// another's is found without a look at each: by which lists of a match say
// anything, and what these say.
type finals map[[6]bool]map[string]int

// add adds the route at index.
func (f finals) add(index int, m Match) {
	var says [6]bool
	for i, list := range m.lists() {
		says[i] = len(list) > 0 && !slices.Equal(list, []string{"*"})
	}
	if f[says] == nil {
		f[says] = make(map[string]int)
	}
	if _, known := f[says][m.said(says)]; !known {
		f[says][m.said(says)] = index
	}
}

// covering returns the first of routes that surely holds wherever m does, or nil:
// each of its lists is empty, takes everything, or is that of m.
func (f finals) covering(routes []Route, m Match) *Route {
	first := len(routes)
	for says, known := range f {
		if i, found := known[m.said(says)]; found {
			first = min(first, i)
		}
	}
	if first == len(routes) {
		return nil
	}
	return &routes[first]
}

// said spells some of a match's lists out.
func (m Match) said(says [6]bool) string {
	var b strings.Builder
	for i, list := range m.lists() {
		if says[i] {
			fmt.Fprintf(&b, "%d%q", i, list)
		}
	}
	return b.String()
}

func (m Match) lists() [6][]string {
	return [6][]string{m.Vendor, m.Source, m.EventType, m.Kind, m.Channel, m.BotID}
}
