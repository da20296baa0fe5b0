package setup

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"botrelay/relay/admin/page"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
)

// Show is one source, and a sample of its vendor.
type Show struct {
	Source

	Reach   []string   `json:"reach"` // what is amiss with the name in the URL
	Sample  string     `json:"sample"`
	About   string     `json:"about"` // whom the sample is about
	Kind    string     `json:"kind"`
	Test    bool       `json:"test"` // it carries no event
	Verdict string     `json:"verdict"`
	Gets    []Get      `json:"gets"`       // who would get a message
	Sandbox bool       `json:"sandbox"`    // they are a stand-in's
	Sent    bool       `json:"sent"`       // it was
	Event   string     `json:"event"`      // and has become this one
	Way     []Delivery `json:"deliveries"` // of that event
}

// Get is a sink that gets a message.
type Get struct {
	Sink     string `json:"sink"`
	Platform string `json:"platform"` // as the company writes it
	Where    string `json:"where"`
	Route    string `json:"route"`
}

// Delivery is how a message of the event stands.
type Delivery struct {
	Sink  string        `json:"sink"`
	State queue.State   `json:"state"`
	Fate  wording.Timed `json:"fate"`
	Why   string        `json:"why,omitempty"` // it has not arrived
}

// show shows one source, what its sample would do, and what it has done.
func (r *room) show(q *http.Request) (Show, error) {
	s, err := r.source(q)
	if err != nil {
		return Show{}, err
	}
	out := Show{Reach: reach(r.Routes), Sandbox: r.Sandbox, Gets: []Get{}, Way: []Delivery{}}
	last, err := r.Last.Last(q.Context(), []string{s.Name}, r.mask)
	if err != nil {
		return Show{}, err
	}
	if out.Source, err = r.tell(s, last[s.Name], r.fared()[s.Name]); err != nil {
		return Show{}, err
	}
	one, err := sampleOf(r.Routes, s, q.FormValue("sample"))
	if err != nil {
		return Show{}, err
	}
	v, err := compose.Vendor(r.Routes.Vendors, s.Vendor)
	if err != nil {
		return Show{}, err
	}
	out.Sample, out.Test = one.Name, v.Empty(one.Body)
	out.Sent, out.Event = q.FormValue("sent") != "", q.FormValue("event")
	if out.Test {
		return out, nil
	}
	if err := r.plan(q.Context(), &out); err != nil {
		return Show{}, err
	}
	return out, r.follow(q.Context(), &out)
}

// plan says who would get the sample.
func (r *room) plan(ctx context.Context, out *Show) error {
	e, x, err := r.Explain(ctx, out.Name, out.Sample)
	if err != nil {
		return err
	}
	out.Kind, out.About, out.Verdict = string(e.Kind), wording.Who(&e), wording.Verdict(x)
	for _, o := range x.Owed {
		i := slices.IndexFunc(r.Routes.Sinks, func(s config.Sink) bool { return s.Name == o.Sink })
		if i < 0 {
			continue
		}
		s := r.Routes.Sinks[i]
		out.Gets = append(out.Gets, Get{s.Name, wording.Platform(s.Type), s.Options.Where(), o.Route})
	}
	return nil
}

// follow tells what has become of a sample that was sent.
func (r *room) follow(ctx context.Context, out *Show) error {
	if out.Event == "" {
		return nil
	}
	records, err := r.Events.Events(ctx, queue.Query{ID: out.Event, Limit: 1})
	if err != nil {
		return err
	}
	if len(records) == 0 || records[0].Event.Source != out.Name {
		return &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("No event of this source with the ID %.60q is kept.", out.Event)}
	}
	for _, d := range records[0].Standing() {
		w := Delivery{Sink: d.Sink, State: d.State, Fate: wording.Fate(d)}
		if d.State != queue.Sent {
			w.Why = wording.Line(d.Reason)
		}
		out.Way = append(out.Way, w)
	}
	return nil
}

// sampleOf returns a sample of a source's vendor; the first, if none is named.
func sampleOf(cfg *config.Config, s config.Source, name string) (vendors.Sample, error) {
	v, err := compose.Vendor(cfg.Vendors, s.Vendor)
	if err != nil {
		return vendors.Sample{}, err
	}
	var known []string
	for _, one := range v.Samples {
		if name == "" || one.Name == name {
			return one, nil
		}
		known = append(known, one.Name)
	}
	return vendors.Sample{}, &page.Error{Status: http.StatusNotFound, Text: v.Title + ": " + config.Unknown("sample", name, known) + "."}
}
