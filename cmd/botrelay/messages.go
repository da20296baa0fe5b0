package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/metrics"
	"botrelay/relay/render"
	"botrelay/relay/vendors"
)

// checkTemplates returns what looks at the templates of a routes file: against
// the samples of every vendor, also of those that the file describes.
func checkTemplates() func(place, text string, described []config.Vendor) *config.Fault {
	samples := sync.OnceValue(sampleEvents)
	return func(place, text string, described []config.Vendor) *config.Fault {
		events := slices.Clip(samples())
		for _, d := range described {
			if v, err := vendorOf(described, d.Name); err == nil { // what is wrong with it is told where it stands
				events = append(events, eventsOf(v)...)
			}
		}
		fault := render.Check(render.Place(place), text, events)
		if fault == nil {
			return nil
		}
		problem := config.Fault(*fault)
		return &problem
	}
}

// sampleEvents returns an event of each sample of the built-in vendors.
func sampleEvents() []relay.Event {
	var events []relay.Event
	for _, v := range vendors.Builtin() {
		events = append(events, eventsOf(v)...)
	}
	for _, k := range relay.Kinds() {
		if !slices.ContainsFunc(events, func(e relay.Event) bool { return e.Kind == k }) {
			events = append(events, relay.Event{
				ID: "00000000", Vendor: "chatbase", Source: "website", EventType: "something.new", Kind: k,
				ReceivedAt: time.Unix(1_800_000_000, 0), Payload: []byte(`{"eventType":"something.new"}`),
			})
		}
	}
	return events
}

// eventsOf returns the events of a vendor's samples.
func eventsOf(v *vendors.Vendor) []relay.Event {
	events := make([]relay.Event, len(v.Samples))
	for i, s := range v.Samples {
		e := v.Decode(s.Header, s.Body)
		e.ID, e.Vendor, e.Source, e.ReceivedAt, e.Payload = "00000000", v.Name, v.Name, time.Unix(1_800_000_000, 0), s.Body
		events[i] = e
	}
	return events
}

// rendererOf returns what makes messages as a routes file wants them. counts and
// log are told of templates that fail.
func rendererOf(c *config.Config, counts *metrics.Metrics, log *slog.Logger) (*render.Renderer, error) {
	return newRenderer(c, func(e relay.Event, message string, err error) {
		counts.TemplateFailed(message)
		log.Warn("a template failed, the default stands in its place", "event", e.ID, "source", e.Source, "message", message, "error", err)
	})
}

// newRenderer is rendererOf for who wants to be told otherwise of templates that
// fail.
func newRenderer(c *config.Config, failed func(e relay.Event, message string, err error)) (*render.Renderer, error) {
	cfg := render.Config{
		Bots:             c.Bots,
		Location:         c.Server.Timezone,
		ConversationURLs: make(map[string]*render.Template),
		Messages:         make(map[string]*render.Custom),
		Routes:           make(map[string]string),
		Failed:           failed,
	}
	for _, s := range c.Sources {
		if s.ConversationURL == "" {
			continue
		}
		t, fault := render.ParseTemplate(s.ConversationURL)
		if fault != nil {
			return nil, fmt.Errorf("source %s: conversation_url: %w", s.Name, fault)
		}
		cfg.ConversationURLs[s.Name] = t
	}
	for _, r := range c.Routes {
		if r.Message != "" {
			cfg.Routes[r.Name] = r.Message
		}
	}
	for _, m := range c.Messages {
		custom, err := customOf(m)
		if err != nil {
			return nil, fmt.Errorf("message %s: %w", m.Name, err)
		}
		cfg.Messages[m.Name] = custom
	}
	return render.New(cfg), nil
}

// customOf parses the templates of a message.
func customOf(m config.Message) (*render.Custom, error) {
	c := &render.Custom{Color: m.Color, NoFields: m.Fields != nil}
	var failed *render.Fault
	parse := func(text string) *render.Template {
		t, fault := render.ParseTemplate(text)
		failed = cmp.Or(failed, fault)
		return t
	}
	for _, part := range []struct {
		text *string
		to   **render.Template
	}{{m.Title, &c.Title}, {m.Body, &c.Body}, {m.Footer, &c.Footer}, {m.Link, &c.Link}} {
		if part.text != nil {
			*part.to = parse(*part.text)
		}
	}
	for _, f := range m.Fields {
		c.Fields = append(c.Fields, render.CustomField{Name: f.Name, Value: parse(f.Value)})
	}
	if failed != nil {
		return nil, failed
	}
	return c, nil
}

// messageNames returns what the failures of templates are counted under.
func messageNames(c *config.Config) []string {
	var names []string
	for _, m := range c.Messages {
		names = append(names, m.Name)
	}
	if slices.ContainsFunc(c.Sources, func(s config.Source) bool { return s.ConversationURL != "" }) {
		names = append(names, render.ConversationMessage)
	}
	return names
}
