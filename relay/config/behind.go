package config

import (
	"fmt"
	"slices"
	"strings"
)

// maxCompared is how many routes are compared with final ones, one by one.
const maxCompared = 10_000

// behind warns of routes that no event comes to, since final ones before them take
// what they could.
func (r *reader) behind(routes *node, cfg *Config) {
	known := make(finals)
	var ends []int // the final routes that nothing but their match keeps from applying
	var parsed []matcher
	for i := range cfg.Routes {
		route := &cfg.Routes[i]
		parsed = append(parsed, route.Match.parsed())
		why := ""
		if former := known.covering(cfg.Routes, route.Match); former != nil {
			why = fmt.Sprintf("the route %s takes them all and is final", quote(former.Name))
		} else if len(ends) > 0 && len(ends)*len(cfg.Routes) <= maxCompared {
			why = cfg.takers(parsed, ends)
		}
		if why != "" && route.Never == "" {
			r.never(routes.items[i].at, route, "no event comes to the route %s: %s", why)
		}
		if route.Final && route.always() {
			known.add(i, route.Match)
			ends = append(ends, i)
		}
	}
}

// takers says which of the final routes, ends, surely take every event that the
// last of the routes may; "" if they do not, or none may come anyway. It asks for
// each source and kind by itself.
func (c *Config) takers(routes []matcher, ends []int) string {
	last := routes[len(routes)-1]
	var takers []string
	for _, source := range c.Sources {
		vendor := c.sent[source.Vendor]
		if !last.of(source) || vendor.obstacle(last) != "" {
			continue
		}
		kinds := kinds()
		if vendor != nil {
			kinds = vendor.sendable(last.eventType)
		}
		for _, kind := range kinds {
			if !last.kind.hold(kind) {
				continue
			}
			i := slices.IndexFunc(ends, func(end int) bool { return routes[end].takes(last, source, kind, vendor) })
			if i < 0 {
				return ""
			}
			if name := quote(c.Routes[ends[i]].Name); !slices.Contains(takers, name) {
				takers = append(takers, name)
			}
		}
	}
	switch len(takers) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("the route %s takes them all and is final", takers[0])
	}
	return fmt.Sprintf("the routes %s take them all and are final", series(takers, "and"))
}

// takes reports whether m surely takes every event of a kind from a source that
// other takes.
func (m matcher) takes(other matcher, from Source, kind string, vendor *sent) bool {
	if !m.of(from) || !m.kind.hold(kind) {
		return false
	}
	return vendor.surely("event_type", m.eventType, other.eventType) && vendor.surely("channel", m.channel, other.channel) && vendor.surely("bot_id", m.botID, other.botID)
}

// surely reports whether a list of a key holds wherever another does, for what the
// vendor sends.
func (s *sent) surely(key string, list, other patterns) bool {
	if s != nil && slices.Contains(s.No, key) {
		return list.hold("")
	}
	return list.contain(other)
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

// lists returns the lists of a match in the order of its fields.
func (m Match) lists() [6][]string {
	return [6][]string{m.Vendor, m.Source, m.EventType, m.Kind, m.Channel, m.BotID}
}
