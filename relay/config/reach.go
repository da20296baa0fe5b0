package config

import (
	"fmt"
	"slices"
	"strings"
)

// matcher is a match with its patterns parsed.
type matcher struct{ vendor, source, eventType, kind, channel, botID patterns }

func (m Match) parsed() matcher {
	return matcher{
		parsedPatterns(m.Vendor), parsedPatterns(m.Source), parsedPatterns(m.EventType),
		parsedPatterns(m.Kind), parsedPatterns(m.Channel), parsedPatterns(m.BotID),
	}
}

// CouldTake reports whether a match may hold for events of a source: whether it
// is one of its sources, and whether the vendor sends such events, as far as that
// is certain.
func (c *Config) CouldTake(m Match, s Source) bool {
	parsed := m.parsed()
	return parsed.of(s) && c.sent[s.Vendor].obstacle(parsed) == ""
}

// of reports whether the source's name and vendor are as they are wanted.
func (m matcher) of(s Source) bool { return m.vendor.hold(s.Vendor) && m.source.hold(s.Name) }

// obstacle returns the key of a match on which every event of the vendor fails, or
// "" if none need do so. Of a vendor that is not known nothing is certain.
func (s *sent) obstacle(m matcher) string {
	switch {
	case s == nil:
	case s.lacks("channel", m.channel):
		return "channel"
	case s.lacks("bot_id", m.botID):
		return "bot_id"
	case s.lacks("event_type", m.eventType):
		return "event_type"
	case len(m.kind) == 0 && len(m.eventType) == 0:
	case !slices.ContainsFunc(s.sends, m.kind.hold):
		return "kind"
	case len(m.eventType) > 0 && !slices.ContainsFunc(s.sendable(m.eventType), m.kind.hold):
		return "event_type"
	}
	return ""
}

// lacks reports whether a list wants a value of a key for which the vendor's
// events never have one.
func (s *sent) lacks(key string, list patterns) bool {
	return slices.Contains(s.No, key) && !list.hold("")
}

// hindrance says why no event of a vendor is what a match wants, if all fail on a
// key.
func (s *sent) hindrance(vendor, key string, m matcher) string {
	switch nothing := map[string]string{"channel": "channel", "bot_id": "bot", "event_type": "type of event"}; {
	case slices.Contains(s.No, key) && s.described:
		return fmt.Sprintf(`%s is described without %q in its "event"`, vendor, strings.TrimPrefix(key, "event_"))
	case slices.Contains(s.No, key):
		return fmt.Sprintf("%s names no %s", vendor, nothing[key])
	case key == "kind" && s.described && len(s.kinds) == 0:
		return vendor + ` is described without "kinds", so that all its events are other`
	case key == "kind" && s.described:
		return fmt.Sprintf(`%s is described with "kinds" for %s only`, vendor, series(s.sends, "and"))
	case key == "kind":
		return fmt.Sprintf("%s sends only the kinds %s", vendor, series(s.sends, "and"))
	}
	if values, only := m.eventType.values(); only && len(values) == 1 {
		return fmt.Sprintf("%s of %s is of the kind %s", quote(values[0]), vendor, s.kind(values[0]))
	}
	if found := s.sendable(m.eventType); len(found) > 0 {
		return fmt.Sprintf("such events of %s are of the kind %s", vendor, series(found, "or"))
	}
	return vendor + " sends no such type of event"
}

// unsent says why none of the sources that a match is for sends what it wants, and
// on which key the first fails. Both are empty if one may.
func (c *Config) unsent(m matcher) (key, why string) {
	var reasons []string
	for _, source := range c.Sources {
		if !m.of(source) {
			continue
		}
		vendor := c.sent[source.Vendor]
		on := vendor.obstacle(m)
		if on == "" {
			return "", ""
		}
		if key == "" {
			key = on
		}
		if reason := vendor.hindrance(source.Vendor, on, m); !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	return key, strings.Join(reasons, "; ")
}

// series lists words as a sentence does: a, b and c.
func series(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}
