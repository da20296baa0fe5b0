package config

import (
	"fmt"
	"slices"
	"strings"
)

// impossible warns of routes that no event can match, and of patterns that surely
// miss what they are for.
func (r *reader) impossible(routes *node, cfg *Config) {
	for i, route := range cfg.Routes {
		n := routes.items[i]
		match := n.get("match")
		if list := route.Match.contradiction(); list != "" {
			r.warnf(match.get(list).at, "no event can match the route %s: its %q takes nothing that it does not turn away again", quote(route.Name), list)
			continue
		}
		var vendors []string
		for _, s := range cfg.Sources {
			if route.Match.CouldTake(s) {
				vendors = append(vendors, s.Vendor)
			}
		}
		if len(vendors) == 0 {
			r.warnf(match.at, "no event can match the route %s: %s", quote(route.Name), route.Match.sourceless(cfg))
			continue
		}
		r.near(match.get("event_type"), r.typesOf(vendors), "is no type of event that "+listedShort(vendors)+" sends")
		r.near(match.get("channel"), r.env.Channels, "is no channel that is known")
	}
}

// typesOf returns the types of events that vendors send, or nil if those of one
// are not known.
func (r *reader) typesOf(vendors []string) []string {
	var types []string
	for _, vendor := range vendors {
		if len(r.env.Types[vendor]) == 0 {
			return nil
		}
		types = append(types, r.env.Types[vendor]...)
	}
	return types
}

// near warns of patterns that are for one value which is not known, and is near to
// one that is: other values may be new, and are nobody's mistake.
func (r *reader) near(list *node, known []string, what string) {
	if list == nil || len(known) == 0 {
		return
	}
	items := list.items
	if list.kind == textKind {
		items = []*node{list}
	}
	for _, item := range items {
		value, _, isExact := exact(item.text())
		if !isExact || value == "" || slices.Contains(known, value) || strings.Contains(value, "$") ||
			slices.Contains(known, strings.ToLower(value)) && list.name == "channel" { // which is said already
			continue
		}
		if like := closest(value, known); like != "" {
			r.warnf(item.at, "%s %s: did you mean %q?", quoted(item), what, like)
		}
	}
}

// contradiction returns the key of a list of which every plain item is negated as
// well, or "".
func (m Match) contradiction() string {
	keys := [6]string{"vendor", "source", "event_type", "kind", "channel", "bot_id"}
	for i, list := range m.lists() {
		plain, possible := false, false
		for _, p := range list {
			value, negated, isExact := exact(p)
			if negated {
				continue
			}
			plain = true
			possible = possible || !isExact || couldHold(list, value)
		}
		if plain && !possible || slices.Contains(list, "!*") {
			return keys[i]
		}
	}
	return ""
}

// sourceless says why no source has events for a match: its parts hold for some,
// or for none.
func (m Match) sourceless(cfg *Config) string {
	for _, s := range cfg.Sources {
		if len(m.Source) > 0 && couldHold(m.Source, s.Name) && !couldHold(m.Vendor, s.Vendor) {
			return fmt.Sprintf("the source %s is of the vendor %s", quote(s.Name), s.Vendor)
		}
	}
	return "no source has such events"
}

// listedShort names vendors, each once.
func listedShort(vendors []string) string {
	vendors = slices.Clone(vendors)
	slices.Sort(vendors)
	return strings.Join(slices.Compact(vendors), " or ")
}
