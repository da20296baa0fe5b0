package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/deliver"
	"botrelay/relay/receive"
	"botrelay/relay/vendors"
	"botrelay/sinks/transport"
	"botrelay/sinks/trial"
)

// grace is how long what is under way may go on after a stop. Docker kills what
// has not stopped after 10 seconds, Kubernetes after 30; some of that is left
// for recording what became of it.
const grace = 6 * time.Second

// configEnv returns what reading a configuration needs: the environment, files, and
// the names of what there is.
func configEnv(getenv func(string) (string, bool)) config.Env {
	env := compose.Env(trial.SinkOptions())
	env.Getenv, env.ReadFile = getenv, readFile
	return env
}

func sourcesOf(c *config.Config) ([]receive.Source, error) {
	sources := make([]receive.Source, len(c.Sources))
	for i, s := range c.Sources {
		v, err := compose.Vendor(c.Vendors, s.Vendor)
		if err != nil {
			return nil, fmt.Errorf("source %s: %w", s.Name, err)
		}
		sources[i] = receive.Source{
			Name:     s.Name,
			Vendor:   v,
			Secrets:  s.Secrets,
			Options:  vendors.Options{Stringify: s.Stringify, Tolerance: s.Tolerance},
			Pending:  s.Pending,
			AllowIPs: receive.NewNetworks(s.AllowIPs),
		}
	}
	return sources, nil
}

// openSinks opens all sinks of a routes file, and returns what the requests of
// each count against. A sink that former, if it is not nil, returns for a
// configuration goes on, with its connections.
func openSinks(all []config.Sink, to transport.Config, former func(config.Sink) relay.Sink) (opened []relay.Sink, budgets [][]relay.Budget, err error) {
	paces := make([]deliver.Pace, len(all))
	for i, s := range all {
		var sink relay.Sink
		if former != nil {
			sink = former(s)
		}
		if sink == nil {
			if sink, err = trial.Open(s, to); err != nil {
				return nil, nil, fmt.Errorf("sink %s: %w", s.Name, err)
			}
		}
		opened = append(opened, sink)
		paces[i] = deliver.Pace{Sink: s.Name, Budgets: sink.Budgets(), Rate: rateOf(s.Rate)}
	}
	return opened, deliver.Budgets(paces), nil
}

// rateOf returns the limit that a routes file sets in place of the platform's.
func rateOf(r config.Rate) *relay.Limit {
	if r == (config.Rate{}) {
		return nil
	}
	return &relay.Limit{Count: r.Count, Per: r.Per}
}

// toldOf returns which sinks are told when s is in trouble: each once.
func toldOf(s config.Sink, notify []string) []string {
	var told []string
	for _, name := range append([]string{s.Fallback}, notify...) {
		if name != "" && !slices.Contains(told, name) {
			told = append(told, name)
		}
	}
	return told
}

// serveHTTP serves handler on a free loopback port until the returned stop is
// called, which waits for the end.
func serveHTTP(ctx context.Context, handler http.Handler) (base *url.URL, stop func(), err error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = web.Serve(listener) // ends with ErrServerClosed
	}()
	stop = func() {
		_ = web.Close()
		<-done
	}
	return &url.URL{Scheme: "http", Host: listener.Addr().String()}, stop, nil
}
