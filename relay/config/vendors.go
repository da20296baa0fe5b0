package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"botrelay/relay"
)

// vendors reads [vendors.NAME].
func (r *reader) vendors(n *node) []Vendor {
	var vendors []Vendor
	r.each(n, "a vendor", "[vendors.acme]", func(n *node) {
		if slices.Contains(r.env.Vendors, n.name) {
			r.errorf(n.key, "%s is built in and cannot be described anew: give yours another name, and use that as the vendor of your sources", quote(n.name))
		}
		if r.env.Described == nil {
			r.errorf(n.key, "vendors cannot be described here")
			return
		}
		v := Vendor{n.name, r.env.Described()}
		t := r.table(n, "a table, as in [vendors.acme]")
		t.cures = map[string]string{"signature": `: say how it signs, as in signature = { header = "X-Acme-Signature" }`}
		r.dotted(n.get("kinds"))
		t.into(v.Options)
		t.finish()
		r.kindsOf(n.get("kinds"))
		t.described(v.Options)
		vendors = append(vendors, v)
	})
	return vendors
}

// dotted reports event types whose dots make tables of them, since they stand
// without quotes, and puts them together again.
func (r *reader) dotted(n *node) {
	if n == nil || n.kind != tableKind {
		return
	}
	for i, item := range n.items {
		whole := *item
		for whole.kind == tableKind && len(whole.items) == 1 {
			inner := whole.items[0]
			whole.name, whole.at, whole.kind, whole.value, whole.items = whole.name+"."+inner.name, inner.at, inner.kind, inner.value, inner.items
		}
		if item.kind == tableKind && whole.kind == textKind {
			r.errorf(item.key, "a type with a dot in it stands in quotes: write %s = …", quote(whole.name))
			n.items[i] = &whole
		}
	}
}

// kindsOf looks at the kinds that event types are said to mean.
func (r *reader) kindsOf(n *node) {
	if n == nil || n.kind != tableKind {
		return
	}
	for _, item := range n.items {
		e := expand(item.text(), r.env.Getenv)
		switch {
		case item.kind != textKind || len(e.errs) > 0 || slices.Contains(kinds(), e.text):
		case slices.Contains(kinds(), item.name) && !e.any:
			r.errorf(item.at, "unknown kind %s: the type stands first: write %s = %q", quoted(item), quoted(item), item.name)
		default:
			r.errorf(item.at, "%s", r.unknownValue(item, "kind", e.text, kinds()))
		}
	}
}

// described lets a description check itself. What it says of what could not be
// read, or is not there beside it, would only be a consequence of that.
func (t *table) described(options VendorOptions) {
	for _, p := range options.Check() {
		at, there := t.node.find(p.Key)
		if at.bad && at.kind != tableKind || at.absent || !there && (at.bad || !t.good() && at == t.node) {
			continue
		}
		where := at.at
		if strings.HasPrefix(p.Key, "kinds.") { // it is the pattern, not the kind
			where, p.Key = at.key, "kinds"
		}
		t.r.option(where, relay.Problem{Key: lastOf(p.Key), Text: p.Text, Warning: p.Warning})
	}
}

// lastOf returns the part of a problem's key that is a key of the file.
func lastOf(key string) string {
	_, inner, nested := strings.Cut(key, ".")
	if !nested {
		return key
	}
	inner, _, _ = strings.Cut(inner, ".")
	return inner
}

// find returns the node that a problem's key leads to: the key of a table and one
// of that table's, perhaps with the place of an item. If there is none, it
// returns the last one on the way.
func (n *node) find(key string) (found *node, there bool) {
	outer, inner, nested := strings.Cut(key, ".")
	table := n.get(outer)
	if table == nil || !nested {
		return cmp.Or(table, n), table != nil
	}
	if item := table.get(inner); item != nil {
		return item, true
	}
	inner, place, _ := strings.Cut(inner, ".")
	item := table.get(inner)
	if item == nil {
		return table, false
	}
	if i, err := strconv.Atoi(place); err == nil && item.kind == listKind && i < len(item.items) {
		return item.items[i], true
	}
	return item, true
}

// keyed reports secrets that a described vendor cannot have.
func (t *table) keyed(s Source) {
	i := slices.IndexFunc(t.r.described, func(v Vendor) bool { return v.Name == s.Vendor })
	if i < 0 {
		return
	}
	n := t.node.get("secret")
	for j, secret := range s.Secrets {
		if secret.IsZero() {
			continue
		}
		if err := t.r.described[i].Options.CheckSecret(secret); err != nil {
			at := t.at("secret")
			if n != nil && n.kind == listKind && j < len(n.items) {
				at = n.items[j].at
			}
			t.r.errorf(at, "the secret does not fit the vendor %s: %s", quote(s.Vendor), t.r.foreign(err.Error()))
		}
	}
}
