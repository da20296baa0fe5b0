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
	"slices"
	"strings"
	"syscall"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/server"
	"botrelay/relay/watch"
	"botrelay/sinks/sandbox"
)

type serveCmd struct {
	configFlag
	Sandbox bool `help:"Send to a local stand-in for the platforms; nothing real can be reached. Variables need not be set."`
}

// Run runs a relay until ctx ends.
func (c *serveCmd) Run(ctx context.Context, w *world) error {
	first := readRoutes(c.Config, w.getenv, c.Sandbox)
	switch {
	case first.err != nil:
		return first.err
	case first.config == nil:
		_, _ = fmt.Fprintln(w.stderr, first.problems)
		return silent{fmt.Errorf("%s is not good", c.Config)}
	}
	memory := tuneMemory(w.getenv, first.config.Store.URL.Reveal())
	// A SIGHUP never ends the relay, also one that comes while it starts.
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	log := newLog(w.stderr)
	warn(log, first.problems)
	s := service{getenv: w.getenv, first: first, hangups: hangups, memory: memory, log: log}
	if c.Sandbox {
		return s.runSandbox(ctx)
	}
	return s.run(ctx, first.config, nil)
}

// service is a relay that follows its routes file.
type service struct {
	getenv  func(string) (string, bool)
	first   reading
	hangups <-chan os.Signal
	memory  *memory
	box     *sandbox.Sandbox // what all messages go to; nil: the real platforms
	log     *slog.Logger
}

// runSandbox runs a relay whose sinks reach a stand-in only. Its store is one
// of its own, so that nothing that waits for the real platforms goes astray.
func (s *service) runSandbox(ctx context.Context) error {
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
	cfg := *s.first.config
	cfg.Store.URL = relay.NewSecret(store)
	if cfg.Server.AdminListen == "" { // who tries it should see it, and nobody else can reach it
		cfg.Server.AdminListen = "127.0.0.1:0"
	}
	s.box = box
	s.log.Info("every message goes to the sandbox, and the store is a temporary one",
		"page", page.String(), "store", store, "look_into_it", "botrelay events --store "+store)
	if len(s.first.standIns) > 0 {
		s.log.Info("what is not set has a stand-in", "keys", s.first.standIns, "sign_with_it", "botrelay send --sandbox")
	}
	return s.run(ctx, &cfg, page)
}

// run opens the store, listens, and runs a relay until ctx ends.
func (s *service) run(ctx context.Context, cfg *config.Config, standIn *url.URL) (err error) {
	counts := countsOf(cfg, s.log)
	store, err := openStore(ctx, cfg.Store.URL.Reveal(), counts, s.log)
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
	started := fixedOf(s.first.config)
	parts, err := build(relayConfig{
		Config: cfg, store: store, listener: listener, admin: admin, sandbox: standIn, messages: standIn, counts: counts, log: s.log, started: &started, memory: s.memory,
	})
	if err != nil {
		_ = listener.Close()
		if admin != nil {
			_ = admin.Close()
		}
		return err
	}
	if err := announce(store, listener, parts.TLS); err != nil {
		s.log.Warn("the commands health and send cannot see where the relay listens, and ask the routes file", "error", err)
	}
	at := adminAt(cfg.Server, listener, admin, parts.TLS != nil)
	if s.box != nil {
		s.box.LinkTo(at)
	}
	s.log.Info("botrelay is ready", "version", buildVersion(), "listen", listener.Addr().String(), "admin", at,
		"sources", len(cfg.Sources), "sinks", len(cfg.Sinks), "routes", len(cfg.Routes))
	remind(ctx, cfg, store, s.log)
	s.memory.bound()
	err = s.follow(parts).Run(ctx)
	s.log.Info("botrelay has stopped")
	return err
}

// follow returns the relay, with a task that keeps it to its routes file.
func (s *service) follow(parts *built) *server.Server {
	r := newReloader(&s.first, parts)
	r.getenv = s.getenv
	parts.Note = r.note
	parts.Tasks = append(parts.Tasks, func(ctx context.Context) {
		watch.Run(ctx, watch.Config{
			Look:  func(asked bool) ([]string, time.Duration) { return r.look(ctx, asked) },
			Asked: s.hangups,
			Log:   s.log,
		})
	})
	r.server = server.New(parts.Config)
	return r.server
}

// remind tells at the start of what needs a person, and of what waits.
func remind(ctx context.Context, cfg *config.Config, store queue.Store, log *slog.Logger) {
	remindOfPending(nil, cfg, log)
	lanes, err := store.LaneStatus(ctx)
	if err != nil {
		log.Warn("the store does not tell what waits", "error", err)
		return
	}
	for _, sink := range slices.Sorted(maps.Keys(lanes)) {
		if lane := lanes[sink]; lane.Pending > 0 && hasSink(cfg, sink) {
			log.Info("messages wait for a sink", "sink", sink, "pending", lane.Pending, "held", lane.Held, "reason", lane.Reason)
		}
	}
	remindOfGone(lanes, cfg, log)
}

// remindOfPending tells which sources have no secret yet, and had one, or were not
// there, in the former configuration, if there is one.
func remindOfPending(former, cfg *config.Config, log *slog.Logger) {
	for _, s := range cfg.Sources {
		told := former != nil && slices.ContainsFunc(former.Sources, func(f config.Source) bool { return f.Name == s.Name && f.Pending })
		if s.Pending && !told {
			log.Warn("source is pending: save its URL at the vendor, then put the secret into the routes file", "source", s.Name)
		}
	}
}

// remindOfGone tells what waits for sinks that are gone.
func remindOfGone(lanes map[string]queue.LaneStatus, cfg *config.Config, log *slog.Logger) {
	for _, sink := range slices.Sorted(maps.Keys(lanes)) {
		if n := lanes[sink].Pending; n > 0 && !hasSink(cfg, sink) {
			log.Warn("messages wait for a sink that the routes file no longer has: put it back, "+
				"or send them by today's rules with botrelay replay --reroute",
				"sink", sink, "pending", n)
		}
	}
}

func hasSink(cfg *config.Config, name string) bool {
	return slices.ContainsFunc(cfg.Sinks, func(s config.Sink) bool { return s.Name == name })
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

// adminAt returns the URL of the admin side, as a browser opens it: on this machine,
// unless it is known by which name others reach it. It is empty if there is none.
// secure: the public address speaks HTTPS.
func adminAt(s config.Server, public, admin net.Listener, secure bool) string {
	switch {
	case admin != nil:
		at, ok := admin.Addr().(*net.TCPAddr)
		return urlOf(admin.Addr().String(), secure && (!ok || !at.IP.IsLoopback())) + "/"
	case s.AdminListen == "":
		return ""
	case s.PublicURL != "":
		return strings.TrimSuffix(s.PublicURL, "/") + "/admin/"
	}
	return urlOf(public.Addr().String(), secure) + "/admin/"
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
