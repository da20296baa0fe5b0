package routes

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"botrelay/relay/admin/ondisk"
	"botrelay/relay/admin/page"
	"botrelay/relay/admin/unrouted"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/route"
	"botrelay/relay/wording"
)

// view is the rules, and how much went by them.
type view struct {
	Span    string       `json:"span"` // over which it is counted: "24h"
	Sources []sourceView `json:"sources"`
	Routes  []routeView  `json:"routes"`
	Default *routeView   `json:"default"` // nil: there is none
	Sinks   []sinkView   `json:"sinks"`
	// Unrouted is how many events no route took, and Gone how many deliveries were by
	// routes, or to sinks, that are not there any more.
	Unrouted int   `json:"unrouted"`
	Gone     int   `json:"gone"`
	Ways     []way `json:"ways"`
	// Still is how many of the unrouted have not been sent on since, by newer rules or
	// by hand, up to unrouted.Most; StillMore: there are more. Newest is the ID of the last of them.
	Still     int    `json:"still_unrouted"`
	StillMore bool   `json:"still_unrouted_more"`
	Newest    string `json:"newest_unrouted,omitempty"`
	// OnDisk is what of the file on disk is not in use; nil: all of it is.
	OnDisk *ondisk.Told `json:"on_disk"`

	Spans    []span    `json:"-"`
	Pictures []picture `json:"-"`
}

// sourceView is a source.
type sourceView struct {
	Name   string `json:"name"`
	Vendor string `json:"vendor"`
	Title  string `json:"title"` // the vendor, as the company writes it
	Events int    `json:"events"`
}

// routeView is a route.
type routeView struct {
	Number int      `json:"number,omitempty"` // from 1, in the order in which they are asked; 0: the default
	Name   string   `json:"name"`
	Asks   string   `json:"asks"` // what it takes, in a sentence
	To     []string `json:"to"`
	Final  bool     `json:"final"`
	Never  string   `json:"never,omitempty"` // why no event ever comes to it
	// Deliveries is how many it caused: an event that it sends to two sinks is two.
	Deliveries int `json:"deliveries"`

	from []string // sources whose events it may take
}

// way is how events went: from a source by a route to a sink. One that no route took
// has neither.
type way struct {
	Source string `json:"source"`
	Route  string `json:"route"`
	Sink   string `json:"sink"`
	Events int    `json:"events"`
}

// Title is the route's name in one line.
func (r routeView) Title() string { return wording.RouteName(r.Name) }

// sinkView is a sink.
type sinkView struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Title      string `json:"title"` // the platform, as the company writes it
	Deliveries int    `json:"deliveries"`
}

// span is over how long events can be counted.
type span struct {
	Name, Text string
	Current    bool

	last, step time.Duration
}

func spans() []span {
	const day = 24 * time.Hour
	return []span{
		{Name: "1h", Text: "last hour", last: time.Hour, step: 5 * time.Minute},
		{Name: "24h", Text: "last 24 hours", last: day, step: time.Hour},
		{Name: "7d", Text: "last 7 days", last: 7 * day, step: 6 * time.Hour},
		{Name: "30d", Text: "last 30 days", last: 30 * day, step: day},
	}
}

// look returns the rules, and what went by them in the span that is asked for.
func (r *room) look(req *http.Request) (view, error) {
	wanted := req.URL.Query().Get("span")
	if wanted == "" {
		wanted = "24h"
	}
	v := view{Span: wanted, Spans: spans(), Sources: []sourceView{}, Routes: []routeView{}, Sinks: []sinkView{}, Ways: []way{}}
	var over *span
	for i := range v.Spans {
		if v.Spans[i].Name == wanted {
			over = &v.Spans[i]
		}
	}
	if over == nil {
		return v, &page.Error{Status: http.StatusBadRequest, Text: "Events are counted over 1h, 24h, 7d or 30d."}
	}
	over.Current = true
	counts, err := r.Counts.Counts(req.Context(), over.last, over.step)
	if err != nil {
		return v, err
	}
	v.OnDisk = ondisk.Of(r.Standing())
	v.rules(r.Routes)
	v.count(counts)
	if err := v.still(req.Context(), r, over.last); err != nil {
		return v, err
	}
	v.Pictures = draw(v)
	return v, nil
}

// rules fills in what the routes file says.
func (v *view) rules(c *config.Config) {
	for _, s := range c.Sources {
		v.Sources = append(v.Sources, sourceView{Name: s.Name, Vendor: s.Vendor, Title: titleOf(c, s.Vendor)})
	}
	for i, rule := range c.Routes {
		it := routeView{Number: i + 1, Name: rule.Name, Asks: wording.Route(rule), To: rule.To, Final: rule.Final, Never: rule.Never}
		for _, s := range c.Sources {
			if rule.Never == "" && c.CouldTake(rule.Match, s) {
				it.from = append(it.from, s.Name)
			}
		}
		v.Routes = append(v.Routes, it)
	}
	if len(c.Default) > 0 {
		v.Default = &routeView{Name: route.DefaultName, Asks: "what no route took", To: c.Default}
		for _, s := range c.Sources {
			v.Default.from = append(v.Default.from, s.Name)
		}
	}
	for _, s := range c.Sinks {
		v.Sinks = append(v.Sinks, sinkView{Name: s.Name, Type: s.Type, Title: wording.Platform(s.Type)})
	}
}

// count fills in how much went where.
func (v *view) count(c queue.Counts) {
	for i := range v.Sources {
		for _, n := range c.Sources[v.Sources[i].Name] {
			v.Sources[i].Events += n
		}
	}
	for _, w := range c.Ways {
		if w.Source == notice.Name {
			continue // the relay's own notices, which no route is about
		}
		v.Ways = append(v.Ways, way(w))
		if w.Route == "" {
			v.Unrouted += w.Events
			continue
		}
		by, at := v.route(w.Route), v.sink(w.Sink)
		if by == nil || at == nil {
			v.Gone += w.Events
			continue
		}
		by.Deliveries += w.Events
		at.Deliveries += w.Events
	}
}

// still finds which of the events that no route took have no delivery until now.
func (v *view) still(ctx context.Context, r *room, since time.Duration) error {
	if v.Unrouted == 0 {
		return nil
	}
	some, err := unrouted.Of(ctx, r.Events, queue.Query{Since: since})
	v.Still, v.StillMore, v.Newest = some.N, some.More, some.Newest
	return err
}

func (v *view) route(name string) *routeView {
	for i := range v.Routes {
		if v.Routes[i].Name == name {
			return &v.Routes[i]
		}
	}
	if name == route.DefaultName {
		return v.Default
	}
	return nil
}

func (v *view) sink(name string) *sinkView {
	for i := range v.Sinks {
		if v.Sinks[i].Name == name {
			return &v.Sinks[i]
		}
	}
	return nil
}

// titleOf is a vendor as the company writes it.
func titleOf(c *config.Config, vendor string) string {
	if v, err := compose.Vendor(c.Vendors, vendor); err == nil {
		return v.Title
	}
	return vendor
}

// Events is where the events are found that were counted, from the root: those of a source,
// say.
func (v view) Events(key, value string) string {
	return "events?" + url.Values{key: {value}, "time": {v.Span}}.Encode()
}

// series lists names: "sales, night and agents".
func series(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// During is the span within a sentence: "the last 24 hours".
func (v view) During() string {
	for _, s := range v.Spans {
		if s.Current {
			return "the " + s.Text
		}
	}
	return ""
}

// UnroutedText says how many events no route took.
func (v view) UnroutedText() string { return wording.Count(v.Unrouted, "event") + " had no route" }

// StillText says how many of them nobody got until now.
func (v view) StillText() string {
	return wording.Capital(unrouted.Some{N: v.Still, More: v.StillMore}.Text("event")) + " had no route"
}
