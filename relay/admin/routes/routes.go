// Package routes is the page of the rules: a picture of the ways from sources through
// routes to sinks, with how much went each way.
package routes

import (
	"context"
	"embed"
	"io/fs"
	"net/http"

	"botrelay/relay/admin/ondisk"
	"botrelay/relay/admin/page"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/status"
)

//go:embed *.html *.css *.js
var files embed.FS

// Config is what the page is made of.
type Config struct {
	Routes *config.Config // the routes file in use
	Counts queue.Counter
	Events interface {
		Events(ctx context.Context, q queue.Query) ([]queue.Record, error)
	}
	// Standing returns how the file on disk stands to the one in use.
	Standing func() status.Configuration
}

// room is the page at work.
type room struct{ Config }

// Mount adds the page to those of a mux.
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	p, err := shell.Page(page.Source{Files: files, Uses: []fs.FS{ondisk.Files()}, Tab: "routes", Styles: []string{"routes.css"}, Scripts: []string{"routes.js"}, Live: true})
	if err != nil {
		return err
	}
	r := &room{cfg}
	mux.Handle("GET /routes", page.Serve(p, r.look))
	return nil
}
