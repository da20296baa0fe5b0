// Package playground is the admin side's page for trying things: which routes take an
// event and why the others do not, and how it will look in each app, by a copy of the
// routes file that a reader edits. It changes nothing. What tries it is left to others.
package playground

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/look"
	"botrelay/relay/admin/ondisk"
	"botrelay/relay/admin/page"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/route"
	"botrelay/relay/status"
)

//go:embed *.html *.css *.js
var files embed.FS

// Config is what the page is made of.
type Config struct {
	// InUse returns the text of the routes file in use, without the secrets written in
	// it, and its name.
	InUse func() config.File
	// Standing returns how the file on disk stands to the one in use, and OnDisk the text
	// of one that cannot be used, also without its secrets: false if there is none, or
	// nothing of it can be shown.
	Standing func() status.Configuration
	OnDisk   func() (config.File, bool)
	// Routes is the configuration in use.
	Routes *config.Config
	// Event returns an event that is kept, with its payload. The error wraps ErrNoEvent if
	// there is none of that ID, and only then.
	Event func(ctx context.Context, id string) (relay.Event, error)
	// Shown returns such an event as it may be shown, with its payload; nil: as it is.
	Shown func(relay.Event) relay.Event
	// Try tells what would become of an event. It changes nothing and blocks for some
	// seconds at most. An error that wraps a page.Error is told as that says.
	Try func(context.Context, Request) (*Result, error)
}

// ErrNoEvent is that of an event that is not kept.
var ErrNoEvent = errors.New("no such event")

// Request is what is tried.
type Request struct {
	Routes config.File
	Event  compose.Input
	At     time.Time // when it comes in; zero: when a stored one did, any other now
}

// Result is what came of it.
type Result struct {
	Problems    config.Problems  // of the routes file
	Config      *config.Config   // what it means; nil: it cannot be used
	Mistake     *compose.Mistake // what is wrong with the event; nil: nothing
	Event       relay.Event
	Explanation route.Explanation
	Looks       []look.Look // at least one for each platform
	More        int         // sinks that get it too, and are not shown
	Notes       []string    // what else there is to say of the messages
}

// longestForm is how much a form may send, in bytes: a routes file and an event, written
// as a form writes them.
const longestForm = 12 << 20

// Mount adds the page to those of a mux.
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	p, err := shell.Page(page.Source{
		Files: files, Uses: []fs.FS{look.Files(), ondisk.Files()}, Tab: "playground",
		Styles: []string{"look.css", "playground.css"}, Scripts: []string{"look.js", "playground.js"},
	})
	if err != nil {
		return err
	}
	h := page.Serve(p, cfg.view)
	mux.Handle("GET /playground", h)
	mux.Handle("POST /playground", h)
	return nil
}

// view tries what a request asks for.
func (c Config) view(r *http.Request) (View, error) {
	if err := page.ReadForm(r, longestForm); err != nil {
		return View{}, err
	}
	q, v, err := c.request(r)
	if err != nil {
		return View{}, err
	}
	result, err := c.Try(r.Context(), q)
	if err != nil {
		return View{}, err
	}
	if v.Stored != nil && c.Shown != nil && result.Mistake == nil && result.Config != nil {
		result.Event = c.Shown(result.Event)
	}
	v.tell(result)
	return v, nil
}
