// Package vendors knows what each chatbot platform sends: how it signs a
// request, what its JSON means, and what it wants to hear. It does no I/O; the
// HTTP side of receiving is package receive.
package vendors

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"botrelay/relay"
)

// Vendor describes one chatbot platform. A Vendor is read-only after it is
// made and may be used from several goroutines.
type Vendor struct {
	Name  string
	Title string // as the company writes it

	// Schemes are the ways in which the vendor signs. A request is genuine if
	// it satisfies one of them with one of the source's secrets. Each passes
	// Check, which is not asked again for each request.
	Schemes []Scheme

	// Decode turns a verified request into an event: everything but ID, Vendor,
	// Source, ReceivedAt and Payload, which are the caller's to set. The body
	// is valid JSON. A field that is null, absent or of an unexpected type
	// never makes it fail: an event that it cannot make sense of has kind Other.
	Decode func(header http.Header, body []byte) relay.Event

	// IsTest reports whether a valid JSON body is the vendor's test request,
	// which carries no event. nil: the vendor has none.
	IsTest func(body []byte) bool

	Accepted Reply // for an event that is stored, a duplicate, and a test
	Refused  Reply // for a signature that is missing or wrong

	// Handshake is how the vendor tries an address; the zero value: it does not.
	Handshake Handshake

	// TopicHeader is the header in which the vendor names the event's type; empty:
	// it does so in the body.
	TopicHeader string

	// Sends is what is certain of its events, for who looks at rules.
	Sends Sends

	// Guide is how a person has the vendor send; the zero value: what nearly all have
	// in common.
	Guide Guide

	// Samples are requests as the vendor documents them, by name: "lead",
	// "whatsapp", …
	Samples []Sample
}

// Sends is what is certain of a vendor's events. It may send others than those
// that are known, of types that nobody has heard of.
type Sends struct {
	// Kinds are pairs of a pattern for the event type and the kind that it means,
	// which is what Decode makes of it. The first that matches counts; what none
	// matches has kind Other.
	Kinds [][2]string
	// Fold: for the kind capitals and small letters of a type are the same.
	Fold bool
	// No: of these its events never have a value; "event_type", "channel", "bot_id".
	No []string
}

// Timed reports whether the vendor signs the time.
func (v *Vendor) Timed() bool {
	return slices.ContainsFunc(v.Schemes, func(s Scheme) bool { return s.TimestampKey != "" || s.TimestampHeader != "" })
}

// Empty reports whether a body carries no event: what the vendor is known to
// send as a test, or JSON with nothing in it.
func (v *Vendor) Empty(body []byte) bool {
	switch string(bytes.TrimSpace(body)) {
	case "{}", "[]", "null", `""`:
		return true
	}
	return v.IsTest != nil && json.Valid(body) && v.IsTest(body)
}

// Reply is an HTTP answer. Body goes out as it stands; its Content-Type is
// application/json if it begins with '{', else text/plain.
type Reply struct {
	Status int
	Body   string
}

// Handshake is how a vendor tries an address before it sends events there.
type Handshake struct {
	// Head is the status that HEAD is answered with; 0: HEAD is refused.
	Head int `toml:"head" example:"200" doc:"The status that HEAD is answered with. Without it HEAD is refused."`
	// Echo: a request with this header is answered with its value; empty: none is.
	Echo string `toml:"echo" example:"X-Acme-Challenge" doc:"A request with this header is answered with its value, and is no event."`
}

// Sample is an example request of a vendor, unsigned.
type Sample struct {
	Name   string
	Header http.Header // beside the signature: a topic, if the vendor sends one
	Body   []byte
	// Serial is a part of Header or Body in whose place any other text makes it
	// the sample of another event. Empty: the conversation's ID, or else the time.
	Serial string
}
