package events

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/page"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/report"
	"botrelay/relay/wording"
)

// pageSize is how many events a list shows at a time.
const pageSize = 50

// list is what the page of events shows.
type list struct {
	Events found `json:"events"`
	// Next is the ID to ask for what comes after with; absent: nothing does.
	Next string `json:"next,omitempty"`
	// Total is how many events are like that, on the first page of a list; more of them if
	// More says so.
	Total int  `json:"total,omitempty"`
	More  bool `json:"total_more,omitempty"`

	Rows   []row   `json:"-"`
	Form   form    `json:"-"`
	Quick  []quick `json:"-"`
	Chips  []chip  `json:"-"`
	Same   string  `json:"-"` // the address of the list that means the same day tomorrow, from the root
	Table  string  `json:"-"` // the address of the list as CSV, from the root
	Older  string  `json:"-"` // the address of what comes after, from the root
	Newest string  `json:"-"` // the address of the newest, if these are others
	None   *none   `json:"-"` // why there is nothing
}

// foundEvent is an event of a list.
type foundEvent struct {
	report.Event

	Cut bool `json:"cut,omitempty"` // it has longer texts, or more of them
}

// found are the events of a list, for programs: see report.Event.
type found struct {
	records []queue.Record
	mask    *mask.Masker
}

// MarshalJSON makes the reports, which a page for people does without.
func (f found) MarshalJSON() ([]byte, error) {
	all := make([]foundEvent, len(f.records))
	for i := range f.records {
		r := f.records[i]
		r.Event, all[i].Cut = listing(&r.Event)
		all[i].Event = report.Of(*f.mask.Record(&r), false)
	}
	return marshal(all)
}

// marshal is json.Marshal with texts as they are written everywhere else.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// none says why a list is empty.
type none struct {
	AtAll bool      // nothing has come in at all
	Last  time.Time // when the newest event of all came in
	Hints []string
	Past  bool // there are some, but none so old
}

// listed answers what a list is asked for.
func (p *pages) listed(r *http.Request) (list, error) {
	f, err := filterOf(r.URL.Query(), p.zone(), time.Now())
	if err != nil {
		return list{}, err
	}
	v := list{Chips: p.chips(&f), Same: f.sameDay(), Table: f.table()}
	if f.Has(after) {
		v.Newest = f.link(after, "")
	}
	hints, pointless, err := p.hints(r.Context(), &f)
	if err != nil {
		return v, err
	}
	var records []queue.Record
	if !pointless {
		q := f.query()
		q.Limit, q.Attempts = pageSize+1, true
		if records, err = p.Store.Events(r.Context(), q); err != nil {
			return v, p.unkept(r.Context(), q.After, err)
		}
	}
	if len(records) > pageSize {
		records = records[:pageSize]
		v.Next = records[pageSize-1].Event.ID
		v.Older = f.link(after, v.Next)
	}
	for i := range records {
		p.channels.note(records[i].Event.Channel)
		v.Rows = append(v.Rows, p.row(&records[i]))
	}
	channels := p.channels.list(r.Context(), p.Store)
	v.Form, v.Quick = p.form(&f, channels), p.quick(&f, channels)
	v.Events = found{records, p.mask}
	if v.Newest == "" {
		v.count(r.Context(), p.Store, f.query())
	}
	if len(records) == 0 {
		v.None, err = p.none(r.Context(), &f, hints)
	}
	return v, err
}

const (
	// mostCounted is how many events are counted: above that they are many.
	mostCounted = 10_000
	// countTime is how long counting may take: the list is what one came for.
	countTime = 40 * time.Millisecond
)

// count fills in how many events are like that, as far as that is known soon.
func (v *list) count(ctx context.Context, store Store, q queue.Query) {
	if v.Next == "" {
		v.Total = len(v.Rows)
		return
	}
	brisk, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	n, more, err := store.Tally(brisk, q, mostCounted)
	if err != nil { // who reads the list is not to go without it for that
		n, more = 0, true
	}
	if v.Total, v.More = n, more; more {
		v.Total = max(pageSize, (n-1)/500*500) // so that it does not change each time it is counted
	}
}

// Count says how many events are like that.
func (v list) Count() string {
	switch {
	case v.Total == 0:
		return ""
	case v.More:
		return "more than " + wording.Count(v.Total, "event")
	}
	return wording.Count(v.Total, "event")
}

func (p *pages) zone() *time.Location { return p.Routes.Server.Timezone }

// hints returns what may be wrong with the names that a list is asked for, and whether
// nothing can be found by them.
func (p *pages) hints(ctx context.Context, f *filter) (hints []string, pointless bool, err error) {
	if name := f.Get(bySource); name != "" && !slices.Contains(p.sources(), name) {
		hints = append(hints, config.Unknown("source", name, p.sources()))
	}
	if name := f.Get(bySink); name != "" && !p.knows(name) {
		lanes, err := p.Store.LaneStatus(ctx)
		if err != nil {
			return nil, false, err
		}
		if _, past := lanes[name]; !past {
			hints, pointless = append(hints, config.Unknown("sink", name, p.sinks())), true
		}
	}
	if f.Get(byStatus) == string(queue.StatusUnrouted) && f.Has(bySink) {
		hints, pointless = append(hints, "an unrouted event goes to no sink: ask for one or the other"), true
	}
	if !f.from.IsZero() && !f.to.IsZero() && f.to.Before(f.from) {
		hints, pointless = append(hints, "the time to which is before the time from which"), true
	}
	return hints, pointless, nil
}

// none says why nothing was found.
func (p *pages) none(ctx context.Context, f *filter, hints []string) (*none, error) {
	n := &none{Past: f.Has(after)}
	for _, hint := range hints {
		n.Hints = append(n.Hints, sentence(hint))
	}
	newest, err := p.Store.Events(ctx, queue.Query{Limit: 1})
	if err != nil {
		return nil, err
	}
	if n.AtAll = len(newest) == 0; !n.AtAll {
		n.Last = newest[0].Event.ReceivedAt
	}
	return n, nil
}

// unkept returns the error of a list that was to go on after an event, which may be
// that the event is no longer kept.
func (p *pages) unkept(ctx context.Context, id string, err error) error {
	if id == "" {
		return err
	}
	if found, other := p.Store.Events(ctx, queue.Query{ID: id, Limit: 1}); other == nil && len(found) == 0 {
		return &page.Error{Status: http.StatusNotFound, Text: "The event after which this list goes on is no longer kept. Begin with the newest."}
	}
	return err
}

// conversationAt returns the address of the list of a conversation, from the root, or
// "" if its name is longer than what can be asked for.
func conversationAt(source, conversation string) string {
	if len(conversation) > longestAsked {
		return ""
	}
	return listAt(url.Values{bySource: {source}, byConversation: {conversation}})
}
