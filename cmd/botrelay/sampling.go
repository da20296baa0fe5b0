package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"botrelay/relay"
	"botrelay/relay/admin/setup"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/receive"
	"botrelay/relay/route"
	"botrelay/relay/sample"
	"botrelay/relay/vendors"
)

// setupOf returns what the pages about sources are made of.
func (b *built) setupOf(c *config.Config) setup.Config {
	return setup.Config{
		Routes:  c,
		Events:  b.store,
		Last:    b.pages.last,
		Secrets: secretsOf(c),
		Seen:    b.pages.board.Sources,
		Explain: func(ctx context.Context, source, name string) (relay.Event, route.Explanation, error) {
			e, x, err := b.pages.bench.Explain(ctx, c, compose.Input{Source: source, Sample: name})
			return e, x, tired(err)
		},
		Send: func(ctx context.Context, source, name string) (sample.Sent, error) {
			to, one, err := sampleFor(c, source, name)
			if err != nil {
				return sample.Sent{}, err
			}
			return b.sampler().Send(ctx, to, one)
		},
		Sandbox: b.sandbox != nil,
	}
}

// sampler returns what sends samples to this relay, by its front door.
func (b *built) sampler() *sample.Sender {
	current := func() []byte {
		if own := b.certificate.Load(); own != nil {
			return own.Certificate[0]
		}
		return nil
	}
	return &sample.Sender{
		URL:    urlOf(b.Listener.Addr().String(), current() != nil),
		Client: sample.Local(current),
		Header: http.Header{receive.OwnHeader: {b.pages.own}},
		Events: b.store,
	}
}

// sampleFor returns a sample of a source's vendor, and how it is signed.
func sampleFor(c *config.Config, source, name string) (to sample.Source, one vendors.Sample, err error) {
	i := slices.IndexFunc(c.Sources, func(s config.Source) bool { return s.Name == source })
	if i < 0 {
		return to, one, fmt.Errorf("there is no source %q", source)
	}
	v, err := compose.Vendor(c.Vendors, c.Sources[i].Vendor)
	if err != nil {
		return to, one, err
	}
	to = sample.Source{Name: source, Vendor: v}
	if secrets := c.Sources[i].Secrets; len(secrets) > 0 {
		to.Secret = secrets[0]
	}
	for _, s := range v.Samples {
		if s.Name == name {
			return to, s, nil
		}
	}
	return to, one, fmt.Errorf("%s has no sample %q", v.Title, name)
}
