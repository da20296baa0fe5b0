package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"botrelay/relay/admin"
	"botrelay/relay/admin/dead"
	"botrelay/relay/admin/door"
	"botrelay/relay/admin/glance"
	"botrelay/relay/admin/jobs"
	"botrelay/relay/admin/live"
	"botrelay/relay/admin/overview"
	"botrelay/relay/admin/routes"
	"botrelay/relay/admin/tries"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/receive"
	"botrelay/relay/render"
	"botrelay/relay/status"
	"botrelay/sinks"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/trial"
)

// adminSide is what of the admin pages outlives a change of the routes file.
type adminSide struct {
	feed    *live.Feed
	lanes   *glance.Lanes
	last    *glance.Sources
	board   *status.Board
	jobs    *jobs.Desk
	tries   *tries.Desk
	guesses *door.Guesses
	bench   *trial.Bench
	refused *atomic.Pointer[config.File] // the routes file on disk, while it cannot be used
	own     string                       // by which the relay knows its own requests
}

func newAdminSide(store queue.Store) adminSide {
	var p adminSide
	p.feed = live.New(func(ctx context.Context) (string, error) { return newestOf(ctx, store, p.lanes) })
	p.lanes, p.last = glance.NewLanes(store, p.feed.Changed), glance.NewSources(store)
	p.board, p.jobs, p.tries = status.New(time.Now()), jobs.New(p.acted), tries.New(store, p.acted)
	p.guesses, p.bench, p.refused, p.own = door.NewGuesses(), trial.NewBench(), new(atomic.Pointer[config.File]), rand.Text()
	return p
}

// changed lets the pages know that something has changed.
func (p adminSide) changed() {
	p.lanes.Changed()
	p.feed.Changed()
}

// acted lets them know that somebody has changed something by a page, who waits to see it.
func (p adminSide) acted() {
	p.lanes.Forget()
	p.feed.Changed()
}

// pageStore is what the pages ask: how the lanes stand is asked once for all of them.
type pageStore struct {
	queue.Store
	finding

	lanes *glance.Lanes
}

// finding is what a store offers beyond what a relay needs.
type finding interface {
	queue.Finder
	queue.Tallier
}

// LaneStatus returns how the lanes stand, as of a second ago at most.
func (s pageStore) LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	return s.lanes.LaneStatus(ctx)
}

// storeOf returns what the pages ask.
func (b *built) storeOf() (pageStore, error) {
	l, ok := b.store.(finding)
	if !ok {
		return pageStore{}, errors.New("the store does not find events by the ends of their IDs, nor count them")
	}
	return pageStore{b.store, l, b.pages.lanes}, nil
}

// adminOf returns the admin side, or nil if there is none.
func (b *built) adminOf(c *config.Config, renderer *render.Renderer) (http.Handler, error) {
	if b.metrics == nil {
		return nil, nil
	}
	table, err := compose.Table(c, renderer, nil)
	if err != nil {
		return nil, err
	}
	store, err := b.storeOf()
	if err != nil {
		return nil, err
	}
	came, err := b.eventsOf(c, store, table)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range c.Sinks {
		names = append(names, s.Name)
	}
	apps, err := sandbox.Styles()
	if err != nil {
		return nil, err
	}
	return admin.New(admin.Config{
		Token:      c.Server.AdminToken,
		Guesses:    b.pages.guesses,
		Client:     receive.NewNetworks(c.Server.TrustedProxies).Client,
		Metrics:    b.metrics,
		Live:       b.pages.feed,
		Version:    buildVersion(),
		Zone:       c.Server.Timezone,
		Apps:       apps,
		Overview:   overview.Config{Store: store, Secrets: secretsOf(c), Last: b.pages.last, Relays: sharedBy(b.store), Messages: b.shown, Title: titlesOf(c), Board: b.pages.board, Ready: b.ready, KeptIn: keptIn(c.Store), KeptFor: keptFor(c.Store), Advise: sinks.Advise},
		Events:     came,
		Dead:       dead.Config{Store: store, Secrets: secretsOf(c), Jobs: b.pages.jobs, Sinks: names, Route: table.Route, Advise: sinks.Advise},
		Routes:     routes.Config{Routes: c, Counts: b.store, Events: b.store, Standing: b.pages.board.Configuration},
		Playground: b.playgroundOf(c),
		Setup:      b.setupOf(c),
		Tries:      tries.Config{Desk: b.pages.tries, Sinks: names},
	})
}

// sharedBy returns the store if others may share it, or nil.
func sharedBy(store queue.Store) queue.Sharer {
	s, _ := store.(queue.Sharer)
	return s
}

// titlesOf returns what tells the vendors' names as the companies write them.
func titlesOf(c *config.Config) func(vendor string) string {
	return func(vendor string) string {
		if v, err := compose.Vendor(c.Vendors, vendor); err == nil {
			return v.Title
		}
		return vendor
	}
}

// newestOf returns what differs once another relay on the same store, or a command,
// has changed something that the admin pages show.
func newestOf(ctx context.Context, store queue.History, standing *glance.Lanes) (string, error) {
	records, err := store.Events(ctx, queue.Query{Limit: 1})
	if err != nil {
		return "", err
	}
	lanes, err := standing.Ask(ctx)
	for name, l := range lanes { // what only says how late it is has not changed
		l.Oldest, l.Wait, l.Failing = 0, 0, min(l.Failing, 1)
		lanes[name] = l
	}
	id := ""
	if len(records) > 0 {
		id = records[0].Event.ID
	}
	return fmt.Sprint(id, lanes), err // which sorts a map by its keys
}
