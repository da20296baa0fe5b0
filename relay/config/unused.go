package config

import (
	"fmt"
	"slices"
)

// unused warns of what a good file has and nothing comes to: sinks that nobody
// names, sources that no route could take, vendors without a source, messages that no event gets.
func (r *reader) unused(root *node, cfg *Config) {
	for _, s := range cfg.Sinks {
		if !cfg.uses(s.Name) {
			r.warnf(root.get("sinks").get(s.Name).at, "no route sends to the sink %q", s.Name)
		}
	}
	for _, s := range cfg.Sources {
		if len(cfg.Default) == 0 && !slices.ContainsFunc(cfg.Routes, func(route Route) bool { return cfg.CouldTake(route.Match, s) }) {
			r.warnf(root.get("sources").get(s.Name).at, "no route takes events of the source %q, and there is no [default]", s.Name)
		}
	}
	for _, s := range cfg.Sources {
		if v := cfg.sent[s.Vendor]; v != nil && !v.Timed && s.Tolerance > 0 {
			r.warnf(root.get("sources").get(s.Name).get("tolerance").at, `"tolerance" has no effect: %s signs no time`, s.Vendor)
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
