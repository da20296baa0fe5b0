package playground

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"botrelay/relay/admin/ondisk"
	"botrelay/relay/admin/page"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// request reads what a form, or an address, asks to be tried:
//
//	from    a sample, as "source=website&sample=lead" or "vendor=newoaks&sample=lead"
//	event   the ID of an event that is kept; it goes before from
//	source, vendor, sample   the same as from, for addresses
//	body    the vendor's JSON, in place of what from or event has
//	routes  the text of the routes file; absent: what start says
//	start   the file that the copy was begun from: empty for the one in use, "disk" for
//	        the one on disk that cannot be used
//	begun   the sum of that file's text then
//	was     the from that body was begun from, where a browser sends both
//	at      when it comes in: 2026-03-14T22:30 in the file's zone, or with a zone
func (c Config) request(r *http.Request) (Request, View, error) {
	file, v := c.begin(r)
	in := Request{Routes: file}
	if r.Form.Has("routes") {
		in.Routes.Data = []byte(unix(r.Form.Get("routes")))
	}
	v.Routes, v.Edited = string(in.Routes.Data), !bytes.Equal(in.Routes.Data, []byte(unix(string(file.Data))))
	v.At, v.Zone = r.Form.Get("at"), c.Routes.Server.Timezone.String()
	var err error
	if in.At, err = moment(v.At, c.Routes.Server.Timezone); err != nil {
		return in, v, err
	}
	v.Choices = choicesOf(c.Routes)
	if id := r.Form.Get("event"); id != "" {
		return c.stored(r, id, in, v)
	}
	return c.chosen(r, in, v)
}

// onDisk is what a form calls the file on disk.
const onDisk = "disk"

// begin returns the file that a copy is begun from, and a View that tells of it.
func (c Config) begin(r *http.Request) (config.File, View) {
	file := c.InUse()
	v := View{OnDisk: ondisk.Of(c.Standing()), Starters: compose.Starters()}
	disk, shown := c.OnDisk()
	v.Disk = shown
	if shown && r.Form.Get("start") == onDisk {
		file, v.Start = disk, onDisk
	}
	v.File, v.Hidden, v.Sum = file.Name, bytes.Contains(file.Data, []byte(config.NotShown)), sum(file.Data)
	if begun := r.Form.Get("begun"); begun != "" && r.Form.Has("routes") {
		v.Old, v.Sum = begun != v.Sum, begun
	}
	return file, v
}

// sum tells a text from another one.
func sum(text []byte) string {
	all := sha256.Sum256(text)
	return hex.EncodeToString(all[:8])
}

// moment reads a time; zero if there is none.
func moment(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, nil
		}
	}
	return time.Time{}, &page.Error{Status: http.StatusBadRequest, Text: fmt.Sprintf("%.40q is no time: write it as in 2026-03-14T22:30.", text)}
}

// stored asks for an event that is kept, as it is or with another payload.
func (c Config) stored(r *http.Request, id string, in Request, v View) (Request, View, error) {
	e, err := c.Event(r.Context(), id)
	if errors.Is(err, ErrNoEvent) {
		return in, v, &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("No event with the ID %.60q is kept.", id)}
	}
	if err != nil {
		return in, v, err
	}
	shown := []byte(e.Payload)
	if c.Shown != nil {
		shown = c.Shown(e).Payload
	}
	v.Stored, v.Body = &Stored{ID: e.ID, Source: e.Source, Vendor: e.Vendor, ReceivedAt: e.ReceivedAt}, pretty(shown)
	body := unix(r.Form.Get("body"))
	if body == "" || same(body, shown) { // it is the event itself, with all that is not shown
		in.Event.Stored = &e
		return in, v, nil
	}
	v.Body = body
	in.Event = compose.Input{Source: e.Source, Body: []byte(body), Topic: e.EventType}
	if !c.has(e.Source) { // it is gone, but its vendor may be known
		in.Event.Source, in.Event.Vendor = "", e.Vendor
	}
	return in, v, nil
}

// has reports whether the file in use has a source.
func (c Config) has(source string) bool {
	for _, s := range c.Routes.Sources {
		if s.Name == source {
			return true
		}
	}
	return false
}

// chosen asks for a sample, or what was written in its place.
func (c Config) chosen(r *http.Request, in Request, v View) (Request, View, error) {
	chosen := r.Form
	if from := r.Form.Get("from"); from != "" {
		var err error
		if chosen, err = url.ParseQuery(from); err != nil {
			return in, v, &page.Error{Status: http.StatusBadRequest, Text: "The sample cannot be told."}
		}
	}
	in.Event = compose.Input{Source: chosen.Get("source"), Vendor: chosen.Get("vendor"), Sample: chosen.Get("sample")}
	if in.Event.Source == "" && in.Event.Vendor == "" {
		first := compose.Choices(c.Routes)[0]
		in.Event.Source, in.Event.Vendor = first.Source, first.Vendor
	}
	if in.Event.Sample == "" {
		in.Event.Sample = c.first(in.Event)
	}
	v.From = from(in.Event.Source, in.Event.Vendor, in.Event.Sample)
	// A sample that was chosen anew takes the place of what stood there.
	if body := unix(r.Form.Get("body")); body != "" && cmp.Or(r.Form.Get("was"), r.Form.Get("from")) == r.Form.Get("from") {
		v.Body, in.Event.Body = body, []byte(body)
		return in, v, nil
	}
	v.Body = c.sample(in.Event)
	return in, v, nil
}

// first returns the name of the first sample of an event's sender.
func (c Config) first(in compose.Input) string {
	if all := c.samples(in); len(all) > 0 {
		return all[0].Name
	}
	return ""
}

// sample returns the JSON of a sample, to be read; empty if there is none, as is told
// when it is tried.
func (c Config) sample(in compose.Input) string {
	for _, s := range c.samples(in) {
		if s.Name == in.Sample {
			return pretty(s.Body)
		}
	}
	return ""
}

// samples are those of an event's sender.
func (c Config) samples(in compose.Input) []vendors.Sample {
	name := in.Vendor
	for _, s := range c.Routes.Sources {
		if s.Name == in.Source {
			name = s.Vendor
		}
	}
	v, err := compose.Vendor(c.Routes.Vendors, name)
	if err != nil {
		return nil
	}
	return samplesOf(v)
}

// samplesOf are a vendor's samples that are events.
func samplesOf(v *vendors.Vendor) []vendors.Sample {
	var all []vendors.Sample
	for _, s := range v.Samples {
		if !v.Empty(s.Body) {
			all = append(all, s)
		}
	}
	return all
}

// from names a sample in a form.
func from(source, vendor, sample string) string {
	q := url.Values{"sample": {sample}}
	if source != "" {
		q.Set("source", source)
	} else {
		q.Set("vendor", vendor)
	}
	return q.Encode()
}

// unix is a form's text with the line ends that files have.
func unix(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// pretty returns JSON laid out for people; as it is, if it is so deep that it would
// mostly be the space before its lines.
func pretty(text json.RawMessage) string {
	var b bytes.Buffer
	if laidOut(text) > 4*len(text)+64<<10 || json.Indent(&b, text, "", indent) != nil {
		return string(text)
	}
	return b.String()
}

// indent stands before a line, as often as what it is in is deep.
const indent = "  "

// laidOut returns how many bytes JSON is about to have when it is laid out.
func laidOut(text []byte) int {
	size, depth, quoted := len(text), 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			size += 1 + depth*len(indent)
		case c == '}' || c == ']':
			depth--
			size += 1 + depth*len(indent)
		case c == ',':
			size += 1 + depth*len(indent)
		}
	}
	return size
}

// same reports whether a text is JSON that was only laid out anew.
func same(text string, former []byte) bool {
	var a, b bytes.Buffer
	return json.Compact(&a, []byte(text)) == nil && json.Compact(&b, former) == nil && bytes.Equal(a.Bytes(), b.Bytes())
}

// Stored is an event that is kept, and is tried.
type Stored struct {
	ID         string    `json:"id"`
	Source     string    `json:"source"`
	Vendor     string    `json:"vendor"`
	ReceivedAt time.Time `json:"received_at"`
}
