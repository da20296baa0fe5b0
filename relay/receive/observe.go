package receive

import (
	"time"

	"botrelay/relay"
)

// Request is what an observer learns of one request that was answered. It holds
// nothing that came with the request: every text in it is one of a known few.
type Request struct {
	Source  string // the configured source; empty if there is none of that name
	Vendor  string // the source's; empty without a source
	Outcome Outcome
	Reason  Reason     // Refused: why
	Kind    relay.Kind // Accepted and Duplicate: the event's
	Owed    int        // Accepted: how many sinks it is owed to; 0: no route took it
	Status  int        // HTTP's, as it was answered
	Took    time.Duration
	// Own: the relay made it itself, for a person who tries a source. It says nothing
	// of the vendor.
	Own bool
}

// OwnHeader is the header by which the relay's own requests are known: see Config.Own.
const OwnHeader = "Botrelay-Own"

// Outcome is how a request ended.
type Outcome string

// The outcomes of a request.
const (
	Accepted  Outcome = "accepted"  // the event is stored
	Duplicate Outcome = "duplicate" // it was stored before
	Test      Outcome = "test"      // a request without an event, answered as the vendor wishes
	Refused   Outcome = "refused"   // nothing is stored
)

// Reason is why a request was refused.
type Reason string

// The reasons.
const (
	UnknownSource Reason = "unknown_source" // no source has that name
	Address       Reason = "address"        // it comes from elsewhere than allow_ips
	Method        Reason = "method"         // it is no POST
	TooLarge      Reason = "too_large"      // its body is larger than max_body
	Unreadable    Reason = "unreadable"     // its body broke off
	Signature     Reason = "signature"      // missing or wrong
	NotJSON       Reason = "not_json"       // signed, but not JSON
	Challenge     Reason = "challenge"      // of a handshake, and not to be sent back
	Pending       Reason = "pending"        // an event for a source that has no secret yet
	Busy          Reason = "busy"           // too much is being received at once
	Store         Reason = "store"          // the store cannot take it now
)

// Reasons lists every Reason that the request of a known source may be refused
// for: all but UnknownSource.
func Reasons() []Reason {
	return []Reason{Address, Method, TooLarge, Unreadable, Signature, NotJSON, Challenge, Pending, Busy, Store}
}

// observe tells the observer, if there is one, how a request ended.
func (h *Handler) observe(source Source, out outcome, took time.Duration, own bool) {
	if h.cfg.Observe == nil {
		return
	}
	seen := Request{Source: source.Name, Status: out.reply.Status, Took: took, Own: own}
	if source.Vendor != nil {
		seen.Vendor = source.Vendor.Name
	}
	if out.event != nil {
		seen.Kind = out.event.Kind
	}
	switch {
	case out.refused != "":
		seen.Outcome, seen.Reason = Refused, out.refused
	case out.test:
		seen.Outcome = Test
	case out.duplicate:
		seen.Outcome = Duplicate
	default:
		seen.Outcome, seen.Owed = Accepted, len(out.owed)
	}
	h.cfg.Observe(seen)
}
