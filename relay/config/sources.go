package config

import (
	"fmt"
	"slices"
	"strings"
)

// sources reads [sources.NAME].
func (r *reader) sources(n *node, names names) []Source {
	var sources []Source
	known := listed(names.vendors)
	r.each(n, "a source", "[sources.website]", func(n *node) {
		s := Source{Name: n.name}
		t := r.table(n, "a table, as in [sources.website]")
		t.of = ofSource
		t.into(&s)
		t.finish()
		if t.bound["vendor"] && !slices.Contains(names.vendors, s.Vendor) {
			vendor := n.get("vendor")
			r.errorf(vendor.at, "%s", r.unknownVendor(vendor, s.Vendor, names.vendors))
		}
		t.require("vendor", " ("+known+")")
		t.signed(s)
		if t.bound["allow_ips"] && len(s.AllowIPs) == 0 {
			r.errorf(n.get("allow_ips").at, `"allow_ips" is empty: nobody could send; take it out, or name the addresses`)
		}
		t.keyed(s)
		if t.bound["conversation_url"] {
			r.template(n.get("conversation_url"), "conversation_url", s.ConversationURL)
		}
		sources = append(sources, s)
	})
	return sources
}

// unknownVendor says that a source has a vendor that is not known: one that sells
// another's product, or one to be described.
func (r *reader) unknownVendor(n *node, name string, known []string) string {
	said := r.unknownValue(n, "vendor", name, known)
	switch own := labelOf(strings.ToLower(name)); {
	case strings.Contains(said, "did you mean"), strings.Contains(n.text(), "$"):
	case slices.Contains(known, own):
		return fmt.Sprintf("unknown vendor %s: did you mean %q, whose product it is?", quoted(n), own)
	case r.env.Described != nil:
		return said + "; any other is described in a table of its own, as in [vendors.acme]"
	}
	return said
}

// labelOf returns the vendor whose product is sold under another name, or "".
func labelOf(name string) string {
	for _, label := range []string{"smarterbot", "appointify", "chatnimbus"} {
		if strings.Contains(name, label) {
			return "newoaks"
		}
	}
	return ""
}

// each calls read with each table within the table n, whose keys are names.
func (r *reader) each(n *node, what, example string, read func(*node)) {
	if n.kind == listKind && len(n.items) > 0 && n.items[0].kind == tableKind {
		r.errorf(n.at, "%s has a name: write %s in place of [[%s]]", what, example, n.name)
		return
	}
	if r.table(n, "tables with names, as in "+example) == nil {
		return
	}
	if r.nameless(n) {
		r.errorf(n.at, "%s has a name: write %s in place of [%s]", what, example, n.name)
		return
	}
	for _, item := range n.items {
		if item.kind == listKind && len(item.items) == 1 && item.items[0].kind == tableKind {
			r.errorf(item.key, "write one bracket on each side, as in %s: a name is there once", example)
			*item = node{name: item.name, key: item.key, at: item.at, kind: tableKind, items: item.items[0].items}
		}
		if item.kind != tableKind {
			r.errorf(item.key, "%s has a table of its own, as in %s: %s is %s", what, example, quote(item.name), item.kind)
			continue
		}
		r.checkName(item)
		read(item)
	}
}

// checkName reports a name that could not stand in a URL's path.
func (r *reader) checkName(n *node) {
	odd := func(c rune) bool {
		return !strings.ContainsRune("-_.", c) && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	}
	switch {
	case n.name == "":
		r.errorf(n.key, "a name is empty")
	case n.name == "." || n.name == "..":
		r.errorf(n.key, "%q cannot be a name", n.name)
	case strings.ContainsFunc(n.name, odd):
		r.errorf(n.key, `the name %s may have letters, digits, "-", "_" and "." only`, quote(n.name))
	}
}

// signed reports a source that has neither a secret nor says that there is
// none yet, or both.
func (t *table) signed(s Source) {
	_, hasSecret := t.bound["secret"]
	pending, saysPending := t.bound["pending"]
	switch {
	case hasSecret && s.Pending:
		t.r.errorf(t.node.get("pending").at, `"pending" means that there is no secret yet: take it out, or the secret`)
	case hasSecret, s.Pending, saysPending && !pending:
	default:
		t.r.errorf(t.node.at, `missing key "secret": write secret = "${%s}", or pending = true while there is none yet`, exampleVariable(s.Name))
	}
}

// exampleVariable makes the name of a variable from a source's.
func exampleVariable(name string) string {
	letters := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z':
			return c - 'a' + 'A'
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			return c
		}
		return '_'
	}, name)
	variable := letters + "_SECRET"
	if !isVariableName(variable) || len(name) > maxShownName {
		return "SECRET"
	}
	return variable
}
