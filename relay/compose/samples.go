package compose

import (
	"slices"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/vendors"
)

// templates returns what looks at the templates of a routes file: against the
// samples of every vendor, also of those that the file describes.
func templates() func(place, text string, described []config.Vendor) *config.Fault {
	samples := sync.OnceValue(SampleEvents)
	return func(place, text string, described []config.Vendor) *config.Fault {
		events := slices.Clip(samples())
		for _, d := range described {
			if v, err := Vendor(described, d.Name); err == nil { // what is wrong with it is told where it stands
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

// SampleEvents returns an event of each sample of the built-in vendors, and one of
// every kind that has no sample.
func SampleEvents() []relay.Event {
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
