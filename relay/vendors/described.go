package vendors

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/glob"

	"github.com/tidwall/gjson"
)

// decoder makes events of a described vendor's requests. It is not changed once
// it is made.
type decoder struct {
	vendor string
	paths  map[string][]path // by the key of EventPaths
	kinds  []kindPattern
}

// kindPattern is an event type's pattern, and the kind that it means.
type kindPattern struct {
	text    string
	pattern glob.Pattern
	kind    relay.Kind
}

func newDecoder(vendor string, d Description) (*decoder, error) {
	c := &decoder{vendor: vendor, paths: make(map[string][]path)}
	for _, n := range d.Event.all() {
		for _, text := range n.paths {
			p, err := parsePath(text)
			if err != nil {
				return nil, err
			}
			c.paths[n.key] = append(c.paths[n.key], p)
		}
	}
	for _, k := range d.Kinds {
		pattern, err := glob.Parse(k[0])
		if err != nil {
			return nil, err
		}
		kind := relay.Kind(k[1])
		if !slices.Contains(relay.Kinds(), kind) {
			return nil, fmt.Errorf("unknown kind %q", kind)
		}
		c.kinds = append(c.kinds, kindPattern{k[0], pattern, kind})
	}
	return c, nil
}

// kind returns what the first pattern that matches says.
func (c *decoder) kind(eventType string) relay.Kind {
	for _, k := range c.kinds {
		if k.pattern.Matches(eventType) {
			return k.kind
		}
	}
	return relay.Other
}

func (c *decoder) decode(header http.Header, body []byte) relay.Event {
	whole := unwrap(gjson.ParseBytes(body))
	r := reading{c.paths, header, openValue(whole)}
	e := relay.Event{
		EventType:      r.text("type"),
		BotID:          r.text("bot_id"),
		Channel:        lower(r.text("channel")),
		ConversationID: r.text("conversation_id"),
		Contact:        relay.Contact{Name: r.text("name"), Email: r.text("email"), Phone: r.text("phone"), Handle: r.text("handle")},
		Subject:        r.text("subject"),
		Text:           r.text("text"),
		Answer:         r.text("answer"),
		Transcript:     r.turns("transcript"),
		PageURL:        r.text("page_url"),
		Scheduled:      r.text("scheduled"),
	}
	e.Kind = c.kind(e.EventType)
	if e.Text == "" {
		e.Text = lastOf(e.Transcript, "user")
	}
	if e.Answer == "" {
		e.Answer = lastOf(e.Transcript, "assistant")
	}
	from := origin{vendor: c.vendor, id: r.text("id")}
	e.CreatedAt, from.created = r.moment("created_at")
	e.DedupKey = describedKey(from, e, body)
	e.Details = r.rest(whole)
	return e
}

// describedKey tells events apart by their ID. Without one, a message is told
// apart by its time only: two that read alike are two messages.
func describedKey(from origin, e relay.Event, body []byte) string {
	switch {
	case from.id != "":
		return idKey(from, e)
	case e.Kind == relay.Lead:
		return leadKey(from, e)
	case e.Kind == relay.Inbound && from.created == "":
		return ""
	default:
		return bodyKey(from, e, body)
	}
}

// reading is one request that is being read. root is nil for a body that is
// neither object nor array.
type reading struct {
	paths  map[string][]path
	header http.Header
	root   *fields
}

// text returns the first text or number that the paths of a value lead to, and
// takes it from what is left for the details. One that is empty ends the search
// too: it is there.
func (r reading) text(key string) string {
	for _, p := range r.paths[key] {
		if text, ok := r.at(p, func(v gjson.Result) bool { return v.Type == gjson.String || v.Type == gjson.Number }); ok {
			return text
		}
	}
	return ""
}

// moment returns the first time that the paths lead to, and how the vendor wrote
// it. Where none can be read, it only returns what is written.
func (r reading) moment(key string) (at time.Time, written string) {
	for _, p := range r.paths[key] {
		text, ok := r.at(p, func(v gjson.Result) bool {
			_, isTime := moment(scalar(v))
			return isTime
		})
		if at, isTime := moment(text); ok && isTime {
			return at, text
		}
	}
	for _, p := range r.paths[key] {
		if f := r.field(p); f != nil && scalar(f.value) != "" {
			return time.Time{}, scalar(f.value)
		}
	}
	return time.Time{}, ""
}

// turns returns the conversation that the paths lead to.
func (r reading) turns(key string) []relay.Turn {
	for _, p := range r.paths[key] {
		if f := r.field(p); f != nil && unwrap(f.value).IsArray() {
			f.taken = true
			return turns(unwrap(f.value))
		}
	}
	return nil
}

// at returns the text at a path, if there is one that is wanted.
func (r reading) at(p path, want func(gjson.Result) bool) (string, bool) {
	if p.header != "" {
		text := valid(r.header.Get(p.header))
		return text, text != ""
	}
	f := r.field(p)
	if f == nil || !want(f.value) {
		return "", false
	}
	f.taken = true
	return scalar(f.value), true
}

func (r reading) field(p path) *field {
	if r.root == nil || p.header != "" {
		return nil
	}
	return r.root.at(p.steps)
}

// rest shows what no path took.
func (r reading) rest(whole gjson.Result) []relay.Detail {
	var d details
	switch {
	case r.root == nil:
		d.value("Body", whole, 1)
	case r.root.items:
		d.rest(r.root, "Item")
	default:
		d.rest(r.root, "")
	}
	return d
}
