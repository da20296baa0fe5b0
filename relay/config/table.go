package config

import (
	"cmp"
	"reflect"
	"strconv"
	"strings"
)

// table binds the keys of one table to fields of structs.
type table struct {
	r      *reader
	node   *node
	of     string // what it is, for stray
	fields []field
	bound  map[string]bool   // keys that were read; false: wrongly
	cures  map[string]string // what is added for required keys that are missing
}

// table begins to bind a node, and returns nil if it is not a table.
func (r *reader) table(n *node, what string) *table {
	if n.kind != tableKind {
		r.wants(n, what)
		return nil
	}
	return &table{r: r, node: n, bound: make(map[string]bool)}
}

// into binds the table's keys to the fields of the struct that dst points to.
// A field whose key is absent or wrong is left alone.
func (t *table) into(dst any) {
	for structField, value := range reflect.ValueOf(dst).Elem().Fields() {
		tag := structField.Tag.Get("toml")
		if tag == "" || tag == "-" {
			continue
		}
		parts := strings.Split(tag, ",")
		f := field{key: parts[0], options: parts[1:], holds: strings.Fields(structField.Tag.Get("holds")), value: value, example: cmp.Or(structField.Tag.Get("example"), structField.Tag.Get("default"))}
		t.fields = append(t.fields, f)
		t.bind(f)
	}
}

// bind reads one field from its key, or from the file that KEY_file names.
func (t *table) bind(f field) {
	n := t.node.get(f.key)
	var file *node
	if f.isSecret() {
		file = t.node.get(f.key + fileSuffix)
	}
	switch {
	case n != nil && file != nil:
		t.bound[f.key], t.bound[file.name] = false, false
		file.public = true
		t.r.errorf(file.key, "%q and %q exclude each other", f.key, file.name)
	case n != nil:
		n.bad = !t.r.set(f, n)
		t.bound[f.key] = !n.bad
	case file != nil:
		ok := t.r.setFile(f, file)
		t.bound[f.key], t.bound[file.name] = ok, ok
	}
}

// finish reports the keys that no field was bound to, and the required ones
// that are missing. A key that was probably meant by an unknown one is not
// missing as well.
func (t *table) finish() {
	strays := 0
	for _, item := range t.node.items {
		if _, known := t.bound[item.name]; known {
			continue
		}
		if strays++; strays > maxFindings { // which nobody is told
			t.r.errorf(item.key, "unknown key %s", quote(item.name))
			continue
		}
		if part := t.astray(item); part != "" {
			t.displaced(part)
			continue
		}
		text, meant := t.stray(item)
		t.r.errorf(item.key, "%s", text)
		t.bound[item.name] = false
		if meant != "" && t.node.get(meant) == nil {
			t.bound[meant] = false
			t.bound[strings.TrimSuffix(meant, fileSuffix)] = false
		}
	}
	for _, f := range t.fields {
		if f.has("required") {
			t.require(f.key, t.cures[f.key])
		}
	}
}

// displaced reports the keys that belong into a table within t, all in one.
func (t *table) displaced(part string) {
	first, text := t.parts(part)
	t.r.errorf(first.key, "%s", text)
	for _, item := range t.node.items {
		if _, known := t.bound[item.name]; !known && t.astray(item) == part {
			t.bound[item.name] = false
		}
	}
	if t.node.get(part) == nil {
		t.bound[part] = false
	}
}

// keys returns every key that the table may have.
func (t *table) keys() []string {
	var keys []string
	for _, f := range t.fields {
		keys = append(keys, f.key)
		if f.isSecret() {
			keys = append(keys, f.key+fileSuffix)
		}
	}
	return keys
}

// require reports that a key is missing, with a cure. It then counts as one that
// could not be read.
func (t *table) require(key, cure string) {
	if _, ok := t.bound[key]; !ok {
		t.r.errorf(t.node.at, "missing key %q%s", key, cure)
		t.bound[key] = false
	}
}

// good reports whether everything in the table could be read.
func (t *table) good() bool {
	for _, ok := range t.bound {
		if !ok {
			return false
		}
	}
	return true
}

// key returns where a key stands, or else the table.
func (t *table) key(name string) span {
	for _, name := range []string{name, name + fileSuffix} {
		if n := t.node.get(name); n != nil {
			return n.key
		}
	}
	return t.node.at
}

// at returns where a key's value stands, or else the table.
func (t *table) at(key string) span {
	for _, name := range []string{key, key + fileSuffix} {
		if n := t.node.get(name); n != nil {
			return n.at
		}
	}
	return t.node.at
}

// quote is for keys and names of people.
func quote(text string) string { return strconv.Quote(cut(text)) }
