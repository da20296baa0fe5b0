package events

import (
	"context"
	"net/http"
	"net/url"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/report"
	"botrelay/relay/wording"
)

// nearest is how many events of the conversation are shown on each side of one.
const nearest = 3

// detail is what the page of one event shows.
type detail struct {
	report.Event

	Masked      []string    `json:"masked,omitempty"` // where in the payload something is not shown
	Explanation explanation `json:"explanation"`

	Short      string          `json:"-"`
	Title      string          `json:"-"`
	Source     string          `json:"-"`
	Facts      []fact          `json:"-"`
	Quotes     []wording.Quote `json:"-"`
	Open       link            `json:"-"` // where the conversation can be read
	Went       []delivery      `json:"-"`
	Why        why             `json:"-"`
	Again      offers          `json:"-"`
	Done       *outcome        `json:"-"`
	Raw        raw             `json:"-"`
	Around     []near          `json:"-"` // the nearest of the conversation, the newest first
	Talk       string          `json:"-"` // the list of the conversation, from the root
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
	explained := p.explain(&record.Event)
	payload := record.Event.Payload
	record.Event = p.mask.event(record.Event)
	e := &record.Event
	v := detail{
		Event:  report.Of(*record, false),
		Short:  wording.ShortID(e.ID),
		Title:  wording.Who(brief(e)),
		Source: wording.Line(e.Source) + " (" + wording.Line(e.Vendor) + ")",
		Facts:  p.facts(e),
		Quotes: wording.Quotes(e),
		Went:   p.went(record, lanes),
		Why:    p.why(record, explained),
		Again:  p.offers(record, explained.Owed),
		Done:   p.outcomeOf(r.URL.Query(), record, lanes),
		Raw:    p.mask.rawOf(payload),
	}
	v.Payload, v.Masked = p.mask.payload(payload)
	x := report.OfRoutes(relay.Event{}, explained)
	v.Explanation = explanation{x.Routes, x.Default, x.Owed}
	if p.ConversationURL != nil {
		v.Open = linkTo(p.ConversationURL(*e))
	}
	return v, p.talk(r.Context(), e, &v)
}

// linkTo returns a link to a URL that whoever runs the relay has made.
func linkTo(address string) link {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return link{}
	}
	return link{address, u.Host}
}

// talk adds the nearest events of the conversation.
func (p *pages) talk(ctx context.Context, e *relay.Event, v *detail) error {
	if e.ConversationID == "" {
		return nil
	}
	v.Talk = conversationAt(e.Source, e.ConversationID)
	q := queue.Query{Source: e.Source, Conversation: e.ConversationID, After: e.ID, Limit: nearest}
	before, err := p.Store.Events(ctx, q)
	if err != nil {
		return err
	}
	q.Oldest = true
	later, err := p.Store.Events(ctx, q)
	if err != nil {
		return err
	}
	for i := range later {
		v.Around = append([]near{{p.row(&later[i]), false}}, v.Around...)
	}
	v.Around = append(v.Around, near{p.row(&queue.Record{Event: *e}), true})
	for i := range before {
		v.Around = append(v.Around, near{p.row(&before[i]), false})
	}
	return nil
}

// near is an event of the conversation.
type near struct {
	row

	Here bool // it is the one that the page is about
}
