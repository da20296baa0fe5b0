// Package admin is the relay's side for those who run it: what it serves is not
// for vendors, and not for strangers. It puts the pages together behind their door;
// where it listens is left to package server.
package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/dead"
	"botrelay/relay/admin/door"
	"botrelay/relay/admin/events"
	"botrelay/relay/admin/overview"
	"botrelay/relay/admin/page"
	"botrelay/relay/admin/playground"
	"botrelay/relay/admin/routes"
	"botrelay/relay/admin/setup"
	"botrelay/relay/admin/tries"
)

// Config is what the admin side consists of.
type Config struct {
	// Token is what a request has to show, or a reader to type in. Zero: anybody on
	// this machine may come in, and nobody else must be able to connect; only
	// requests to this machine's own names are answered.
	Token   relay.Secret
	Guesses *door.Guesses // see door.Config; nil: they begin with this handler
	// Client returns whose request it is; nil: its peer's.
	Client  func(*http.Request) (netip.Addr, error)
	Metrics http.Handler // answers /metrics
	Live    http.Handler // answers /live, by which pages are told of changes
	Version string
	Zone    *time.Location // where times are told without a browser's help; nil: UTC

	// Apps are style sheets with which messages look as in their apps, for who shows
	// some; nil: nobody does.
	Apps fs.FS

	Overview   overview.Config // its Version and Zone are those above, its Tries that of Tries
	Events     events.Config   // its Tries is that of Tries
	Dead       dead.Config     // its Tries is that of Tries
	Routes     routes.Config
	Playground playground.Config
	Setup      setup.Config
	Tries      tries.Config
}

// New returns the admin side's handler. Its paths begin at its root: who mounts
// it elsewhere strips what stands before. It may be used from several
// goroutines, and starts none. The error is that of a template that is built in.
func New(cfg Config) (http.Handler, error) {
	h, err := build(cfg)
	if err != nil {
		return nil, fmt.Errorf("making the admin pages: %w", err)
	}
	return h, nil
}

func build(cfg Config) (http.Handler, error) {
	shell, err := page.New(page.Config{
		Tabs:    tabs(),
		Version: cfg.Version,
		Zone:    cfg.Zone,
		Locked:  !cfg.Token.IsZero(),
		Counts: func(ctx context.Context) map[string]int {
			return map[string]int{"dead": dead.Waiting(ctx, cfg.Dead.Store)}
		},
	})
	if err != nil {
		return nil, err
	}
	form, err := shell.Login()
	if err != nil {
		return nil, err
	}
	cfg.Overview.Version, cfg.Overview.Zone = cfg.Version, cfg.Zone
	cfg.Overview.Tries, cfg.Events.Tries, cfg.Dead.Tries = cfg.Tries.Desk, cfg.Tries.Desk, cfg.Tries.Desk
	if cfg.Apps != nil {
		if err := shell.Add(cfg.Apps, "."); err != nil {
			return nil, err
		}
	}
	mux := http.NewServeMux()
	if err := errors.Join(
		overview.Mount(mux, shell, cfg.Overview),
		events.Mount(mux, shell, cfg.Events),
		dead.Mount(mux, shell, cfg.Dead),
		routes.Mount(mux, shell, cfg.Routes),
		playground.Mount(mux, shell, cfg.Playground),
		setup.Mount(mux, shell, cfg.Setup),
		tries.Mount(mux, shell, cfg.Tries),
	); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /", shell.NotFound)
	mux.Handle("GET /assets/", shell.Assets())
	mux.Handle("GET /live", cfg.Live)
	mux.Handle("GET /metrics", cfg.Metrics)
	return door.New(door.Config{Token: cfg.Token, Guesses: cfg.Guesses, Client: cfg.Client, Form: form, Open: "/assets/"}, mux), nil
}

// tabs are the pages that can be gone to from every other.
func tabs() []page.Tab {
	return []page.Tab{
		{Path: "", Name: "Overview"},
		{Path: "events", Name: "Events"},
		{Path: "dead", Name: "Dead letters"},
		{Path: "routes", Name: "Routes"},
		{Path: "playground", Name: "Playground"},
		{Path: "setup", Name: "Setup"},
	}
}
