package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/render"
	"botrelay/relay/vendors"
	"botrelay/sinks/transport"
)

// bubble is a relay without its front door, in a synctest bubble: the store, the
// lanes, the sinks and the platforms' libraries are the real ones, and an hour
// takes no time. Loopback connections would stop the bubble's clock, so the
// platforms are reached through pipes.
type bubble struct {
	t         *testing.T
	platforms *standIn
	store     queue.Store
	senders   []*deliver.Sender
	owed      []relay.Owed // to all of them
	carrier   *http.Transport
	web       *http.Server
	vendor    *vendors.Vendor
}

// newBubble returns a relay by a routes file whose one route leads to all sinks.
func newBubble(t *testing.T, routes string) *bubble {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "store.db")})
	if err != nil {
		t.Fatal(err)
	}
	pipes := &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})}
	b := &bubble{t: t, store: store, platforms: newStandIn(time.Now)}
	b.vendor, _ = vendors.Lookup("chatbase")
	b.carrier = &http.Transport{DialContext: pipes.dial, DialTLSContext: pipes.dial}
	b.web = &http.Server{Handler: b.platforms} //nolint:gosec // nobody is slow here
	go func() { _ = b.web.Serve(pipes) }()
	b.build(routes)
	return b
}

// build makes the senders of a routes file.
func (b *bubble) build(routes string) {
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(routes)}, configEnv(func(string) (string, bool) { return "", false }))
	if cfg == nil {
		b.t.Fatal(problems)
	}
	renderer := render.New(render.Config{Location: time.UTC})
	sinks, budgets, err := openSinks(cfg.Sinks, transport.Config{RoundTripper: b.carrier}, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for i, s := range cfg.Sinks {
		b.owed = append(b.owed, relay.Owed{Sink: s.Name, Route: "all"})
		b.senders = append(b.senders, deliver.New(deliver.Config{
			Name: s.Name, Sink: sinks[i], Render: renderer.MessageFor, Lanes: b.store,
			Budgets: budgets[i], Digest: s.Digest == nil || *s.Digest, GiveUpAfter: s.GiveUpAfter,
			Grace: grace, Log: slog.New(slog.DiscardHandler),
		}))
	}
}

// run starts the senders; the returned function stops everything.
func (b *bubble) run() (stop func()) {
	ctx, cancel := context.WithCancel(b.t.Context())
	var all sync.WaitGroup
	for _, s := range b.senders {
		all.Go(func() { s.Run(ctx) })
	}
	return func() {
		cancel()
		all.Wait()
		if err := b.store.Close(); err != nil {
			b.t.Error(err)
		}
		b.carrier.CloseIdleConnections()
		_ = b.web.Close()
	}
}

// put takes a lead in, as a relay would that has verified it.
func (b *bubble) put(l lead) {
	e := b.vendor.Decode(nil, l.body())
	e.ID, e.Vendor, e.Source, e.ReceivedAt, e.Payload = fmt.Sprint("event-", l), "chatbase", "website", time.Now(), l.body()
	if _, err := b.store.Put(b.t.Context(), e, b.owed); err != nil {
		b.t.Error(err)
	}
}

// pipes is a listener whose connections are pipes.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.accepted <- theirs:
		return ours, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next connection.
func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr is nowhere.
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }
