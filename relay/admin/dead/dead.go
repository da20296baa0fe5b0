// Package dead is the page of what did not arrive: dead letters by what they died of,
// lanes whose destination refuses everything, and events that nobody gets by today's
// rules; with what that means, how to mend it, and what can be done with them.
package dead

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"botrelay/relay"
	"botrelay/relay/admin/jobs"
	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/page"
	"botrelay/relay/admin/tries"
	"botrelay/relay/queue"
)

//go:embed *.html *.css
var files embed.FS

// Store is what the page asks of a store.
type Store interface {
	queue.History
	queue.Counter
	queue.DeadLetters
	queue.Replayer
}

// Config is what the page is made of.
type Config struct {
	Store Store
	Tries *tries.Desk                     // has lanes tried; nil: nobody does
	Jobs  *jobs.Desk                      // does what takes long
	Sinks []string                        // names of today's sinks, as in the routes file
	Route func(*relay.Event) []relay.Owed // today's rules
	// Secrets are those of the routes file in use, in case one comes back in an event.
	Secrets []relay.Secret
	// Advise returns what the reason of a failure means, and what to do about it.
	Advise func(reason string) relay.Advice
}

// room is the page at work.
type room struct {
	Config

	list, group, confirm *page.Page
	mask                 *mask.Masker
}

// Mount adds the page to those of a mux.
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	r := &room{Config: cfg, mask: mask.New(cfg.Secrets)}
	for _, p := range []struct {
		to   **page.Page
		name string
		live bool
	}{{&r.list, "list", true}, {&r.group, "group", false}, {&r.confirm, "confirm", false}} {
		made, err := shell.Page(page.Source{Files: files, Uses: []fs.FS{tries.Files()}, Content: p.name, Tab: "dead", Styles: []string{"dead.css"}, Live: p.live})
		if err != nil {
			return err
		}
		*p.to = made
	}
	mux.Handle("GET /dead", page.Serve(r.list, r.look))
	mux.Handle("GET /dead/group", page.Serve(r.group, r.lookGroup))
	mux.Handle("GET /dead/confirm", page.Serve(r.confirm, r.ask))
	mux.Handle("POST /dead/replay", page.Act(r.confirm, r.replay))
	mux.Handle("POST /dead/discard", page.Act(r.confirm, r.discard))
	mux.Handle("POST /dead/reroute", page.Act(r.confirm, r.reroute))
	return nil
}

// Waiting returns how many things wait for a person on the page, for its tab: dead letters,
// and lanes that are held; 0 if the store does not answer.
func Waiting(ctx context.Context, store queue.History) int {
	lanes, err := store.LaneStatus(ctx)
	if err != nil {
		return 0 // the page itself tells
	}
	n := 0
	for _, l := range lanes {
		n += l.Dead
		if l.Held {
			n++
		}
	}
	return n
}
