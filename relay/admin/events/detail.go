package events

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/mask"
	"botrelay/relay/compose"
	"botrelay/relay/queue"
	"botrelay/relay/report"
	"botrelay/relay/route"
	"botrelay/relay/wording"
)

// nearest is how many events of the conversation are shown on each side of one.
const nearest = 3

// detail is what the page of one event shows.
type detail struct {
	*relay.Event // its texts are cut, and hold nothing that may be secret

	Title  string
	From   string
	Facts  []fact
	Quotes []wording.Quote
	Turns  int  // of the transcript that are not shown
	Open   link // where the conversation can be read
	Went   []delivery
	Why    why
	Again  offers
	Done   *outcome
	Raw    raw
	Around []near // the nearest of the conversation, the newest first
	Slow   bool   // they take long to find
	Talk   string // the list of the conversation, from the root

	record    *queue.Record
	explained route.Explanation
	mask      *mask.Masker
}

// MarshalJSON tells programs of the event: a report.Event with its payload, and what
// today's routes have to do with it.
func (d detail) MarshalJSON() ([]byte, error) {
	payload, places := d.mask.JSON(d.record.Event.Payload)
	e, x := report.Of(*d.mask.Record(d.record), false), report.OfRoutes(relay.Event{}, d.explained)
	e.Payload = payload
	return marshal(struct {
		report.Event

		Masked      []string    `json:"masked,omitempty"` // where in the payload something is not shown
		Explanation explanation `json:"explanation"`
	}{e, places, explanation{x.Routes, x.Default, x.Owed}})
}

// explanation is what today's routes have to do with an event: see report.Explanation.
type explanation struct {
	Routes  []report.Route `json:"routes"`
	Default []string       `json:"default"`
	Owed    []report.Owed  `json:"owed"`
}

// link leads elsewhere.
type link struct {
	To   string // empty: nowhere
	Host string // where that is
}

// detailed answers for one event.
func (p *pages) detailed(r *http.Request) (detail, error) {
	record, err := p.record(r.Context(), r.PathValue("id"))
	if err != nil {
		return detail{}, err
	}
	lanes, err := p.Store.LaneStatus(r.Context())
	if err != nil {
		return detail{}, err
	}
	e := p.mask.Event(whole(&record.Event))
	v := detail{
		Event:  e,
		Title:  wording.Who(p.mask.Event(brief(&record.Event))),
		From:   wording.Line(e.Source) + " (" + wording.Line(p.vendorOf(e)) + ")",
		Facts:  p.facts(e),
		Quotes: wording.Quotes(e),
		Turns:  max(0, len(record.Event.Transcript)-mostTurns),
		Went:   p.went(p.mask.Record(record), lanes),
		Done:   p.outcomeOf(r.URL.Query(), p.mask.Record(record), lanes),
		Raw:    rawOf(p.mask, record.Event.Payload),
		record: record, explained: p.explain(&record.Event), mask: p.mask,
	}
	v.Why, v.Again = p.why(record, v.explained), p.offers(record, v.explained.Owed)
	if p.ConversationURL != nil {
		v.Open = linkTo(p.ConversationURL(record.Event))
	}
	return v, p.talk(r.Context(), &record.Event, &v)
}

// linkTo returns a link to a URL that whoever runs the relay has made.
func linkTo(address string) link {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return link{}
	}
	return link{address, u.Host}
}

// talkTime is how long the conversation's other events may take to find: the page is
// not about them.
const talkTime = 300 * time.Millisecond

// talk adds the nearest events of the conversation, unless that takes long.
func (p *pages) talk(ctx context.Context, e *relay.Event, v *detail) error {
	v.Talk = conversationAt(e.Source, e.ConversationID)
	if e.ConversationID == "" || v.Talk == "" {
		v.Talk = ""
		return nil
	}
	brisk, cancel := context.WithTimeout(ctx, talkTime)
	defer cancel()
	around, err := p.around(brisk, e)
	if err != nil && brisk.Err() != nil && ctx.Err() == nil {
		v.Slow = true
		return nil
	}
	v.Around = around
	return err
}

// around returns the nearest events of a conversation and the event itself, the newest
// first.
func (p *pages) around(ctx context.Context, e *relay.Event) ([]near, error) {
	q := queue.Query{Source: e.Source, Conversation: e.ConversationID, After: e.ID, Limit: nearest}
	before, err := p.Store.Events(ctx, q)
	if err != nil {
		return nil, err
	}
	q.Oldest = true
	later, err := p.Store.Events(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []near
	for i := range slices.Backward(later) {
		all = append(all, near{p.row(&later[i]), false})
	}
	all = append(all, near{p.row(&queue.Record{Event: *e}), true})
	for i := range before {
		all = append(all, near{p.row(&before[i]), false})
	}
	return all, nil
}

// near is an event of the conversation.
type near struct {
	row

	Here bool // it is the one that the page is about
}

// vendorOf returns who sent an event, as the company writes it if that is known today.
func (p *pages) vendorOf(e *relay.Event) string {
	if v, err := compose.Vendor(p.Routes.Vendors, e.Vendor); err == nil {
		return v.Title
	}
	return e.Vendor
}
