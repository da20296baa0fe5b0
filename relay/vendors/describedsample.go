package vendors

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"botrelay/relay"
)

// sampleSerial is what tells one sample from the next.
const sampleSerial = "4d7e0001"

// samples makes a request of each kind that the description knows, by the kind's
// name; of a vendor without kinds, one that is called "event".
func (c *decoder) samples() []Sample {
	var all []Sample
	for _, k := range c.kinds {
		name := string(k.kind)
		if slices.ContainsFunc(all, func(s Sample) bool { return s.Name == name }) {
			continue
		}
		// An earlier pattern may take the type that stands for this one.
		if s := c.sample(name, k.kind, exampleOf(k.text)); c.decode(s.Header, s.Body).Kind == k.kind {
			all = append(all, s)
		}
	}
	if len(all) == 0 {
		all = append(all, c.sample("event", relay.Other, "event.created"))
	}
	return all
}

// sample puts a plausible value wherever the description looks for one.
func (c *decoder) sample(name string, kind relay.Kind, eventType string) Sample {
	s := Sample{Name: name, Header: http.Header{}, Serial: sampleSerial}
	var body any = map[string]any{}
	if slices.ContainsFunc(c.paths["type"], path.inItem) {
		body = nil // it is to become a list
	}
	for _, n := range (EventPaths{}).all() {
		value := plausible(n.key, kind, eventType)
		if value == nil {
			continue
		}
		for _, p := range c.paths[n.key] {
			if p.header != "" {
				s.Header.Set(p.header, value.(string)) // a transcript, which is none, has no header
				break
			}
			next, ok := place(body, p.steps, value)
			if ok {
				body = next
				break
			}
		}
	}
	if object, ok := body.(map[string]any); ok && len(object) == 0 {
		object["event"] = eventType // a body without anything is taken for a test
	}
	s.Body, _ = json.Marshal(body) // maps, lists and texts can always be written
	return s
}

// inItem reports whether the body of a path is a list.
func (p path) inItem() bool {
	if len(p.steps) == 0 {
		return false
	}
	_, isPlace := placeOf(p.steps[0])
	return isPlace
}

// plausible returns an example of a value; nil where an event of the kind has
// none.
func plausible(key string, kind relay.Kind, eventType string) any {
	talk := kind != relay.Lead && kind != relay.Appointment
	switch {
	case key == "type":
		return eventType
	case key == "id":
		return "evt_" + sampleSerial
	case key == "conversation_id":
		return "conv_" + sampleSerial
	case key == "channel" && kind == relay.Inbound:
		return "whatsapp"
	case key == "handle" && kind == relay.Inbound:
		return "+442079460958"
	case key == "text" && kind == relay.Appointment:
		return "A first look at the annual plan"
	case key == "scheduled" && kind != relay.Appointment,
		(key == "subject" || key == "answer" || key == "transcript") && !talk,
		(key == "answer" || key == "transcript") && kind == relay.Inbound:
		return nil
	case key == "transcript":
		return []any{
			map[string]any{"role": "user", "content": "Do you ship to Norway?"},
			map[string]any{"role": "assistant", "content": "Yes, within **three days**."},
		}
	}
	return map[string]any{
		"bot_id": "bot_1", "channel": "web", "name": "Ada Lovelace", "email": "ada@example.com", "phone": "+44 20 7946 0958",
		"handle": "ada", "subject": "Shipping", "text": "Do you ship to Norway?", "answer": "Yes, within **three days**.",
		"page_url": "https://shop.example/shipping", "scheduled": "2026-03-02 14:00", "created_at": "2026-03-02T09:30:00Z",
	}[key]
}

// place puts a value where the steps lead to, and returns what node has become.
// It fails where there is something else already.
func place(node any, steps []string, value any) (any, bool) {
	if len(steps) == 0 {
		return value, node == nil
	}
	list, isList := node.([]any)
	if i, isPlace := placeOf(steps[0]); isPlace && (node == nil || isList) {
		size := i + 1
		if i < 0 {
			size = -i
		}
		for len(list) < size {
			list = append(list, nil)
		}
		if i < 0 {
			i += len(list)
		}
		item, ok := place(list[i], steps[1:], value)
		list[i] = item
		return list, ok
	}
	object, isObject := node.(map[string]any)
	switch {
	case node == nil:
		object = make(map[string]any)
	case !isObject:
		return node, false
	}
	inner, ok := place(object[steps[0]], steps[1:], value)
	if ok {
		object[steps[0]] = inner
	}
	return object, ok
}

// placeOf returns the place in a list that a step may stand for.
func placeOf(step string) (int, bool) {
	i, err := strconv.Atoi(step)
	return i, err == nil && i < maxSteps && i >= -maxSteps
}

// exampleOf returns a text that a pattern matches, if it is not negated.
func exampleOf(pattern string) string {
	var b strings.Builder
	escaped := false
	for i, c := range pattern {
		last := i == len(pattern)-1
		switch {
		case !escaped && c == '\\':
			escaped = true
			continue
		case !escaped && c == '*' && last && b.Len() == 0:
			b.WriteString("event")
		case !escaped && c == '*' && last && strings.ContainsAny(b.String()[b.Len()-1:], "._-/:"):
			b.WriteString("created")
		case !escaped && c == '*':
		case !escaped && c == '?':
			b.WriteByte('x')
		default:
			b.WriteRune(c)
		}
		escaped = false
	}
	return b.String()
}
