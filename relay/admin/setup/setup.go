// Package setup is the admin side's page that helps to connect a vendor: the address to
// paste there, where, what is still missing, and a sample that goes through the whole
// relay as if the vendor had sent it. Who signs and sends it is left to others.
package setup

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"botrelay/relay"
	"botrelay/relay/admin/glance"
	"botrelay/relay/admin/mask"
	"botrelay/relay/admin/page"
	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/route"
	"botrelay/relay/sample"
	"botrelay/relay/status"
)

//go:embed *.html *.css
var files embed.FS

// Config is what the pages are made of.
type Config struct {
	Routes *config.Config // the configuration in use
	Events interface {
		Events(ctx context.Context, q queue.Query) ([]queue.Record, error)
	}
	// Last knows the sources' last events; nil: it is made of Events.
	Last *glance.Sources
	// Secrets are those of the routes file in use, in case one comes back in an event.
	Secrets []relay.Secret
	// Seen returns how each source has fared since the relay started.
	Seen func() []status.Source
	// Explain tells where the sample of a source's vendor would go. It changes nothing.
	Explain func(ctx context.Context, source, sample string) (relay.Event, route.Explanation, error)
	// Send sends it: signed with the secret in use, and by the way that the vendor's
	// requests come.
	Send func(ctx context.Context, source, sample string) (sample.Sent, error)
	// Sandbox: messages go to a stand-in of the platforms.
	Sandbox bool
}

// room is the pages at work.
type room struct {
	Config

	mask    *mask.Masker
	written func() map[string]config.Written
}

// Mount adds the pages to those of a mux:
//
//	GET  /setup                 every source
//	GET  /setup/{source}        one, and what its sample would do or has done
//	POST /setup/{source}/send   send it
func Mount(mux *http.ServeMux, shell *page.Shell, cfg Config) error {
	if cfg.Last == nil {
		cfg.Last = glance.NewSources(cfg.Events)
	}
	r := &room{cfg, mask.New(cfg.Secrets), sync.OnceValue(cfg.Routes.SecretLines)}
	list, err := shell.Page(page.Source{Files: files, Content: "sources", Tab: "setup", Styles: []string{"setup.css"}, Live: true})
	if err != nil {
		return err
	}
	one, err := shell.Page(page.Source{Files: files, Content: "source", Tab: "setup", Styles: []string{"setup.css"}, Live: true})
	if err != nil {
		return err
	}
	mux.Handle("GET /setup", page.Serve(list, r.list))
	mux.Handle("GET /setup/{source}", page.Serve(one, r.show))
	mux.Handle("POST /setup/{source}/send", page.Act(one, r.send))
	return nil
}

// source returns the source of a request's path.
func (r *room) source(q *http.Request) (config.Source, error) {
	name := q.PathValue("source")
	for _, s := range r.Routes.Sources {
		if s.Name == name {
			return s, nil
		}
	}
	return config.Source{}, &page.Error{Status: http.StatusNotFound, Text: fmt.Sprintf("routes.toml has no source %.60q.", name)}
}

// longestForm is how much a form may send, in bytes.
const longestForm = 4 << 10

// done is what came of a sample, for programs.
type done struct {
	Status string `json:"status"` // HTTP's, as the relay answered the vendor
	Answer string `json:"answer"`
	Event  string `json:"event"` // the ID of what it has become; "" for a test
}

// send sends a sample, and leads to what comes of it.
func (r *room) send(q *http.Request) (done, string, error) {
	s, err := r.source(q)
	if err != nil {
		return done{}, "", err
	}
	if err := page.ReadForm(q, longestForm); err != nil {
		return done{}, "", err
	}
	one, err := sampleOf(r.Routes, s, q.PostForm.Get("sample"))
	if err != nil {
		return done{}, "", err
	}
	if s.Pending {
		return done{}, "", &page.Error{Status: http.StatusConflict, Text: fmt.Sprintf("The source %s is pending: it has no secret to sign with.", s.Name)}
	}
	sent, err := r.Send(q.Context(), s.Name, one.Name)
	if err != nil {
		return done{}, "", err
	}
	if !sent.Accepted() {
		return done{}, "", &page.Error{Status: http.StatusBadGateway, Text: fmt.Sprintf("The relay did not accept the sample: %s. It answered %s.", sent.Why, sent.Status)}
	}
	next := url.Values{"sample": {one.Name}, "sent": {"yes"}}
	if sent.Event != "" {
		next.Set("event", sent.Event)
	}
	return done{sent.Status, sent.Text, sent.Event}, "setup/" + s.Name + "?" + next.Encode(), nil
}
