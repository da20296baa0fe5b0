package config

import (
	"fmt"
	"slices"
	"strings"
)

// misnamed reports tables of the file that are called otherwise than they are
// meant, such as [sink.sales], and puts them where they belong: so what refers to
// them is right, and what is wrong within them is told too.
func (t *table) misnamed() {
	var known []string
	for _, table := range t.r.reference() {
		known = append(known, table.Key)
	}
	t.node.items = slices.DeleteFunc(t.node.items, func(item *node) bool {
		isTable := item.kind == tableKind || item.kind == listKind && len(item.items) > 0 && item.items[0].kind == tableKind
		meant := closest(item.name, known)
		if meant == "" {
			meant = alias(ofFile, item.name)
		}
		if slices.Contains(known, item.name) || !isTable || !slices.Contains([]string{"vendors", "sources", "sinks", "messages", "routes"}, meant) {
			return false
		}
		said := fmt.Sprintf("unknown key %s: did you mean %q?", quote(item.name), meant)
		if meant == "routes" && item.kind == tableKind {
			said = fmt.Sprintf("unknown key %s: did you mean [[routes]], with two brackets on both sides?", quote(item.name))
			item.listed()
		}
		t.r.errorf(item.key, "%s", said)
		there := t.node.get(meant)
		if there == nil || there.kind != item.kind {
			item.name = meant
			return false
		}
		there.items = append(there.items, item.items...)
		return true
	})
}

// below reports routes that stand in another table, as in [[sources.routes]], and
// puts them where they belong.
func (t *table) below() {
	for _, outer := range t.node.items {
		if outer.kind != tableKind || outer.name == "bots" {
			continue
		}
		inner := outer.get("routes")
		if inner == nil || inner.kind != listKind {
			continue
		}
		t.r.errorf(inner.key, "routes stand by themselves: write [[routes]] in place of [[%s.routes]]", cut(outer.name))
		outer.items = slices.DeleteFunc(outer.items, func(item *node) bool { return item == inner })
		if there := t.node.get("routes"); there != nil {
			there.items = append(there.items, inner.items...)
		} else {
			t.node.items = append(t.node.items, inner)
		}
	}
}

// listed makes a list of routes of a table that is one, or holds some by names.
func (n *node) listed() {
	items := n.items
	isRoute := func(item *node) bool { return item.kind != tableKind || named(keysIn(Route{}), item.name) != nil }
	if slices.ContainsFunc(items, isRoute) || len(items) == 0 {
		item := *n
		items = []*node{&item}
	}
	n.kind, n.items = listKind, items
}

// part returns the key of a table within t that has a key which stands in t by
// mistake, or "".
func (t *table) part(name string) string {
	for _, f := range t.fields {
		if f.value.IsValid() && f.value.Kind().String() == "struct" && hasKeys(f) && named(keysIn(f.value.Interface()), name) != nil {
			return f.key
		}
	}
	if t.of == ofRoute && named(keysIn(activeKeys{}), name) != nil {
		return ofActive
	}
	return ""
}

// astray is part for a key that is not close to one of t's own.
func (t *table) astray(item *node) string {
	if known := t.keys(); slices.Contains(known, alias(t.of, item.name)) || closest(item.name, known) != "" {
		return ""
	}
	return t.part(item.name)
}

// hasKeys reports whether a field is filled from a table.
func hasKeys(f field) bool {
	for field := range f.value.Type().Fields() {
		if tag := field.Tag.Get("toml"); tag != "" {
			return true
		}
	}
	return false
}

// parts says of keys that belong into a table within t that they do, at the first
// of them.
func (t *table) parts(part string) (first *node, text string) {
	var names, written []string
	for _, item := range t.node.items {
		if _, known := t.bound[item.name]; known || t.astray(item) != part {
			continue
		}
		if first == nil {
			first = item
		}
		names, written = append(names, quote(item.name)), append(written, cut(item.name)+" = …")
	}
	if len(names) == 1 {
		return first, fmt.Sprintf("unknown key %s: it is a part of %s, as in %s = { %s }", names[0], part, part, written[0])
	}
	return first, fmt.Sprintf("unknown keys %s: they are parts of %s, as in %s = { %s }", strings.Join(names, ", "), part, part, strings.Join(written, ", "))
}
