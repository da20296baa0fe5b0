package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"botrelay/relay/config"
	"botrelay/relay/vendors"
)

// eventFlags choose an event as a vendor sends it.
type eventFlags struct {
	Sample string `help:"Instead of a file, this sample of the vendor; see --list." placeholder:"NAME"`
	List   bool   `help:"Only list the vendor's samples."`
	Topic  string `help:"The event type for vendors that send it in a header." placeholder:"TYPE"`
	File   string `arg:"" optional:"" name:"EVENT.json" help:"The event's JSON, as the vendor sends it; - for standard input. Without it, the vendor's first sample."`
}

// sourceOf returns the source of that name and its vendor. Where there is only
// one source, it need not be named.
func sourceOf(cfg *config.Config, name string) (config.Source, *vendors.Vendor, error) {
	var names []string
	for _, s := range cfg.Sources {
		if s.Name == name || name == "" && len(cfg.Sources) == 1 {
			v, ok := vendors.Lookup(s.Vendor)
			if !ok {
				return s, nil, fmt.Errorf("unknown vendor %q", s.Vendor)
			}
			return s, v, nil
		}
		names = append(names, s.Name)
	}
	if name == "" {
		return config.Source{}, nil, usage{fmt.Errorf("say with --source who sends it: the file has %s", strings.Join(names, ", "))}
	}
	return config.Source{}, nil, usage{errors.New(config.Unknown("source", name, names))}
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
	case f.File == "-":
		event.Body, err = io.ReadAll(w.stdin)
		event.Header = f.topic(nil)
		return event, false, err
	case f.File != "":
		event.Body, err = os.ReadFile(f.File)
		event.Header = f.topic(nil)
		return event, false, err
	}
	var names []string
	for _, s := range v.Samples {
		if f.Sample == "" || s.Name == f.Sample {
			s.Header = f.topic(s.Header.Clone())
			return s, true, nil
		}
		names = append(names, s.Name)
	}
	return event, false, usage{fmt.Errorf("%s has no sample %q: it has %s", v.Title, f.Sample, strings.Join(names, ", "))}
}

// topic adds the event type of --topic, which only Chat Data reads.
func (f *eventFlags) topic(header http.Header) http.Header {
	if header == nil {
		header = http.Header{}
	}
	if f.Topic != "" {
		header.Set("X-Chat-Data-Topic", f.Topic)
	}
	return header
}
