package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/metrics"
	"botrelay/relay/queue"
	"botrelay/relay/sample"
	"botrelay/relay/server"
	"botrelay/sinks/sandbox"
)

// demoTime is how long demo --once waits for everything to arrive.
const demoTime = 30 * time.Second

//go:embed demo.toml
var demoRoutes []byte

type demoCmd struct {
	Once bool `help:"Leave when everything has arrived: 0 if it has within 30 seconds, else 1."`
}

// demo is a relay, the platforms' stand-in, and what was sent through them.
type demo struct {
	cfg    *config.Config
	counts *metrics.Metrics
	store  queue.Store
	relay  *url.URL
	admin  *url.URL
	page   *url.URL
	box    *sandbox.Sandbox
	sent   []sentSample
}

// sentSample is a sample that a relay has accepted.
type sentSample struct {
	vendor, name string
	test         bool // a test request: it carries no event
}

// Run shows a relay at work, without anything outside this machine.
func (c *demoCmd) Run(ctx context.Context, w *world) error {
	box := sandbox.New(sandbox.Config{Names: map[string]string{
		"T00000000/B00000000": "front-desk",
		"1180000000000000001": "community",
		"1180000000000000042": "agents",
		"-1001234567890":      "Night shift",
	}})
	defer box.Close()
	page, stopPage, err := serveHTTP(ctx, box)
	if err != nil {
		return fmt.Errorf("starting the stand-in: %w", err)
	}
	defer stopPage()
	folder, err := os.MkdirTemp("", "botrelay-demo-")
	if err != nil {
		return fmt.Errorf("making a folder for the demo's store: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()

	d := &demo{page: page, box: box}
	d.cfg, _, err = parse(&world{getenv: demoEnv(page.String(), folder), stderr: w.stderr}, config.File{Name: "demo.toml", Data: demoRoutes})
	if err != nil {
		return err
	}
	return d.run(ctx, c.Once, w)
}

// demoEnv returns the demo's environment. The credentials have the platforms'
// form and open nothing.
func demoEnv(page, folder string) func(string) (string, bool) {
	env := map[string]string{
		"SANDBOX":         page,
		"DATA":            folder,
		"SECRET":          "the-demo-s-own-secret",
		"SLACK_TOKEN":     "xoxb-demo-demo",
		"SLACK_WEBHOOK":   "/services/T00000000/B00000000/demodemodemodemodemodemo",
		"DISCORD_WEBHOOK": "/api/webhooks/1180000000000000001/demo-demo-demo",
		"DISCORD_TOKEN":   "demo.demo.demo",
		"TELEGRAM_TOKEN":  "123456789:AADemoDemoDemoDemoDemoDemoDemoDemoDe",
	}
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

// run starts the relay, sends the samples, and tells what became of them.
func (d *demo) run(ctx context.Context, once bool, w *world) (err error) {
	ctx, stop := context.WithCancel(ctx)
	log := slog.New(slog.NewTextHandler(w.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d.counts = countsOf(d.cfg, log)
	d.store, err = openStore(ctx, d.cfg.Store.URL.Reveal(), d.counts, log)
	if err != nil {
		stop()
		return err
	}
	defer func() { err = errors.Join(err, d.store.Close()) }()
	served, err := d.serve(ctx, log)
	if err != nil {
		stop()
		return err
	}
	defer func() {
		stop()
		err = errors.Join(err, <-served)
	}()
	_, _ = fmt.Fprintf(w.stdout, "botrelay demo\n\n  relay    %s/hooks/<source>\n  messages %s\n  admin    %s\n\n", d.relay, d.page, d.admin)

	if err := d.sendAll(ctx); err != nil {
		return err
	}
	failed := d.wait(ctx)
	if err := d.report(ctx, w); err != nil {
		return err
	}
	if once || failed != nil {
		return failed
	}
	_, _ = fmt.Fprintf(w.stdout, "\nOpen %s to see the messages, and %s to see what the relay does. Press Ctrl-C to stop.\n", d.page, d.admin)
	<-ctx.Done()
	return nil
}

// serve runs the relay until ctx ends; its error comes on the channel.
func (d *demo) serve(ctx context.Context, log *slog.Logger) (<-chan error, error) {
	listener, admin, err := listenBoth(ctx, d.cfg.Server)
	if err != nil {
		return nil, err
	}
	d.relay = &url.URL{Scheme: "http", Host: listener.Addr().String()}
	d.admin = &url.URL{Scheme: "http", Host: admin.Addr().String(), Path: "/"}
	d.box.LinkTo(d.admin.String())
	parts, err := build(relayConfig{Config: d.cfg, store: d.store, listener: listener, admin: admin, messages: d.page, counts: d.counts, log: log})
	if err != nil {
		_, _ = listener.Close(), admin.Close()
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- server.New(parts.Config).Run(ctx) }()
	return served, nil
}

// sendAll posts every sample of every source's vendor, signed.
func (d *demo) sendAll(ctx context.Context) error {
	for _, source := range d.cfg.Sources {
		v, err := compose.Vendor(d.cfg.Vendors, source.Vendor)
		if err != nil {
			return err
		}
		for _, one := range v.Samples {
			answer, err := sample.Post(ctx, http.DefaultClient, d.relay.String()+"/hooks/"+source.Name, v, source.Secrets[0], one)
			if err != nil {
				return err
			}
			if answer.Code != http.StatusOK {
				return fmt.Errorf("%s %s: the relay answered %s %s", v.Name, one.Name, answer.Status, answer.Text)
			}
			test := v.IsTest != nil && v.IsTest(one.Body)
			d.sent = append(d.sent, sentSample{v.Name, one.Name, test})
		}
	}
	return nil
}

// wait returns nil when every delivery has been sent, and an error if one has
// not within the demo's time.
func (d *demo) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, demoTime)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		lanes, err := d.store.LaneStatus(ctx)
		if err != nil {
			return err
		}
		pending, dead := 0, 0
		for _, l := range lanes {
			pending += l.Pending
			dead += l.Dead
		}
		switch {
		case dead > 0:
			return fmt.Errorf("%d messages were refused", dead)
		case pending == 0:
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d messages have not arrived", pending)
		case <-tick.C:
		}
	}
}

// report prints what went where, in the order in which it was sent.
func (d *demo) report(ctx context.Context, w *world) error {
	records, err := d.store.Events(context.WithoutCancel(ctx), queue.Query{Limit: len(d.sent) + 1})
	if err != nil {
		return err
	}
	slices.Reverse(records) // oldest first
	kinds := make(map[string]string, len(d.cfg.Sinks))
	for _, s := range d.cfg.Sinks {
		kinds[s.Name] = s.Type
	}
	table := tabwriter.NewWriter(w.stdout, 0, 0, 2, ' ', 0)
	next := 0
	for _, s := range d.sent {
		if s.test {
			_, _ = fmt.Fprintf(table, "  %s\t%s\ta test: answered, nothing to deliver\n", s.vendor, s.name)
			continue
		}
		if next >= len(records) {
			return fmt.Errorf("%s %s was accepted and is not in the store", s.vendor, s.name)
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\n", s.vendor, s.name, whereTo(records[next], kinds))
		next++
	}
	return table.Flush()
}

// whereTo says where an event went: "→ sales (slack), night (telegram)".
func whereTo(r queue.Record, kinds map[string]string) string {
	var parts []string
	for _, d := range r.Deliveries {
		text := fmt.Sprintf("%s (%s)", d.Sink, kinds[d.Sink])
		if d.State != queue.Sent {
			text += fmt.Sprintf(" %s: %s", d.State, d.Reason)
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return "no route"
	}
	return "→ " + strings.Join(parts, ", ")
}
