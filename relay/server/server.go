// Package server runs a relay: it owns every goroutine, of the HTTP servers, the
// lanes' senders and the tasks beside them, and stops them in order. What they do
// is left to the packages that made them.
package server

import (
	"context"
	"crypto/tls"
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
	// AdminListener is where Parts.Admin is to be found, closed by Run. nil: under
	// /admin/ of Listener.
	AdminListener net.Listener
	// TLS lets Listener speak HTTPS, and AdminListener unless that is a loopback
	// address. Its GetCertificate is asked for each connection. nil: plain HTTP.
	TLS   *tls.Config
	Parts Parts // what it begins with
	// Tasks are what else runs beside them, each in a goroutine of its own
	// until its context ends: last of all, when no request and no lane has
	// anything more to tell them.
	Tasks []func(context.Context)
	// Ready returns why no event can be taken now, or nil. Only what an Unready
	// says is told to who asks.
	Ready func(context.Context) error
	// Note returns what else whoever asks for readiness may know, in a line; nil
	// or "": nothing.
	Note func() string
	// Stopping ends the requests that would not end by themselves, such as streams,
	// when the relay begins to stop; nil: there are none.
	Stopping func()
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

// Parts are what may be swapped for others while the relay runs. What is in use is
// not changed.
type Parts struct {
	Hooks http.Handler // answers /hooks/{source}
	// Admin answers those who run the relay, with paths that begin at its root;
	// it decides itself who may come in. nil: there is no admin side.
	Admin http.Handler
	Lanes []deliver.Config // one for each sink
}

// Server is a relay. New returns one.
type Server struct {
	cfg      Config
	parts    atomic.Pointer[Parts]
	lanes    lanes
	stopping atomic.Bool
	unready  atomic.Pointer[string] // what was last answered to who asked for readiness; nil: that it is ready
}

// New returns a Server. It starts nothing.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg}
	s.Swap(cfg.Parts)
	return s
}

// Swap lets the relay go on with other parts; none of them can fail. Requests that
// begin from now on meet these parts alone, and those under way end with what they
// began with. A lane that was there goes on by its new configuration (see
// deliver.Sender.Use), one that is gone ends what it is sending, and one that is
// new begins. Swap blocks for no request. It may be called from any goroutine,
// also while the relay stops, which then starts nothing more.
func (s *Server) Swap(p Parts) { s.lanes.swap(p.Lanes, func() { s.parts.Store(&p) }) }

// Run serves until ctx ends, then accepts no more, finishes what is under way
// within the grace, and returns when every goroutine has ended. Handlers whose
// connection was cut off end by their own deadlines. The error is nil after an
// orderly stop. It is to be called once.
func (s *Server) Run(ctx context.Context) error {
	cfg := s.cfg
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var handlers sync.WaitGroup
	sites := []*site{newSite(cfg.Listener, counted(s.handler(), &handlers), cfg.TLS, cfg.Log)}
	if cfg.AdminListener != nil {
		sites = append(sites, newSite(cfg.AdminListener, counted(http.HandlerFunc(s.admin), &handlers), adminTLS(cfg), cfg.Log))
	}
	var serving sync.WaitGroup
	for _, site := range sites {
		serving.Go(func() {
			site.serve()
			stop()
		})
	}
	s.lanes.start(ctx)
	endTasks := runTasks(context.WithoutCancel(ctx), cfg.Tasks)

	<-ctx.Done()
	s.stopping.Store(true)
	if cfg.Stopping != nil {
		cfg.Stopping()
	}
	shutdown(context.WithoutCancel(ctx), sites, cfg)
	s.lanes.wait()
	handlers.Wait()
	endTasks()
	serving.Wait()
	var errs []error
	for _, site := range sites {
		errs = append(errs, site.err)
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
