package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"sync/atomic"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/deliver"
	"botrelay/relay/indexing"
	"botrelay/relay/metrics"
	"botrelay/relay/notice"
	"botrelay/relay/prune"
	"botrelay/relay/queue"
	"botrelay/relay/receive"
	"botrelay/relay/render"
	"botrelay/relay/server"
	"botrelay/relay/status"
	"botrelay/sinks/transport"
)

// relayConfig is what a relay is built from.
type relayConfig struct {
	*config.Config
	store    queue.Store
	listener net.Listener
	admin    net.Listener // nil: there is no admin side, or it shares listener
	sandbox  *url.URL     // replaces every sink's host; nil: the real platforms
	messages *url.URL     // where the messages of a stand-in can be seen; nil: nowhere
	counts   *metrics.Metrics
	log      *slog.Logger
	started  *fixed  // what the routes file says of what cannot change; nil: what Config does
	memory   *memory // nil: it is left to Go
}

// built is a relay, and what a routes file made of it.
type built struct {
	server.Config
	store   queue.Store
	sandbox *url.URL
	shown   string // where the messages of a stand-in can be seen; empty: nowhere
	counts  *metrics.Metrics
	log     *slog.Logger
	started fixed
	memory  *memory
	watch   watcher
	inbox   *watchedInbox
	metrics http.Handler
	pages   adminSide
	current *snapshot // replaced as a whole, by one goroutine

	keep        atomic.Pointer[queue.Retention]
	certificate atomic.Pointer[tls.Certificate]
}

// snapshot is what one routes file makes of a relay.
type snapshot struct {
	cfg   *config.Config
	sinks []relay.Sink // of cfg.Sinks
	hooks *receive.Handler
	parts server.Parts
	told  []status.Sink // what people are told of sinks
}

// countsOf returns the counts of a relay with this configuration, all at 0.
func countsOf(c *config.Config, log *slog.Logger) *metrics.Metrics {
	counts := metrics.New(metrics.Config{Version: buildVersion(), Log: log})
	expect(counts, c)
	counts.Loaded(true)
	return counts
}

// expect lets the counters of a routes file stand at 0 that do not stand yet, and
// drops those of what it no longer has.
func expect(counts *metrics.Metrics, c *config.Config) {
	names := metrics.Names{Messages: compose.MessageNames(c)}
	for _, s := range c.Sources {
		names.Sources = append(names.Sources, metrics.Source{Name: s.Name, Vendor: s.Vendor})
	}
	for _, s := range c.Sinks {
		names.Sinks = append(names.Sinks, s.Name)
	}
	for _, r := range c.Routes {
		if r.When != "" {
			names.Conditions = append(names.Conditions, r.Name)
		}
	}
	counts.Expect(names)
}

// build makes everything that can fail before anything runs.
func build(c relayConfig) (*built, error) {
	b := &built{store: c.store, sandbox: c.sandbox, counts: c.counts, log: c.log, started: fixedOf(c.Config), memory: cmp.Or(c.memory, new(memory))}
	if c.started != nil {
		b.started = *c.started
	}
	if c.messages != nil {
		b.shown = c.messages.String()
	}
	b.pages = newAdminSide(c.store)
	b.watch = watcher{c.counts, notice.New(notice.Config{Inbox: c.store, Log: c.log}), b.pages.board, b.pages.changed}
	b.inbox = &watchedInbox{Inbox: c.store, desk: b.watch.desk}
	if c.Server.AdminListen != "" {
		c.counts.Watch(c.store)
		b.metrics = c.counts.Handler()
	}
	first, err := b.prepare(c.Config)
	if err != nil {
		return nil, err
	}
	b.take(first)
	b.Config = server.Config{
		Listener:      c.listener,
		AdminListener: c.admin,
		TLS:           b.tls(),
		Parts:         first.parts,
		Tasks:         []func(context.Context){b.watch.desk.Run, b.prune, b.index, b.pages.feed.Run, b.pages.jobs.Run},
		Stopping:      b.pages.feed.Close,
		Ready:         b.ready,
		Grace:         grace,
		Log:           c.log,
	}
	return b, nil
}

// prepare makes all that can fail of what a routes file wants, and changes
// nothing. What is as it was goes on.
func (b *built) prepare(c *config.Config) (*snapshot, error) {
	next := &snapshot{cfg: c}
	renderer, err := rendererOf(c, b.counts, b.log)
	if err != nil {
		return nil, err
	}
	handler, err := b.receiver(c, renderer)
	if err != nil {
		return nil, err
	}
	next.hooks = receive.New(handler)
	if b.current != nil {
		next.hooks = b.current.hooks.With(handler)
	}
	sinks, budgets, err := openSinks(c.Sinks, transport.Config{Base: b.sandbox}, b.opened)
	if err != nil {
		return nil, err
	}
	next.sinks = sinks
	for i, s := range c.Sinks {
		next.told = append(next.told, status.SinkOf(s, budgets[i], toldOf(s, c.Server.Notify)))
	}
	pages, err := b.adminOf(c, renderer)
	if err != nil {
		return nil, err
	}
	next.parts = server.Parts{Hooks: b.memory.watch(next.hooks), Admin: pages, Lanes: b.lanesOf(c, renderer, sinks, budgets)}
	return next, nil
}

// take makes the prepared snapshot the one in use, but for the server's parts.
func (b *built) take(next *snapshot) {
	b.current = next
	b.keep.Store(&queue.Retention{Sent: next.cfg.Store.Retain, Dead: next.cfg.Store.RetainDead})
	b.certificate.Store(next.cfg.Server.Certificate)
	b.watch.desk.Tell(next.cfg.Server.Notify)
	b.pages.board.Use(next.cfg, next.told)
	b.pages.changed()
}

// receiver returns what the vendors' side needs.
func (b *built) receiver(c *config.Config, renderer *render.Renderer) (receive.Config, error) {
	table, err := compose.Table(c, renderer, func(e *relay.Event, route string, err error) {
		b.counts.ConditionFailed(route)
		b.log.Warn("a condition cannot be told, so the route holds", "event", e.ID, "source", e.Source, "route", route, "error", err)
	})
	if err != nil {
		return receive.Config{}, err
	}
	sources, err := sourcesOf(c)
	return receive.Config{
		Sources:        sources,
		Route:          table.Route,
		Inbox:          b.inbox,
		MaxBody:        c.Server.MaxBody,
		TrustedProxies: receive.NewNetworks(c.Server.TrustedProxies),
		Own:            b.pages.own,
		Observe:        b.watch.request,
		Log:            b.log,
	}, err
}

// opened returns the sink in use that these options made, or nil.
func (b *built) opened(s config.Sink) relay.Sink {
	if b.current == nil {
		return nil
	}
	for i, former := range b.current.cfg.Sinks {
		if former.Name == s.Name && former.Type == s.Type && reflect.DeepEqual(former.Options, s.Options) {
			return b.current.sinks[i]
		}
	}
	return nil
}

// lanesOf returns what the senders need.
func (b *built) lanesOf(c *config.Config, renderer *render.Renderer, sinks []relay.Sink, budgets [][]relay.Budget) []deliver.Config {
	lanes := make([]deliver.Config, len(c.Sinks))
	for i, s := range c.Sinks {
		lanes[i] = deliver.Config{
			Name:        s.Name,
			Sink:        sinks[i],
			Render:      renderer.MessageFor,
			Lanes:       b.store,
			Budgets:     budgets[i],
			Digest:      s.Digest == nil || *s.Digest,
			Thread:      s.Threads(),
			GiveUpAfter: s.GiveUpAfter,
			Tell:        toldOf(s, c.Server.Notify),
			Observe:     b.watch.attempt,
			Grace:       grace,
			Told:        b.told(),
			Log:         b.log,
		}
	}
	return lanes
}

// told returns what reports whether the store has told that it is of no use, or nil
// if it does not tell.
func (b *built) told() func() bool {
	s, ok := b.store.(watchedStore)
	if !ok {
		return nil
	}
	return func() bool {
		_, trouble := s.Trouble(nil, time.Time{})
		return trouble != nil
	}
}

// tls returns how HTTPS is spoken, with the certificate that is in use then, or
// nil if the relay speaks plain HTTP.
func (b *built) tls() *tls.Config {
	if b.certificate.Load() == nil {
		return nil
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return b.certificate.Load(), nil },
	}
}

// prune forgets what the routes file wants no longer kept.
func (b *built) prune(ctx context.Context) {
	prune.Run(ctx, b.store, func() queue.Retention { return *b.keep.Load() }, b.log)
}

// index has the store prepare what people ask of it.
func (b *built) index(ctx context.Context) {
	indexing.Run(ctx, watchedIndexer{b.store, b.pages.board}, b.log)
}

// ready returns why no event can be taken now.
func (b *built) ready(ctx context.Context) error {
	failed := b.inbox.trouble(time.Now())
	if s, ok := b.store.(watchedStore); ok {
		var sure bool
		if sure, failed = s.Trouble(failed, b.inbox.triedAt()); failed != nil || sure {
			return unready(failed) // without asking a database that may not answer
		}
	}
	_, err := b.store.Events(ctx, queue.Query{Limit: 1})
	return unready(errors.Join(failed, err))
}
