package config

import (
	"fmt"
	"slices"
	"strings"
)

// patterns looks at every pattern of a match.
func (r *reader) patterns(match *node, names names) {
	for _, n := range match.items {
		items := n.items
		if n.kind == textKind {
			items = []*node{n}
		}
		if n.kind == listKind && len(items) == 0 {
			r.warnf(n.at, "%q is an empty list, which every event matches: leave it out, or say what it is to match", n.name)
		}
		for _, item := range items {
			if e := expand(item.text(), r.env.Getenv); item.kind == textKind && len(e.errs) == 0 {
				r.pattern(n.name, item, e.text, names)
			}
		}
	}
}

// pattern looks at one pattern: whether it is one, and whether what it names
// exists.
func (r *reader) pattern(key string, n *node, text string, names names) {
	if r.env.Globs != nil {
		if err := r.env.Globs(text); err != nil {
			r.errorf(n.at, "%q: %s is no pattern: %s", key, quoted(n), r.foreign(err.Error()))
			return
		}
	}
	if r.several(key, n, text) {
		return
	}
	if key == "channel" && strings.ToLower(text) != text {
		r.warnf(n.at, "%s never matches: a channel is always in lower case", quoted(n))
	}
	name, _, isExact := exact(text)
	if !isExact {
		return
	}
	known := kinds()
	switch key {
	case "kind":
	case "vendor":
		known = names.vendors
	case "source":
		known = names.sources
		if len(known) == 0 { // which is reported already
			return
		}
	case "channel":
		if cure := r.misplaced(key, name, names); cure != "" && !strings.Contains(n.text(), "$") {
			r.warnf(n.at, "%q: no event has %s: %s", key, quoted(n), cure)
		}
		return
	default:
		return
	}
	if slices.Contains(known, name) {
		return
	}
	if r.errs > maxFindings { // which nobody is told
		r.errorf(n.at, "unknown %s %s", key, quoted(n))
		return
	}
	isClose := strings.EqualFold(closest(name, known), name)
	if cure := r.misplaced(key, name, names); cure != "" && !isClose && !strings.Contains(n.text(), "$") {
		r.errorf(n.at, "unknown %s %s: %s", key, quoted(n), cure)
		return
	}
	r.errorf(n.at, "%s", r.unknownValue(n, key, strings.TrimPrefix(text, "!"), known))
}

// several reports a pattern in which several stand, as in "lead, message". Where no
// name can have a comma it is an error.
func (r *reader) several(key string, n *node, text string) bool {
	parts := partsOf(text)
	if parts == nil || strings.Contains(n.text(), "$") || isExpression(text) || key == "bot_id" && strings.Contains(text, "|") {
		return false
	}
	list := "[" + strings.Join(quotedParts(n), ", ") + "]"
	if key == "kind" || key == "vendor" || key == "source" {
		r.errorf(n.at, "unknown %s %s: several stand in a list, as in %s", key, quoted(n), list)
		return true
	}
	r.warnf(n.at, "%q: %s is one pattern: several stand in a list, as in %s", key, quoted(n), list)
	return true
}

// misplaced says what to write for a value that is of another key, or "".
func (r *reader) misplaced(key, name string, names names) string {
	instead := func(key string) string { return fmt.Sprintf("write %s = %q", key, cut(name)) }
	rest, isNot := strings.CutPrefix(strings.ToLower(name), "not ")
	isKind, isVendor, isSource := slices.Contains(kinds(), name), slices.Contains(names.vendors, name), slices.Contains(names.sources, name)
	switch {
	case isNot:
		return fmt.Sprintf("a ! in front negates, as in %q", "!"+cut(rest))
	case key == "channel" && strings.HasPrefix(name, "#"):
		return `it is where the customer writes, such as "whatsapp"; where messages go is the sink's channel`
	case key == "channel":
		return ""
	case key != "kind" && isKind:
		return instead("kind")
	case key != "vendor" && isVendor:
		return instead("vendor")
	case key != "source" && isSource:
		return instead("source")
	case slices.Contains(r.env.Channels, strings.ToLower(name)):
		return fmt.Sprintf("write channel = %q", strings.ToLower(name))
	case r.isType(func(known string) bool { return strings.EqualFold(known, name) }):
		return instead("event_type")
	}
	return ""
}

// isType reports whether a vendor is known to send events of such a type.
func (r *reader) isType(is func(known string) bool) bool {
	if r.types == nil && r.env.Sent != nil {
		r.types = []string{}
		for _, vendor := range r.env.Vendors {
			if sent := r.env.Sent(vendor, nil); sent != nil {
				for _, k := range sent.Kinds {
					r.types = append(r.types, k[0])
				}
			}
		}
	}
	return slices.ContainsFunc(r.types, is)
}

// kindTypes warns of kinds that stand where the type of an event belongs, if none of
// the vendors sends such a type.
func (r *reader) kindTypes(list *node, cfg *Config, vendors []string) (said bool) {
	for _, item := range itemsOf(list) {
		name, _, isExact := exact(item.text())
		if !isExact || !slices.Contains(kinds(), name) {
			continue
		}
		sends := func(vendor string) bool {
			v := cfg.sent[vendor]
			return v == nil || len(v.kinds) == 0 || slices.ContainsFunc(v.kinds, func(k kindOf) bool { return k.pattern.Negated || k.pattern.Covers(name) })
		}
		if !slices.ContainsFunc(vendors, sends) {
			r.warnf(item.at, "%s is no type of event that %s sends: write kind = %q", quoted(item), listedShort(vendors), name)
			said = true
		}
	}
	return said
}

// places returns the places of which something is said already.
func (r *reader) places() map[span]bool {
	places := make(map[span]bool)
	for _, remark := range r.remarks {
		places[remark.at] = true
	}
	return places
}

// anyOf reports whether a pattern of a match stands at one of some places.
func (match *node) anyOf(places map[span]bool) bool {
	return slices.ContainsFunc(match.items, func(n *node) bool {
		return slices.ContainsFunc(itemsOf(n), func(item *node) bool { return places[item.at] })
	})
}
