// Package admin is the relay's side for those who run it: what it serves is not
// for vendors, and not for strangers. It says who may come in, and leaves what
// there is to see to others, and where it listens to package server.
package admin

import (
	"net/http"

	"botrelay/relay"
)

// Config is what the admin side consists of.
type Config struct {
	// Token is what a request has to show, as "Authorization: Bearer TOKEN".
	// Zero: anybody on this machine may come in, and nobody else must be able to
	// connect; only requests to this machine's own names are answered.
	Token   relay.Secret
	Metrics http.Handler // answers /metrics
}

// index is what stands at the root.
const index = `botrelay's admin side

metrics    for Prometheus
`

// New returns the admin side's handler. Its paths begin at its root: who mounts
// it elsewhere strips what stands before. It may be used from several
// goroutines, and starts none.
func New(cfg Config) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, index)
	})
	mux.Handle("GET /metrics", cfg.Metrics)
	return guarded(mux, cfg.Token)
}
