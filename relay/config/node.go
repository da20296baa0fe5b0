package config

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// span is a range of bytes of the file.
type span struct{ start, end int }

// node is a value of the file and where it stands.
type node struct {
	name  string  // its key; an item of a list has the list's
	key   span    // the key; of an item of a list, the item
	at    span    // the value; of a table with a header, the header
	kind  kind    //
	value any     // string, int64, float64, bool or time.Time; nil for a list or a table
	items []*node // of a list or a table, in the order of the file

	order int
	// public: the line that it stands on may be shown with it. A value is
	// public once it is known not to be a secret.
	public bool
	// absent: it lacks a variable, which is no error here.
	absent bool
	// bad: it could not be read, and that is reported.
	bad bool

	index index
}

// index finds the items of a large table.
type index struct {
	of          int // how many items there were
	first, last *node
	named       map[string]*node
}

// kind is the type of a value in TOML.
type kind int

const (
	textKind kind = iota
	integerKind
	floatKind
	boolKind
	dateKind
	listKind
	tableKind
)

// String returns the kind with its article.
func (k kind) String() string {
	switch k {
	case textKind:
		return "a string"
	case integerKind:
		return "an integer"
	case floatKind:
		return "a float"
	case boolKind:
		return "a boolean"
	case dateKind:
		return "a date"
	case listKind:
		return "a list"
	case tableKind:
		return "a table"
	}
	return "something else"
}

// get returns the item of a table, or nil. A nil table has none.
func (n *node) get(key string) *node {
	if n == nil || n.kind != tableKind {
		return nil
	}
	if len(n.items) > fewItems {
		return n.indexed()[key]
	}
	for _, item := range n.items {
		if item.name == key {
			return item
		}
	}
	return nil
}

// fewItems are found sooner without an index.
const fewItems = 16

// indexed returns the items by their names. A file may have tens of thousands, each of
// which is looked for.
func (n *node) indexed() map[string]*node {
	first, last := n.items[0], n.items[len(n.items)-1]
	if n.index.of == len(n.items) && n.index.first == first && n.index.last == last {
		return n.index.named
	}
	named := make(map[string]*node, len(n.items))
	for _, item := range n.items {
		if named[item.name] == nil {
			named[item.name] = item
		}
	}
	n.index = index{len(n.items), first, last, named}
	return named
}

// lacks reports whether a key is there and lacks its variable.
func (n *node) lacks() bool { return n != nil && n.absent }

// text returns a string as it is written, variables and all; of another kind
// nothing.
func (n *node) text() string {
	s, _ := n.value.(string)
	return s
}

// single says what to write for a list where one text is wanted, and for a number
// or the like. What is in it is public then.
func (n *node) single() string {
	for _, item := range n.items {
		item.public = n.kind == listKind && item.kind == textKind
	}
	switch {
	case n.kind == listKind && len(n.items) == 1 && n.items[0].kind == textKind:
		return ": write " + quoted(n.items[0])
	case n.kind == listKind:
		return ", which can hold only one"
	case n.kind == integerKind, n.kind == boolKind:
		return fmt.Sprintf(": write %q", fmt.Sprint(n.value))
	}
	return ""
}

// tree joins the values that the decoder found and the places that the walk
// found. What has no place, which would be a disagreement of the two, stands
// where its parent does.
func (w *walk) tree(path, name string, parent place, value any) *node {
	where, ok := w.places[path]
	if !ok {
		where = parent
	}
	n := &node{name: name, key: where.key, at: where.at, order: where.order}
	switch v := value.(type) {
	case map[string]any:
		n.kind = tableKind
		for key, item := range v {
			n.items = append(n.items, w.tree(below(path, key), key, where, item))
		}
		slices.SortFunc(n.items, func(a, b *node) int {
			return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.name, b.name))
		})
	case []map[string]any:
		n.kind = listKind
		for i, item := range v {
			n.items = append(n.items, w.tree(within(path, i), name, where, item))
		}
	case []any:
		n.kind = listKind
		for i, item := range v {
			n.items = append(n.items, w.tree(within(path, i), name, where, item))
		}
	default:
		n.kind, n.value = scalarKind(v), v
	}
	return n
}

func scalarKind(value any) kind {
	switch value.(type) {
	case int64:
		return integerKind
	case float64:
		return floatKind
	case bool:
		return boolKind
	case time.Time:
		return dateKind
	}
	return textKind
}
