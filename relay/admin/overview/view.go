package overview

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/page"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

// view is how the relay does.
type view struct {
	Verdict verdict `json:"verdict"`
	Span    string  `json:"span"` // over which it is counted: "24h"
	By      string  `json:"by"`   // what the plot tells apart: kind, source or sink

	// What came in and went out in the span. Notices of the relay itself have not
	// come in.
	Events   int `json:"events"`
	Unrouted int `json:"unrouted"` // of the events: no route took them
	Sent     int `json:"sent"`
	Died     int `json:"died"`
	// What is so now.
	Pending int `json:"pending"`
	Dead    int `json:"dead_letters"`

	Plot    plot     `json:"plot"`
	Lanes   []lane   `json:"lanes"` // of the sinks, in the order of the routes file
	Gone    []gone   `json:"gone"`
	Sources []source `json:"sources"` // in the order of the routes file
	// Strangers are requests to sources that there are none of.
	Strangers     []status.Refused     `json:"strangers"`
	Configuration status.Configuration `json:"configuration"`
	Index         status.Index         `json:"index"`
	Relay         relayView            `json:"relay"`
	// Trouble is why the store does not answer: what it knows is missing then.
	Trouble string `json:"trouble,omitempty"`
	// Full is why the store answers, and takes no event.
	Full string `json:"full,omitempty"`

	Spans []choice `json:"-"`
	Bys   []choice `json:"-"`

	over    span
	noRoute []noRoute
}

// relayView is the relay that answers.
type relayView struct {
	Version string    `json:"version"`
	Since   time.Time `json:"since"` // when it started
	KeptIn  string    `json:"kept_in"`
	KeptFor string    `json:"kept_for"`
	// Messages is where the messages of a stand-in can be seen; empty: there is none.
	Messages string `json:"messages,omitempty"`
	// Running is how many relays share the store, this one among them, and Lost how many
	// went without a word lately; 0: there can be no other.
	Running int       `json:"relays_running,omitempty"`
	Lost    int       `json:"relays_lost,omitempty"`
	LostAt  time.Time `json:"lost_at,omitzero"` // when the last of those was heard of
}

// gone is a sink that is not there any more, and for which something waits.
type gone struct {
	Sink    string `json:"sink"`
	Pending int    `json:"pending"`
}

// choice is a way in which the page can be looked at.
type choice struct {
	Text, Link string
	Current    bool
}

// span is over how long events can be counted.
type span struct {
	name, text, during string
	last, step         time.Duration
	label              time.Duration // the plot tells the time so often
}

func spans() []span {
	const day = 24 * time.Hour
	return []span{
		{"1h", "hour", "the last hour", time.Hour, 5 * time.Minute, 15 * time.Minute},
		{"24h", "day", "the last 24 hours", day, 30 * time.Minute, 4 * time.Hour},
		{"7d", "week", "the last 7 days", 7 * day, 2 * time.Hour, day},
	}
}

// What the plot may tell apart.
const (
	byKind   = "kind"
	bySource = "source"
	bySink   = "sink"
)

// look returns how the relay does.
func (r *room) look(req *http.Request) (view, error) {
	q := req.URL.Query()
	v := view{Span: cmp.Or(q.Get("span"), "24h"), By: cmp.Or(q.Get("by"), byKind)}
	at := slices.IndexFunc(spans(), func(s span) bool { return s.name == v.Span })
	if at < 0 {
		return v, &page.Error{Status: http.StatusBadRequest, Text: "Events are counted over 1h, 24h or 7d."}
	}
	if !slices.Contains([]string{byKind, bySource, bySink}, v.By) {
		return v, &page.Error{Status: http.StatusBadRequest, Text: "The plot tells events apart by kind or source, and deliveries by sink."}
	}
	v.over = spans()[at]
	v.choices()
	v.board(r)
	counts, lanes, err := r.ask(req.Context(), v.over)
	if err == nil {
		v.count(counts)
		v.lanes(r, counts, lanes)
		err = errors.Join(v.lastEvents(req.Context(), r), v.countUnrouted(req.Context(), r.Store), v.relays(req.Context(), r))
	}
	if err != nil {
		v.Trouble = err.Error()
	} else if err := r.ready(req.Context()); err != nil {
		v.Full = err.Error()
	}
	v.Plot = v.draw(counts, r.Zone)
	v.Verdict = v.judge(cmp.Or(counts.Now, time.Now()))
	return v, nil
}

// readyTime is how long a page waits to know whether events can be stored.
const readyTime = 2 * time.Second

// ready returns why no event can be stored now, or nil.
func (r *room) ready(ctx context.Context) error {
	if r.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	return r.Ready(ctx)
}

// ask asks the store for what it has counted.
func (r *room) ask(ctx context.Context, over span) (queue.Counts, map[string]queue.LaneStatus, error) {
	lanes, err := r.Store.LaneStatus(ctx)
	if err != nil {
		return queue.Counts{}, nil, err
	}
	counts, err := r.Store.Counts(ctx, over.last, over.step)
	return counts, lanes, err
}

// choices fills in the links that lead to other spans, and to what else the plot may
// tell apart.
func (v *view) choices() {
	for _, s := range spans() {
		v.Spans = append(v.Spans, choice{s.text, "?span=" + s.name + "&by=" + v.By, s.name == v.Span})
	}
	for _, by := range []string{byKind, bySource, bySink} {
		v.Bys = append(v.Bys, choice{by, "?span=" + v.Span + "&by=" + by, by == v.By})
	}
}

// board fills in what the relay itself knows.
func (v *view) board(r *room) {
	v.Configuration = r.Board.Configuration()
	v.Index = r.Board.Index()
	v.Relay = relayView{Version: r.Version, Since: r.Board.Since().UTC(), KeptIn: r.KeptIn, KeptFor: r.KeptFor, Messages: r.Messages}
	v.Strangers = append([]status.Refused{}, r.Board.Strangers()...)
	v.Lanes, v.Gone, v.Sources = []lane{}, []gone{}, []source{}
	for _, s := range r.Board.Sinks() {
		v.Lanes = append(v.Lanes, lane{Sink: s, State: stateIdle})
	}
	for _, s := range r.Board.Sources() {
		v.Sources = append(v.Sources, source{Source: s, Title: r.Title(s.Vendor)})
	}
}

// count fills in how much there was in the span.
func (v *view) count(c queue.Counts) {
	for kind, counts := range c.Kinds {
		if kind != relay.Notice {
			v.Events += sum(counts)
		}
	}
	for _, w := range c.Ways {
		if w.Route == "" && w.Source != notice.Name {
			v.Unrouted += w.Events
		}
	}
	for _, counts := range c.Sent {
		v.Sent += sum(counts)
	}
	for _, counts := range c.Died {
		v.Died += sum(counts)
	}
	for i := range v.Sources {
		v.Sources[i].Events = sum(c.Sources[v.Sources[i].Name])
	}
}

// lanes fills in how the lanes do.
func (v *view) lanes(r *room, c queue.Counts, all map[string]queue.LaneStatus) {
	for i := range v.Lanes {
		l := &v.Lanes[i]
		l.SentInSpan, l.DiedInSpan = sum(c.Sent[l.Name]), sum(c.Died[l.Name])
		l.fill(all[l.Name], c.Now, r.Advise)
		l.offer(r.Tries, all[l.Name], c.Now)
	}
	for _, sink := range slices.Sorted(maps.Keys(all)) {
		s := all[sink]
		v.Pending += s.Pending
		v.Dead += s.Dead
		if s.Pending > 0 && !slices.ContainsFunc(v.Lanes, func(l lane) bool { return l.Name == sink }) {
			v.Gone = append(v.Gone, gone{sink, s.Pending})
		}
	}
}

// relays fills in who shares the store.
func (v *view) relays(ctx context.Context, r *room) error {
	if r.Relays == nil {
		return nil
	}
	all, err := r.Relays.Relays(ctx)
	v.Relay.Running, v.Relay.Lost = all.Running, all.Lost
	if all.Lost > 0 {
		v.Relay.LostAt = moment(time.Now(), -all.LostAgo)
	}
	return err
}

// Fresh reports whether nothing has ever come in.
func (v view) Fresh() bool {
	return v.Trouble == "" && v.Events+v.Sent+v.Died+v.Pending+v.Dead == 0 &&
		!slices.ContainsFunc(v.Sources, func(s source) bool { return s.Last != nil }) &&
		!slices.ContainsFunc(v.Lanes, func(l lane) bool { return l.Sent > 0 })
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
