package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Limits on a vendor's connection. A webhook is small and quick; whoever is
// slower than this is not a vendor.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeader         = 64 << 10
)

// site is one address and what answers there.
type site struct {
	web      *http.Server
	listener net.Listener
	secure   bool  // it speaks HTTPS
	err      error // once serve has returned: why, unless that was orderly
}

// newSite returns a site that speaks HTTPS if secure is not nil.
func newSite(listener net.Listener, h http.Handler, secure *tls.Config, log *slog.Logger) *site {
	return &site{listener: listener, secure: secure != nil, web: &http.Server{
		Handler:           h,
		TLSConfig:         secure,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}
}

// serve accepts connections until shutdown.
func (s *site) serve() {
	serve := s.web.Serve
	if s.secure {
		serve = func(l net.Listener) error { return s.web.ServeTLS(l, "", "") } // the configuration has the certificate
	}
	if err := serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		s.err = fmt.Errorf("serving %s: %w", s.listener.Addr(), err)
	}
}

// adminTLS returns how the admin side of its own address speaks HTTPS: where the
// network can reach it, a token would be read on the way otherwise.
func adminTLS(cfg Config) *tls.Config {
	if at, ok := cfg.AdminListener.Addr().(*net.TCPAddr); ok && at.IP.IsLoopback() {
		return nil
	}
	return cfg.TLS
}

// shutdown ends all sites at once, hard where one is not done within the grace.
// A vendor that is cut off has had no answer, so it sends again.
func shutdown(ctx context.Context, sites []*site, cfg Config) {
	ctx, cancel := context.WithTimeout(ctx, cfg.Grace)
	defer cancel()
	var ending sync.WaitGroup
	for _, s := range sites {
		ending.Go(func() {
			if err := s.web.Shutdown(ctx); err != nil {
				cfg.Log.Warn("connections cut off", "listen", s.listener.Addr().String(), "error", err)
				_ = s.web.Close()
			}
		})
	}
	ending.Wait()
}

// counted returns h, with every request that is under way counted.
func counted(h http.Handler, under *sync.WaitGroup) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		under.Add(1)
		defer under.Done()
		h.ServeHTTP(w, r)
	})
}
