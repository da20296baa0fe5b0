package config

import (
	"fmt"
	"slices"
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
	for i, route := range cfg.Routes {
		for _, former := range cfg.Routes[:i] {
			if former.Final && former.always() && former.Match.covers(route.Match) {
				r.warnf(root.get("routes").items[i].at, "no event comes to the route %q: the route %q takes them all and is final", cut(route.Name), cut(former.Name))
				break
			}
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

// covers reports whether m surely holds wherever other does: each of its lists
// is empty, takes everything, or is the other's.
func (m Match) covers(other Match) bool {
	theirs := other.lists()
	for i, list := range m.lists() {
		if len(list) > 0 && !slices.Equal(list, []string{"*"}) && !slices.Equal(list, theirs[i]) {
			return false
		}
	}
	return true
}

func (m Match) lists() [6][]string {
	return [6][]string{m.Vendor, m.Source, m.EventType, m.Kind, m.Channel, m.BotID}
}
