package config

import (
	"fmt"
	"slices"
	"strings"
)

// impossible warns of routes that no event can match, and of patterns that surely
// miss what they are for.
func (r *reader) impossible(routes *node, cfg *Config) {
	told := r.places()
	for i := range cfg.Routes {
		route := &cfg.Routes[i]
		match := routes.items[i].get("match")
		if list := route.Match.contradiction(); list != "" {
			r.never(match.get(list).at, route, "no event can match the route %s: %s", fmt.Sprintf("its %q takes nothing that it does not turn away again", list))
			continue
		}
		m := route.Match.parsed()
		var vendors []string
		for _, s := range cfg.Sources {
			if m.of(s) {
				vendors = append(vendors, s.Vendor)
			}
		}
		if len(vendors) == 0 {
			r.never(match.at, route, "no event can match the route %s: %s", cfg.sourceless(route.Match, m))
			continue
		}
		said := r.expressions(match) || match.anyOf(told) || slices.ContainsFunc(itemsOf(match.get("channel")), func(n *node) bool { return strings.ToLower(n.text()) != n.text() })
		said = r.nearTypes(match.get("event_type"), cfg, vendors) || r.kindTypes(match.get("event_type"), cfg, vendors) || said
		said = r.nearChannels(match.get("channel")) || said
		if key, why := cfg.unsent(m); why != "" && said {
			route.Never = why
		} else if why != "" {
			r.never(match.get(key).at, route, "no event can match the route %s: %s", why)
		}
	}
}

// never warns that no event comes to a route. format has its name and why.
func (r *reader) never(at span, route *Route, format, why string) {
	route.Never = why
	r.warnf(at, format, quote(route.Name), why)
}

// contradiction returns the key of a list of which every plain item is negated as
// well, or "".
func (m Match) contradiction() string {
	keys := [6]string{"vendor", "source", "event_type", "kind", "channel", "bot_id"}
	for i, list := range m.lists() {
		parsed := parsedPatterns(list)
		values, only := parsed.values()
		if only && !slices.ContainsFunc(values, parsed.hold) || slices.Contains(list, "!*") {
			return keys[i]
		}
	}
	return ""
}

// sourceless says why no source has events for a match: its parts hold for some,
// or for none.
func (c *Config) sourceless(m Match, parsed matcher) string {
	for _, s := range c.Sources {
		if len(m.Source) > 0 && parsed.source.hold(s.Name) && !parsed.vendor.hold(s.Vendor) {
			return fmt.Sprintf("the source %s is of the vendor %s", quote(s.Name), s.Vendor)
		}
	}
	return "no source has such events"
}
