package config

import (
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/glob"
)

// Sent is what a vendor sends, as far as that is certain. It may send events of
// types that nobody has heard of.
type Sent struct {
	// Kinds are pairs of a pattern for the type of an event and the kind that it
	// means. The first that matches counts; what none matches is of the kind other.
	Kinds [][2]string
	// Fold: for the kind capitals and small letters of a type are the same.
	Fold bool
	// No: the keys of a match for which its events never have a value.
	No []string
	// Timed: it signs the time.
	Timed bool
}

// sent is a Sent that is asked.
type sent struct {
	Sent

	described bool // by the file
	kinds     []kindOf
	sends     []string // the kinds of all its events
}

// kindOf is what the types of a pattern mean.
type kindOf struct {
	pattern glob.Pattern
	text    string // as it was written
	value   string // the one type that it is for; of no use unless isExact
	isExact bool
	kind    string
}

// all covers every text.
func all() glob.Pattern {
	p, _ := glob.Parse("*")
	return p
}

// sent asks what the vendors of the sources send.
func (r *reader) sent(cfg *Config) map[string]*sent {
	if r.env.Sent == nil {
		return nil
	}
	known := make(map[string]*sent)
	for _, s := range cfg.Sources {
		if _, asked := known[s.Vendor]; asked {
			continue
		}
		var options VendorOptions
		for _, v := range cfg.Vendors {
			if v.Name == s.Vendor {
				options = v.Options
			}
		}
		v := newSent(r.env.Sent(s.Vendor, options))
		if v != nil {
			v.described = options != nil
		}
		known[s.Vendor] = v
	}
	return known
}

// newSent returns nil for a Sent that is nil, or that has bad patterns.
func newSent(s *Sent) *sent {
	if s == nil {
		return nil
	}
	known := &sent{Sent: *s}
	for _, pair := range s.Kinds {
		p, err := glob.Parse(pair[0])
		if err != nil {
			return nil
		}
		value, negated, isExact := exact(pair[0])
		known.kinds = append(known.kinds, kindOf{p, pair[0], value, isExact && !negated, pair[1]})
	}
	known.sends = known.sendable(nil)
	return known
}

// kind returns what a type means.
func (s *sent) kind(eventType string) string {
	for _, k := range s.kinds {
		if k.pattern.Matches(eventType) || s.Fold && k.isExact && strings.EqualFold(k.value, strings.TrimSpace(eventType)) {
			return k.kind
		}
	}
	return string(relay.Other)
}

// sendable returns the kinds of the events of those types that may come.
func (s *sent) sendable(types patterns) []string {
	var found []string
	for _, kind := range kinds() {
		if s.may(types, kind) {
			found = append(found, kind)
		}
	}
	return found
}

// may reports whether an event of the kind may come with one of the types.
func (s *sent) may(types patterns, kind string) bool {
	if slices.Contains(s.No, "event_type") {
		return types.hold("") && s.kind("") == kind
	}
	if values, only := types.values(); only {
		return slices.ContainsFunc(values, func(v string) bool { return types.hold(v) && s.kind(v) == kind })
	}
	for i, k := range s.kinds {
		if k.kind == kind && types.meet(k, s.kinds[:i], s.Fold) {
			return true
		}
	}
	return kind == string(relay.Other) && types.reachPast(s.kinds)
}
