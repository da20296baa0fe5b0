package config

import (
	"cmp"
	"strconv"
	"strings"

	"botrelay/relay"
)

const noColor = `wants a colour such as "#d83a3a"`

// messages reads [messages.NAME].
func (r *reader) messages(n *node) []Message {
	var messages []Message
	r.each(n, "a message", "[messages.lead]", func(n *node) {
		m := Message{Name: n.name}
		t := r.table(n, "a table, as in [messages.lead]")
		t.of = ofMessage
		t.into(&m)
		for key, text := range map[string]*string{"title": m.Title, "body": m.Body, "footer": m.Footer, "link": m.Link} {
			if t.bound[key] {
				r.template(n.get(key), key, *text)
			}
		}
		t.read("fields", func(n *node) bool { return assign(&m.Fields)(r.messageFields(n)) })
		t.read("color", func(n *node) bool { return assign(&m.Color)(r.color(n)) })
		t.finish()
		if len(n.items) == 0 {
			r.warnf(n.at, "the message %s says nothing of itself: it is the default", quote(n.name))
		}
		messages = append(messages, m)
	})
	return messages
}

// read reads a key by other means than a struct's field.
func (t *table) read(key string, read func(*node) bool) {
	t.fields = append(t.fields, field{key: key})
	if n := t.node.get(key); n != nil {
		t.bound[key] = read(n)
	}
}

// messageFields reads a message's fields in the order in which they stand.
func (r *reader) messageFields(n *node) ([]MessageField, bool) {
	n.public = true
	if n.kind != tableKind {
		r.wants(n, `a table, as in { From = "{{ .Contact.Name }}" }`)
		return nil, false
	}
	good := true
	fields := []MessageField{}
	for _, item := range n.items {
		text, ok := r.string(item)
		good = ok && r.template(item, "fields", text) && good
		if strings.TrimSpace(item.name) == "" {
			r.errorf(item.key, "the name of a field is empty")
			good = false
		}
		fields = append(fields, MessageField{item.name, text})
	}
	return fields, good
}

// color reads a colour. Black is the darkest grey, since 0 is none.
func (r *reader) color(n *node) (relay.Color, bool) {
	if n.kind != textKind {
		n.public = true
		r.errorf(n.at, "%q %s, got %s", n.name, noColor, n.kind)
		return 0, false
	}
	text, ok := r.value(n)
	if !ok {
		return 0, false
	}
	digits, hash := strings.CutPrefix(text, "#")
	if len(digits) == 3 { // as in CSS: each stands for two of it
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	rgb, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || !hash || len(digits) != 6 {
		r.refuses(n, noColor)
		return 0, false
	}
	return relay.Color(max(rgb, 1)), true
}

// template looks at a template, and reports what is wrong where it stands. text
// is what n says, with its variables put in.
func (r *reader) template(n *node, place, text string) bool {
	return r.env.Templates == nil || r.fault(n, text, r.env.Templates(place, text, r.described))
}

// fault reports what is wrong with the text of n, where it stands; it returns
// whether that is nothing.
func (r *reader) fault(n *node, text string, fault *Fault) bool {
	if fault == nil {
		return true
	}
	said := fault.Text
	if fault.Name != "" {
		said = unknownName(fault)
	}
	if fault.Warning {
		r.warnf(r.within(n, text, fault.Offset), "%q: %s", n.name, r.foreign(said))
		return true
	}
	r.errorf(r.within(n, text, fault.Offset), "%q: %s", n.name, r.foreign(said))
	return false
}

// unknownName says that a name is not known in a text, and which may be meant.
func unknownName(fault *Fault) string {
	said := "unknown " + fault.What + " " + quote(fault.Name)
	known := make([]string, len(fault.Known))
	for i, name := range fault.Known {
		known[i] = prefixOf(fault.Name) + name
	}
	first := fault.Name[0]
	if fault.What == "function" && first >= 'A' && first <= 'Z' {
		return said + ": a name of the event begins with a point, as in ." + fault.Name
	}
	if like := cmp.Or(fault.Like, closest(fault.Name, known)); like != "" {
		return said + ": did you mean " + like + "?"
	}
	if fault.What == "function" { // in the order of their use
		return said + " (" + enumerated(known) + ")"
	}
	return said + " (" + listed(known) + ")"
}

// prefixOf returns the point of a name that begins with one.
func prefixOf(name string) string {
	if strings.HasPrefix(name, ".") {
		return "."
	}
	return ""
}
