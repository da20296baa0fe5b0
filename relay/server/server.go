// Package server runs a relay: it owns every goroutine, of the HTTP servers, the
// lanes' senders and the tasks beside them, and stops them in order. What they do
// is left to the packages that made them.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"botrelay/relay/deliver"
)

const readyTimeout = 2 * time.Second

// Config is what a relay consists of.
type Config struct {
	Listener net.Listener // closed by Run
	Hooks    http.Handler // answers /hooks/{source}
	// Admin answers those who run the relay, with paths that begin at its root;
	// it decides itself who may come in. nil: there is no admin side.
	Admin http.Handler
	// AdminListener is where Admin is to be found, closed by Run. nil: under
	// /admin/ of Listener.
	AdminListener net.Listener
	Senders       []*deliver.Sender // one for each sink
	// Tasks are what else runs beside them, each in a goroutine of its own
	// until its context ends: last of all, when no request and no lane has
	// anything more to tell them.
	Tasks []func(context.Context)
	// Ready returns why no event can be taken now, or nil. Only what an Unready
	// says is told to who asks.
	Ready func(context.Context) error
	// Grace is how long requests that are under way may go on after the stop.
	Grace time.Duration
	Log   *slog.Logger
}

// Unready is an error of Config.Ready whose Reason anybody may read.
type Unready struct {
	Reason string // in a few words, without paths and secrets
	Err    error
}

func (u *Unready) Error() string { return u.Err.Error() }

// Unwrap returns Err.
func (u *Unready) Unwrap() error { return u.Err }

// Run serves until ctx ends, then accepts no more, finishes what is under way
// within the grace, and returns when every goroutine has ended. Handlers whose
// connection was cut off end by their own deadlines. The error is nil after an
// orderly stop.
func Run(ctx context.Context, cfg Config) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var stopping atomic.Bool
	var handlers sync.WaitGroup
	sites := []*site{newSite(cfg.Listener, counted(handler(cfg, &stopping), &handlers), cfg.Log)}
	if cfg.AdminListener != nil {
		sites = append(sites, newSite(cfg.AdminListener, counted(cfg.Admin, &handlers), cfg.Log))
	}
	var serving sync.WaitGroup
	for _, s := range sites {
		serving.Go(func() {
			s.serve()
			stop()
		})
	}
	var lanes sync.WaitGroup
	for _, s := range cfg.Senders {
		lanes.Go(func() { s.Run(ctx) })
	}
	endTasks := runTasks(context.WithoutCancel(ctx), cfg.Tasks)

	<-ctx.Done()
	stopping.Store(true)
	shutdown(context.WithoutCancel(ctx), sites, cfg)
	lanes.Wait()
	handlers.Wait()
	endTasks()
	serving.Wait()
	var errs []error
	for _, s := range sites {
		errs = append(errs, s.err)
	}
	return errors.Join(errs...)
}

// runTasks starts tasks. The function that it returns ends them and waits.
func runTasks(ctx context.Context, tasks []func(context.Context)) (end func()) {
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, task := range tasks {
		running.Go(func() { task(ctx) })
	}
	return func() {
		stop()
		running.Wait()
	}
}

// handler returns the public address's handler.
func handler(cfg Config, stopping *atomic.Bool) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/hooks/{source}", cfg.Hooks)
	if cfg.Admin != nil && cfg.AdminListener == nil {
		mux.Handle("/admin/", http.StripPrefix("/admin", cfg.Admin))
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if stopping.Load() {
			say(w, http.StatusServiceUnavailable, "stopping")
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := cfg.Ready(ctx); err != nil {
			cfg.Log.Warn("not ready", "error", err)
			text := "events cannot be stored"
			if u, ok := errors.AsType[*Unready](err); ok {
				text += ": " + u.Reason
			}
			say(w, http.StatusServiceUnavailable, text)
			return
		}
		say(w, http.StatusOK, "ok")
	})
	return mux
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // a caller that has gone needs no answer
}
