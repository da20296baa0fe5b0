package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
)

type verifyCmd struct {
	configFlag
	Source string `help:"The source that the request was for; needed if the file has more than one." placeholder:"NAME"`
	Body   string `help:"A file with the body, if the request's file has its headers only." placeholder:"FILE"`
	File   string `arg:"" name:"REQUEST" help:"A file with a request that the vendor sent; - for standard input."`
}

// Help is what --help adds to the flags.
func (*verifyCmd) Help() string {
	return `For a vendor that you describe: take a request that it really sent, and see whether the description fits, which part of it does not, and what would. Nothing is sent.

The file has the request as it came: headers, an empty line, and the body, byte for byte. A first line such as POST /hooks/shop HTTP/1.1 may stand before them. To see one, let the vendor send to a page that shows requests, and copy it from there.

It exits with 0 if the signature fits, also if its time is long past, and with 1 if it does not. Of the variables in routes.toml only the source's own need be set.`
}

// Run says whether a request fits its source.
func (c *verifyCmd) Run(w *world) error {
	cfg, _, err := readWithoutSecrets(w, c.Config)
	if err != nil {
		return err
	}
	source, v, err := (&eventFlags{Source: c.Source}).from(cfg)
	if err != nil {
		return err
	}
	if source.Pending {
		return fmt.Errorf("source %s is pending: it has no secret to verify with", source.Name)
	}
	if err := ownSecrets(w, c.Config, &source, ""); err != nil {
		return err
	}
	request, err := c.request(w)
	if err != nil {
		return err
	}
	opts := vendors.Options{Stringify: source.Stringify, Tolerance: source.Tolerance}
	x := verified{newScreen(w), source, v, request, v.Diagnose(request.header, request.body, source.Secrets, opts)}
	x.print(opts, time.Now())
	if x.Err != nil {
		return silent{errors.New("the signature does not fit")}
	}
	return nil
}

// request reads what was captured.
func (c *verifyCmd) request(w *world) (capture, error) {
	text, err := w.input(c.File)
	if err != nil {
		return capture{}, err
	}
	request, err := parseCapture(text)
	if err != nil {
		return capture{}, fmt.Errorf("%s: %w", c.File, err)
	}
	if c.Body != "" {
		if request.body, err = w.input(c.Body); err != nil {
			return capture{}, err
		}
	}
	request.measure()
	return request, nil
}

// verified is a request and what was found out about it.
type verified struct {
	screen

	source  config.Source
	vendor  *vendors.Vendor
	request capture
	vendors.Diagnosis
}

// print tells of each part of the signature, and then what to do.
func (x verified) print(opts vendors.Options, now time.Time) {
	x.flow(bold, fmt.Sprintf("A request to %s (%s)", x.source.Name, x.source.Vendor), "  ", "")
	for _, note := range x.request.notes {
		x.said("?", faint, note)
	}
	x.parts()
	if x.Signed != nil {
		x.said("·", noTint, "signed is "+shownText(x.Signed))
	}
	if x.Err == nil {
		x.said("✓", green, "the signature fits"+which(x.Secret, len(x.source.Secrets)))
		x.time(opts, now)
		x.event()
		return
	}
	x.said("✗", red, detailText(x.Err))
	x.cure()
}

// said prints a finding.
func (x verified) said(mark string, t tint, text string) { x.flow(t, mark+" ", "  ", text) }

// parts tells of the headers that the description names.
func (x verified) parts() {
	s := x.Scheme
	for _, name := range []string{s.Header, s.TimestampHeader, s.IDHeader} {
		if name == "" {
			continue
		}
		name = http.CanonicalHeaderKey(name)
		switch values := x.request.header.Values(name); len(values) {
		case 0:
			x.said("✗", red, name+" is not there")
		case 1:
			x.said("✓", green, name+" is there: "+shownText([]byte(values[0])))
		default:
			x.said("✗", red, fmt.Sprintf("%s is there %d times", name, len(values)))
		}
	}
	algorithm, encoding, ok := vendors.Digest(x.request.header.Get(s.Header))
	if described := described(s); ok && described != string(algorithm)+" in "+string(encoding) && s.Algorithm != vendors.FromPrefix {
		x.said("✗", red, fmt.Sprintf("it has the length of %s in %s, and the description says %s", algorithm, encoding, described))
	}
}

// described says which digest a scheme has.
func described(s vendors.Scheme) string {
	algorithm, encoding := s.Algorithm, s.Encoding
	if algorithm == "" {
		algorithm = vendors.SHA256
	}
	if encoding == "" {
		encoding = vendors.Hex
	}
	return string(algorithm) + " in " + string(encoding)
}

// shownText is a text of a request as one line that hides nothing.
func shownText(text []byte) string {
	const most = 600
	if len(text) > most {
		return fmt.Sprintf("%q… (%s)", text[:most], wording.Count(len(text), "byte"))
	}
	return fmt.Sprintf("%q", text)
}

// which says which of several secrets it is.
func which(i, of int) string {
	if of < 2 {
		return ""
	}
	return fmt.Sprintf(", with secret %d of %d", i+1, of)
}

// detailText says why it does not fit.
func detailText(err error) string {
	if errors.Is(err, vendors.ErrMismatch) {
		return "the signature does not fit: something else was signed, or with another secret"
	}
	return err.Error()
}

// time says how old the request is.
func (x verified) time(opts vendors.Options, now time.Time) {
	if x.Written == "" {
		return
	}
	age, fresh := x.Age(opts, now)
	at := x.At.UTC().Format(time.RFC3339)
	switch {
	case fresh:
		x.said("✓", green, "its time is "+at)
	case x.At.Year() > 2200 || x.At.Year() < 2000:
		x.said("✗", red, fmt.Sprintf("its time %q would be %s: is another timestamp_unit meant?", x.Written, at))
	case age > 0:
		x.said("·", noTint, fmt.Sprintf("its time is %s: the relay would refuse it now, as is right for one that is so old", at))
	default:
		x.said("✗", red, fmt.Sprintf("its time is %s, which is yet to come: the relay would refuse it", at))
	}
}

// event says what the relay would make of the request.
func (x verified) event() {
	switch {
	case !json.Valid(x.request.body):
		x.said("✗", red, "the body is not JSON: the relay would refuse it")
	case x.vendor.Empty(x.request.body):
		x.said("·", noTint, "it carries no event: it is a test")
	default:
		e := compose.Event(x.vendor, x.source.Name, x.request.header, x.request.body, time.Now())
		x.said("✓", green, "it is an event: "+strings.Join(wording.Facts(&e), " · "))
	}
}

// cure says what would fit.
func (x verified) cure() {
	if x.Fit == nil {
		x.said("·", noTint, "No scheme that is known fits either. Is this the secret that the vendor signs with, and the body byte for byte as it came?")
		return
	}
	text := "It fits"
	if x.Fit.Changed != "" {
		text += " if " + x.Fit.Changed
	}
	text += which(x.Fit.Secret, len(x.source.Secrets))
	if now := x.Fit.Scheme.TOML(); now != x.Scheme.TOML() {
		text += " with signature = " + now
	}
	x.said("→", bold, text)
	if x.Fit.Scheme.Stringify && !x.Scheme.Stringify && bytes.Contains(bytes.TrimSpace(x.request.body), []byte("\n")) {
		x.said("·", noTint, "The body here has several lines. If the page that showed it laid it out so, and not the vendor, stringify is not needed: take the body as it came.")
	}
}
