package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// eventFlags choose an event as a vendor sends it to a source.
type eventFlags struct {
	Source string `help:"The source that the event is for; needed if the file has more than one." placeholder:"NAME"`
	Sample string `help:"Instead of a file, this sample of the source's vendor (see --list), or VENDOR/NAME." placeholder:"NAME"`
	List   bool   `help:"Only list the vendor's samples."`
	Raw    bool   `help:"Only print the event's JSON as the vendor sends it: something to start from."`
	Topic  string `help:"The event type for vendors that send it in a header." placeholder:"TYPE"`
	File   string `arg:"" optional:"" name:"EVENT.json" help:"The event's JSON, as the vendor sends it; - for standard input. Without it, the vendor's first sample."`
}

// from returns the source that the event is for, and its vendor. Where there is
// only one, or only one of the sample's vendor, it need not be named.
func (f *eventFlags) from(cfg *config.Config) (config.Source, *vendors.Vendor, error) {
	vendor, _, named := strings.Cut(f.Sample, "/")
	var all, may []string
	var found config.Source
	for _, s := range cfg.Sources {
		all = append(all, s.Name)
		if (f.Source == "" || s.Name == f.Source) && (!named || s.Vendor == vendor) {
			may, found = append(may, s.Name), s
		}
	}
	switch {
	case f.Source != "" && !slices.Contains(all, f.Source):
		return found, nil, usage{errors.New(config.Unknown("source", f.Source, all))}
	case len(may) == 0:
		if _, err := compose.Vendor(cfg.Vendors, vendor); err != nil {
			return found, nil, usage{errors.New(config.Unknown("vendor", vendor, append(vendorNames(), describedNames(cfg)...)))}
		}
		return found, nil, usage{fmt.Errorf("there is no such source of the vendor %q: the file has %s", vendor, strings.Join(all, ", "))}
	case len(may) > 1:
		return found, nil, usage{fmt.Errorf("say with --source who sends it: the file has %s", strings.Join(may, ", "))}
	}
	v, err := compose.Vendor(cfg.Vendors, found.Vendor)
	return found, v, err
}

// shown prints what --list and --raw ask for; asked is false if neither is there.
func (f *eventFlags) shown(w *world, cfg *config.Config) (asked bool, err error) {
	if !f.List && !f.Raw {
		return false, nil
	}
	_, v, err := f.pretended(w, cfg)
	if err != nil {
		return true, err
	}
	if f.List {
		return true, f.list(w, v)
	}
	from, _, err := f.event(w, v)
	if err != nil {
		return true, err
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, from.Body, "", "  "); err != nil {
		return true, compose.CheckJSON(f.file(), from.Body)
	}
	_, err = fmt.Fprintf(w.stdout, "%s\n", harmless(pretty.Bytes()))
	return true, err
}

// decoded returns the event that the flags choose, as the relay would take it.
// file is the name of the routes file.
func (f *eventFlags) decoded(w *world, cfg *config.Config, file string) (relay.Event, error) {
	source, v, err := f.pretended(w, cfg)
	if err != nil {
		return relay.Event{}, err
	}
	from, isSample, err := f.event(w, v)
	if err != nil {
		return relay.Event{}, err
	}
	what := "the sample " + from.Name
	if !isSample {
		what = f.file()
	}
	if int64(len(from.Body)) > cfg.Server.MaxBody {
		return relay.Event{}, fmt.Errorf("%s is larger than max_body in %s: the relay would not take it", what, file)
	}
	if err := compose.CheckEvent(what, v, from.Body); err != nil {
		return relay.Event{}, err
	}
	return compose.Event(v, source.Name, from.Header, from.Body, time.Now()), nil
}

// file is what people know the event's file as.
func (f *eventFlags) file() string {
	if f.File == "-" {
		return "standard input"
	}
	return f.File
}

// list names the vendor's samples.
func (f *eventFlags) list(w *world, v *vendors.Vendor) error {
	for _, s := range v.Samples {
		if _, err := fmt.Fprintln(w.stdout, s.Name); err != nil {
			return err
		}
	}
	return nil
}

// event returns what was chosen: a file's content, the sample that was asked
// for, or the vendor's first.
func (f *eventFlags) event(w *world, v *vendors.Vendor) (event vendors.Sample, isSample bool, err error) {
	switch {
	case f.File != "" && f.Sample != "":
		return event, false, usage{errors.New("name a file or a sample, not both")}
	case f.File != "":
		event.Body, err = w.input(f.File)
		event.Header = f.topic(v, nil)
		return event, false, err
	}
	wanted := f.Sample[strings.Index(f.Sample, "/")+1:]
	var names []string
	for _, s := range v.Samples {
		if wanted == "" || s.Name == wanted {
			s.Header = f.topic(v, s.Header.Clone())
			return s, true, nil
		}
		names = append(names, s.Name)
	}
	return event, false, usage{errors.New(v.Title + ": " + config.Unknown("sample", wanted, names) + elsewhere(wanted))}
}

// elsewhere says which vendors have a sample that was asked for, if any.
func elsewhere(wanted string) string {
	var found []string
	for _, v := range vendors.Builtin() {
		if slices.ContainsFunc(v.Samples, func(s vendors.Sample) bool { return s.Name == wanted }) {
			found = append(found, "--sample "+v.Name+"/"+wanted)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return "; there is " + strings.Join(found, ", ")
}

// pretended is from for what only shows an event: a sample of a vendor that no
// source has is shown as if there were such a source, of the vendor's name.
func (f *eventFlags) pretended(w *world, cfg *config.Config) (config.Source, *vendors.Vendor, error) {
	vendor, _, named := strings.Cut(f.Sample, "/")
	v, err := compose.Vendor(cfg.Vendors, vendor)
	if !named || f.Source != "" || err != nil || slices.ContainsFunc(cfg.Sources, func(s config.Source) bool { return s.Vendor == vendor }) {
		return f.from(cfg)
	}
	if !f.List && !f.Raw {
		_, _ = fmt.Fprintf(w.stderr, "No source has the vendor %s: this is as if there were one, [sources.%s].\n", vendor, vendor)
	}
	return config.Source{Name: vendor, Vendor: vendor}, v, nil
}

func describedNames(cfg *config.Config) []string {
	var names []string
	for _, v := range cfg.Vendors {
		names = append(names, v.Name)
	}
	return names
}

// topic adds the event type of --topic, for a vendor that has it in a header.
func (f *eventFlags) topic(v *vendors.Vendor, header http.Header) http.Header {
	if header == nil {
		header = http.Header{}
	}
	if f.Topic != "" && v.TopicHeader != "" {
		header.Set(v.TopicHeader, f.Topic)
	}
	return header
}
