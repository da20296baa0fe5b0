package config

import (
	"encoding"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
)

// field is a struct's field that a key is bound to.
type field struct {
	key     string
	options []string
	holds   []string // the placeholders of its own that its text may have
	value   reflect.Value
	example string // of a value
}

func (f field) has(option string) bool { return slices.Contains(f.options, option) }

// isSecret reports whether the field may also be read from a file.
func (f field) isSecret() bool {
	if !f.value.IsValid() { // a table that is read by other means
		return false
	}
	switch f.value.Interface().(type) {
	case relay.Secret, []relay.Secret:
		return true
	}
	return false
}

// setFile reads a secret field from one or several files.
func (r *reader) setFile(f field, n *node) bool {
	switch p := f.value.Addr().Interface().(type) {
	case *relay.Secret:
		return assign(p)(r.secretFile(n))
	case *[]relay.Secret:
		return assign(p)(r.secretFiles(n))
	}
	return false
}

// set reads a field. It panics for a type that SinkOptions does not promise.
func (r *reader) set(f field, n *node) bool {
	switch p := f.value.Addr().Interface().(type) {
	case *relay.Secret:
		return assign(p)(r.secret(n, f.has("clear")))
	case *[]relay.Secret:
		return assign(p)(r.secretList(n))
	case *string:
		if n.kind == integerKind && f.has("number") {
			n.public = true
			*p = fmt.Sprint(n.value)
			return true
		}
		if r.own(n, f.holds) {
			*p = n.text()
			return true
		}
		return assign(p)(r.string(n))
	case **string:
		text, ok := r.string(n)
		*p = &text
		return ok
	case *bool:
		return assign(p)(r.boolean(n))
	case **bool:
		b, ok := r.boolean(n)
		*p = &b
		return ok
	case *int64:
		if f.has("size") {
			return parsed(r, n, p, parseSize)
		}
		return assign(p)(r.integer(n, f.example))
	case *int:
		i, ok := r.integer(n, f.example)
		if ok && int64(int(i)) != i {
			r.refuses(n, "is too large")
			return false
		}
		*p = int(i)
		return ok
	case *time.Duration:
		good := parsed(r, n, p, parseDuration)
		if good && f.has("positive") && *p <= 0 {
			r.refuses(n, "wants more than nothing")
			return false
		}
		return good
	case **time.Location:
		return parsed(r, n, p, parseZone)
	case *[]netip.Prefix:
		return assign(p)(r.networks(n))
	case *[]string:
		return assign(p)(r.strings(n, f.has("one")))
	case *map[string]string:
		return assign(p)(r.texts(n))
	case *[][2]string:
		return assign(p)(r.pairs(n))
	case encoding.TextUnmarshaler:
		return parsed(r, n, &p, func(text string) (encoding.TextUnmarshaler, error) { return p, p.UnmarshalText([]byte(text)) })
	}
	if word, ok := reflect.TypeAssert[choice](f.value); ok && f.value.Kind() == reflect.String {
		text, ok := r.choice(n, word.Known())
		f.value.SetString(text)
		return ok
	}
	if f.value.Kind() == reflect.Struct {
		return r.inner(n, f.value.Addr().Interface())
	}
	panic(fmt.Sprintf("config: %q is bound to a %s, which no value can fill", f.key, f.value.Type()))
}

// own reports whether what looks like a variable in a string is a placeholder of
// the key's own, written as ${body}: a variable of that name, or of one in small
// letters, has no value. It is for the options to say what is right then.
func (r *reader) own(n *node, placeholders []string) bool {
	if len(placeholders) == 0 || n.kind != textKind {
		return false
	}
	for _, part := range strings.Split(n.text(), "${")[1:] {
		name, _, _ := strings.Cut(part, "}")
		value, _ := r.env.Getenv(name)
		if lower := strings.ToLower(name); value == "" && isVariableName(name) && (name == lower || slices.Contains(placeholders, lower)) {
			n.public = true
			return true
		}
	}
	return false
}

// choice is one of a few words.
type choice interface{ Known() []string }

// choice reads one of the known words.
func (r *reader) choice(n *node, known []string) (string, bool) {
	text, ok := r.string(n)
	if !ok || n.absent {
		return "", ok
	}
	if !slices.Contains(known, text) {
		r.errorf(n.at, "%s", r.unknownValue(n, n.name, text, known))
		return "", false
	}
	return text, true
}

// inner reads a table within a table.
func (r *reader) inner(n *node, dst any) bool {
	if text := strings.TrimSpace(n.text()); n.name == ofMatch && slices.Contains(kinds(), strings.ToLower(text)) {
		r.errorf(n.at, `"match" wants a table, got a string: write match = { kind = %q }`, strings.ToLower(text))
		n.public = true
		return false
	} else if n.name == ofMatch && n.kind != tableKind && (len(n.items) == 0 && text == "" || slices.Contains([]string{"*", "all", "any"}, text)) {
		r.errorf(n.at, `"match" wants a table, got %s: match = {} takes every event`, n.kind)
		n.public = true
		return false
	}
	if n.kind != tableKind {
		r.wants(n, "a table"+exampleOf(dst))
		return false
	}
	t := r.table(n, "")
	t.of = n.name
	t.into(dst)
	t.finish()
	return t.good()
}

// exampleOf shows a table with the first of its keys that has an example: dst points
// to what it is read into.
func exampleOf(dst any) string {
	for _, k := range keysIn(reflect.ValueOf(dst).Elem().Interface()) {
		if k.Example == "" {
			continue
		}
		if k.Name == "vendor" {
			return `, as in { kind = "lead" }`
		}
		if k.Shape == Number {
			return fmt.Sprintf(", as in { %s = %s }", k.Name, k.Example)
		}
		return fmt.Sprintf(", as in { %s = %q }", k.Name, k.Example)
	}
	return ""
}

// assign returns a function that takes a value and whether it is good, sets
// dst if it is, and passes on whether it is.
func assign[T any](dst *T) func(T, bool) bool {
	return func(value T, ok bool) bool {
		if ok {
			*dst = value
		}
		return ok
	}
}

// networks reads a list of addresses and networks.
func (r *reader) networks(n *node) ([]netip.Prefix, bool) {
	n.public = true
	if n.kind != listKind {
		if n.kind == textKind && !strings.Contains(n.text(), "$") {
			r.errorf(n.at, "%q wants a list of addresses and networks, got a string: write [%s]", n.name, strings.Join(quotedParts(n), ", "))
		} else {
			r.wants(n, "a list of addresses and networks")
		}
		return nil, false
	}
	good := true
	networks := make([]netip.Prefix, len(n.items))
	for i, item := range n.items {
		good = parsed(r, item, &networks[i], parseNetwork) && good
	}
	return networks, good
}

// texts reads a table of strings.
func (r *reader) texts(n *node) (map[string]string, bool) {
	n.public = true
	if n.kind != tableKind {
		r.wants(n, "a table of strings")
		return nil, false
	}
	good := true
	texts := make(map[string]string, len(n.items))
	for _, item := range n.items {
		text, ok := r.string(item)
		texts[item.name], good = text, good && ok
	}
	return texts, good
}

// pairs reads a table of strings, in the order in which they stand.
func (r *reader) pairs(n *node) ([][2]string, bool) {
	texts, good := r.texts(n)
	pairs := make([][2]string, 0, len(texts))
	for _, item := range n.items {
		pairs = append(pairs, [2]string{item.name, texts[item.name]})
	}
	return pairs, good
}
