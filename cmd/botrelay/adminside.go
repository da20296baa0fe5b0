package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"botrelay/relay/admin"
	"botrelay/relay/admin/dead"
	"botrelay/relay/admin/door"
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
	board   *status.Board
	jobs    *jobs.Desk
	tries   *tries.Desk
	guesses *door.Guesses
	bench   *trial.Bench
	refused *atomic.Pointer[config.File] // the routes file on disk, while it cannot be used
	own     string                       // by which the relay knows its own requests
}

func newAdminSide(store queue.Store) adminSide {
	feed := live.New(func(ctx context.Context) (string, error) { return newestOf(ctx, store) })
	return adminSide{feed, status.New(time.Now()), jobs.New(feed.Changed), tries.New(store, feed.Changed), door.NewGuesses(), trial.NewBench(), new(atomic.Pointer[config.File]), rand.Text()}
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
	came, err := b.eventsOf(c, table)
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
		Overview:   overview.Config{Store: b.store, Relays: sharedBy(b.store), Messages: b.shown, Board: b.pages.board, Ready: b.ready, KeptIn: keptIn(c.Store), KeptFor: keptFor(c.Store), Advise: sinks.Advise},
		Events:     came,
		Dead:       dead.Config{Store: b.store, Jobs: b.pages.jobs, Sinks: names, Route: table.Route, Advise: sinks.Advise},
		Routes:     routes.Config{Routes: c, Counts: b.store, Standing: b.pages.board.Configuration},
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

// newestOf returns what differs once another relay on the same store, or a command,
// has changed something that the admin pages show.
func newestOf(ctx context.Context, store queue.History) (string, error) {
	records, err := store.Events(ctx, queue.Query{Limit: 1})
	if err != nil {
		return "", err
	}
	lanes, err := store.LaneStatus(ctx)
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
