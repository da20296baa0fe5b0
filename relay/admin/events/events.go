// Package events is the admin side's pages of what came in: a list that can be
// searched, one event with all that became of it, and what delivers it again. What
// it says is said by package wording and decided by package replay, as on the command
// line; where events are kept, and how a message looks in an app, is others' to know.
package events

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/look"
	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/page"
	"botrelay/relay/admin/tries"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/route"
)

//go:embed assets
var assets embed.FS

// Store is what the pages ask of a store.
type Store interface {
	queue.History
	queue.Finder
	queue.Tallier
	queue.Replayer
}

// Config is what the pages are made of. The zero value of a field that has no
// comment on that is of no use.
type Config struct {
	Store  Store
	Routes *config.Config // the routes file in use
	// Explain tells of every route whether it takes an event, by that file.
	Explain func(*relay.Event) route.Explanation
	// ConversationURL returns where an event's conversation can be read, or "".
	ConversationURL func(relay.Event) string
	// Advise returns what the reason of a failure means, and what to do about it.
	Advise func(reason string) relay.Advice
	// Look makes the message of a delivery that arrives at a time. nil: how messages
	// look is not shown.
	Look  func(ctx context.Context, e relay.Event, owed relay.Owed, at time.Time) (look.Look, error)
	Tries *tries.Desk // has lanes tried; nil: nobody does
	// Secrets are those of the routes file in use, in case one comes back in an event.
	Secrets []relay.Secret
	// Channels are those that vendors are known to have: events may have come in by them.
	Channels []string
	// Changed lets other pages know that something was delivered again; nil: nobody
	// is told.
	Changed func()
}

// pages are the pages, and what they are made of.
type pages struct {
	Config

	list, one, several, look *page.Page
	mask                     *mask.Masker
	channels                 *channels
}

// Mount adds the pages to a mux:
//
//	GET  /events                         what came in, the newest first
//	GET  /events/{id}                    one event; the end of its ID will do
//	GET  /events/{id}/payload            the vendor's JSON, without what may be secret
//	GET  /events/{id}/look/{delivery}    a delivery's message as its app shows it
//	POST /events/{id}/replay             delivers again: see again
//
// Each answers programs with JSON, the payload everybody; the list also with CSV. The
// error is that of a template that is built in.
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	p := &pages{Config: cfg, mask: mask.New(cfg.Secrets), channels: newChannels(cfg.Channels)}
	if p.Changed == nil {
		p.Changed = func() {}
	}
	files, err := fs.Sub(assets, "assets")
	if err != nil {
		return err
	}
	for _, sheet := range []struct {
		to   **page.Page
		file string
		live bool
	}{{&p.list, "list.html", true}, {&p.one, "event.html", true}, {&p.several, "several.html", false}, {&p.look, "looked.html", false}} {
		*sheet.to, err = shell.Page(page.Source{
			Files: only{files, []string{sheet.file, "row.html", "events.css", "events.js"}}, Uses: []fs.FS{look.Files(), tries.Files()},
			Tab: "events", Live: sheet.live, Styles: []string{"look.css", "events.css"}, Scripts: []string{"look.js", "events.js"},
		})
		if err != nil {
			return err
		}
	}
	mux.Handle("GET /events", p.listedAs(page.Serve(p.list, p.listed)))
	mux.HandleFunc("GET /events/{id}", p.event)
	mux.HandleFunc("GET /events/{id}/payload", p.payload)
	mux.Handle("GET /events/{id}/look/{delivery}", page.Serve(p.look, p.looked))
	mux.Handle("POST /events/{id}/replay", page.Act(p.one, p.again))
	return nil
}

// only is some of a folder's files.
type only struct {
	fs.FS

	names []string
}

// ReadDir lists them.
func (o only) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(o.FS, name)
	return slices.DeleteFunc(all, func(f fs.DirEntry) bool { return !slices.Contains(o.names, f.Name()) }), err
}
