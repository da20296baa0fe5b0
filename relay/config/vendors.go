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
		t.into(v.Options)
		t.finish()
		r.kindsOf(n.get("kinds"))
		t.described(v.Options)
		vendors = append(vendors, v)
	})
	return vendors
}

// kindsOf looks at the kinds that event types are said to mean.
func (r *reader) kindsOf(n *node) {
	if n == nil || n.kind != tableKind {
		return
	}
	for _, item := range n.items {
		if e := expand(item.text(), r.env.Getenv); item.kind == textKind && len(e.errs) == 0 && !slices.Contains(kinds(), e.text) {
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
