// Package overview is the page that is seen first: whether all is well, how much
// came in and went out over time, how each sink and each source does, and by which
// configuration the relay runs.
package overview

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/glance"
	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/ondisk"
	"botrelay/relay/admin/page"
	"botrelay/relay/admin/tries"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

//go:embed *.html *.css *.js
var files embed.FS

// Store is what the page asks of a store.
type Store interface {
	queue.History
	queue.Counter
}

// Config is what the page is made of.
type Config struct {
	Store Store
	Board *status.Board
	// Last knows the sources' last events; nil: it is made of Store.
	Last   *glance.Sources
	Tries  *tries.Desk  // has lanes tried; nil: nobody does
	Relays queue.Sharer // tells who shares the store; nil: it cannot be shared
	// Messages is where the messages of a stand-in for the platforms can be seen, as a URL;
	// empty: there is none.
	Messages string
	// Ready returns why no event can be stored now, or nil; it blocks for as long as ctx
	// lets it. nil: that is told only of a store that does not answer.
	Ready func(context.Context) error
	// KeptIn names where events are kept, without secrets, and KeptFor says how long.
	KeptIn, KeptFor string

	Version string         // the relay's
	Zone    *time.Location // where a day of the plot begins; nil: UTC
	// Secrets are those of the routes file in use, in case one comes back in an event.
	Secrets []relay.Secret
	// Title returns a vendor's name as the company writes it; nil: it is not known.
	Title func(vendor string) string
	// Advise returns what the reason of a failure means, and what to do about it.
	Advise func(reason string) relay.Advice
}

// room is the page at work.
type room struct {
	Config

	mask *mask.Masker
}

// Mount adds the page to those of a mux.
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	p, err := shell.Page(page.Source{Files: files, Uses: []fs.FS{ondisk.Files(), tries.Files()}, Content: "overview", Styles: []string{"overview.css"}, Scripts: []string{"overview.js"}, Live: true})
	if err != nil {
		return err
	}
	if cfg.Title == nil {
		cfg.Title = func(vendor string) string { return vendor }
	}
	if cfg.Last == nil {
		cfg.Last = glance.NewSources(cfg.Store)
	}
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	r := &room{cfg, mask.New(cfg.Secrets)}
	mux.Handle("GET /{$}", page.Serve(p, r.look))
	return nil
}
