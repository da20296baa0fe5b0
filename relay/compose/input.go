package compose

import (
	"fmt"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// Input is an event to be tried.
type Input struct {
	// Stored is an event that came in, with its Payload. It is tried as it is; nil: what
	// follows counts.
	Stored *relay.Event
	// Source is the name of the source that it comes by. If it is empty, Vendor says
	// who sends it, as if there were a source of that name.
	Source, Vendor string
	Sample         string // the name of one of the vendor's; empty: the first
	Body           []byte // in place of the sample's, with its headers
	Topic          string // with Body: the event type, for vendors that send it in a header; empty: the sample's
}

// maxBody is how large the JSON of an event may be that is tried, in bytes.
const maxBody = 4 << 20

// pasted is what people know an event as that they have written.
const pasted = "the event"

// Syntax returns nil, or a *Mistake: what is wrong with the event, whoever sends it.
func (in Input) Syntax() error {
	switch {
	case in.Stored != nil || len(in.Body) == 0:
		return nil
	case len(in.Body) > maxBody:
		return &Mistake{Name: pasted, Text: fmt.Sprintf("is larger than %d MiB, which no vendor's is", maxBody>>20)}
	}
	return CheckJSON(pasted, in.Body)
}

// Event returns the event as the relay would take it at now. The error is a *Mistake if
// it would not, or if there is no such source, vendor or sample.
func (in Input) Event(cfg *config.Config, now time.Time) (relay.Event, error) {
	if in.Stored != nil {
		return *in.Stored, nil
	}
	if err := in.Syntax(); err != nil {
		return relay.Event{}, err
	}
	source, v, err := in.sender(cfg)
	if err != nil {
		return relay.Event{}, err
	}
	name, header, body, err := in.request(v)
	switch {
	case err != nil:
		return relay.Event{}, err
	case int64(len(body)) > cfg.Server.MaxBody:
		return relay.Event{}, &Mistake{Name: name, Text: "is larger than max_body: the relay would not take it"}
	}
	if err := CheckEvent(name, v, body); err != nil {
		return relay.Event{}, err
	}
	return Event(v, source, header, body, now), nil
}

// sender returns who sends the event, and by which source.
func (in Input) sender(cfg *config.Config) (source string, v *vendors.Vendor, err error) {
	if in.Source == "" {
		v, err = Vendor(cfg.Vendors, in.Vendor)
		if err != nil {
			known := builtin()
			for _, d := range cfg.Vendors {
				known = append(known, d.Name)
			}
			return "", nil, &Mistake{Name: pasted, Text: "has an " + config.Unknown("vendor", in.Vendor, known)}
		}
		return in.Vendor, v, nil
	}
	var known []string
	for _, s := range cfg.Sources {
		if s.Name == in.Source {
			v, err = Vendor(cfg.Vendors, s.Vendor)
			return s.Name, v, err
		}
		known = append(known, s.Name)
	}
	return "", nil, &Mistake{Name: pasted, Text: "has an " + config.Unknown("source", in.Source, known)}
}

// request returns what the vendor sends, and what people know it as.
func (in Input) request(v *vendors.Vendor) (name string, header http.Header, body []byte, err error) {
	var known []string
	for _, s := range v.Samples {
		if in.Sample != "" && s.Name != in.Sample {
			known = append(known, s.Name)
			continue
		}
		if len(in.Body) == 0 {
			return "the sample " + s.Name, s.Header.Clone(), s.Body, nil
		}
		header = s.Header.Clone()
		if header == nil {
			header = http.Header{}
		}
		if in.Topic != "" && v.TopicHeader != "" {
			header.Set(v.TopicHeader, in.Topic)
		}
		return pasted, header, in.Body, nil
	}
	return "", nil, nil, &Mistake{Name: pasted, Text: "has an " + config.Unknown("sample", in.Sample, known)}
}

// builtin returns the names of the built-in vendors.
func builtin() []string {
	var names []string
	for _, v := range vendors.Builtin() {
		names = append(names, v.Name)
	}
	return names
}
