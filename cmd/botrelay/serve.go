package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/server"
	"botrelay/sinks/sandbox"
)

type serveCmd struct {
	configFlag
	Sandbox bool `help:"Send to a local stand-in for the platforms; nothing real can be reached."`
}

// Run runs a relay until ctx ends.
func (c *serveCmd) Run(ctx context.Context, w *world) error {
	cfg, warnings, err := read(w, c.Config)
	if err != nil {
		return err
	}
	tuneGC(w)
	log := newLog(w.stderr)
	defer ignoreHangups(c.Config, log)()
	for _, p := range warnings {
		log.Warn("routes file", "file", p.File, "line", p.Line, "column", p.Col, "warning", p.Text)
	}
	if c.Sandbox {
		return serveSandbox(ctx, cfg, log)
	}
	return serve(ctx, cfg, nil, log)
}

// ignoreHangups keeps a SIGHUP, by which other programs are told to read their
// configuration anew, from ending the relay, until the returned function is
// called. Each one is answered with a warning.
func ignoreHangups(routes string, log *slog.Logger) (end func()) {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-hangups:
				log.Warn("SIGHUP is ignored: the routes file is read at the start only; restart botrelay to use its changes", "file", routes)
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		close(done)
	}
}

// serveSandbox runs a relay whose sinks reach a stand-in only. Its store is one
// of its own, so that nothing that waits for the real platforms goes astray.
func serveSandbox(ctx context.Context, cfg *config.Config, log *slog.Logger) error {
	box := sandbox.New(sandbox.Config{})
	defer box.Close()
	page, stop, err := serveHTTP(ctx, box)
	if err != nil {
		return fmt.Errorf("starting the sandbox: %w", err)
	}
	defer stop()
	folder, err := os.MkdirTemp("", "botrelay-sandbox-")
	if err != nil {
		return fmt.Errorf("making a folder for the sandbox's store: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	store := "sqlite:" + filepath.Join(folder, "botrelay.db")
	cfg.Store.URL = relay.NewSecret(store)
	log.Info("every message goes to the sandbox, and the store is a temporary one",
		"page", page.String(), "store", store, "look_into_it", "botrelay events --store "+store)
	return serve(ctx, cfg, page, log)
}

// serve opens the store, listens, and runs a relay until ctx ends.
func serve(ctx context.Context, cfg *config.Config, standIn *url.URL, log *slog.Logger) (err error) {
	counts := countsOf(cfg, log)
	store, err := openStore(ctx, cfg.Store.URL.Reveal(), counts, log)
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return nil // stopped while it waited for another relay
	case err != nil:
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	listener, admin, err := listenBoth(ctx, cfg.Server)
	if err != nil {
		return err
	}
	parts, err := build(relayConfig{
		Config: cfg, store: store, listener: listener, admin: admin, sandbox: standIn, counts: counts, log: log,
	})
	if err != nil {
		_ = listener.Close()
		if admin != nil {
			_ = admin.Close()
		}
		return err
	}
	log.Info("botrelay is ready", "version", buildVersion(), "listen", listener.Addr().String(), "admin", adminAt(cfg.Server, listener, admin),
		"sources", len(cfg.Sources), "sinks", len(cfg.Sinks), "routes", len(cfg.Routes))
	remind(ctx, cfg, store, log)
	err = server.Run(ctx, parts)
	log.Info("botrelay has stopped")
	return err
}

// remind tells at the start of what needs a person, and of what waits.
func remind(ctx context.Context, cfg *config.Config, store queue.Store, log *slog.Logger) {
	for _, s := range cfg.Sources {
		if s.Pending {
			log.Warn("source is pending: save its URL at the vendor, then put the secret into the routes file", "source", s.Name)
		}
	}
	lanes, err := store.LaneStatus(ctx)
	if err != nil {
		log.Warn("the store does not tell what waits", "error", err)
		return
	}
	for _, sink := range slices.Sorted(maps.Keys(lanes)) {
		lane := lanes[sink]
		known := slices.ContainsFunc(cfg.Sinks, func(s config.Sink) bool { return s.Name == sink })
		switch {
		case lane.Pending > 0 && !known:
			log.Warn("messages wait for a sink that the routes file no longer has: put it back, "+
				"or send them by today's rules with botrelay replay --reroute",
				"sink", sink, "pending", lane.Pending)
		case lane.Pending > 0:
			log.Info("messages wait for a sink", "sink", sink, "pending", lane.Pending, "held", lane.Held, "reason", lane.Reason)
		}
	}
}

// listenBoth opens the public address, and that of the admin side if it has one
// of its own.
func listenBoth(ctx context.Context, s config.Server) (public, admin net.Listener, err error) {
	public, err = listen(ctx, s.Listen, "change listen in [server] of the routes file")
	if err != nil || s.AdminListen == "" || s.AdminShared() {
		return public, nil, err
	}
	admin, err = listen(ctx, s.AdminListen, "change admin_listen in [server] of the routes file")
	if err != nil {
		_ = public.Close()
		return nil, nil, err
	}
	return public, admin, nil
}

// adminAt says where the admin side is, for the log; empty if there is none.
func adminAt(s config.Server, public, admin net.Listener) string {
	switch {
	case admin != nil:
		return admin.Addr().String() + "/"
	case s.AdminListen != "":
		return public.Addr().String() + "/admin/"
	}
	return ""
}

// listen opens an address. The cure says what to do if it is in use.
func listen(ctx context.Context, address, cure string) (net.Listener, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use by another program: %s", address, cure)
	}
	if errors.Is(err, syscall.EACCES) {
		return nil, fmt.Errorf("%s may not be used by user id %d: take a port from 1024 on", address, os.Getuid())
	}
	return listener, err
}

// tuneGC trades memory that a relay has to spare for time. What it keeps is a
// few MiB, so by Go's default it would collect garbage after every few hundred
// events; the limit keeps a burst of large ones from growing the process. Beside Go's
// memory there are SQLite's, and the program itself, of 20 MiB each at most.
// GOGC and GOMEMLIMIT still have the last word.
func tuneGC(w *world) {
	if _, set := w.getenv("GOGC"); !set {
		debug.SetGCPercent(400)
	}
	if _, set := w.getenv("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(28 << 20)
	}
}
