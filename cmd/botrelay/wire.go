package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin"
	"botrelay/relay/config"
	"botrelay/relay/deliver"
	"botrelay/relay/metrics"
	"botrelay/relay/notice"
	"botrelay/relay/prune"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/receive"
	"botrelay/relay/render"
	"botrelay/relay/route"
	"botrelay/relay/server"
	"botrelay/relay/vendors"
	"botrelay/sinks"
	"botrelay/sinks/transport"
)

// grace is how long what is under way may go on after a stop. Docker kills what
// has not stopped after 10 seconds, Kubernetes after 30; some of that is left
// for recording what became of it.
const grace = 6 * time.Second

// configEnv returns what reading a configuration needs from outside: the
// environment, files, and the names of what there is.
func configEnv(getenv func(string) (string, bool)) config.Env {
	env := config.Env{
		Getenv:   getenv,
		ReadFile: readFile,
		Sinks:    make(map[string]func() config.SinkOptions),
		Globs:    route.CheckPattern,

		Described:  func() config.VendorOptions { return new(vendors.Description) },
		Templates:  checkTemplates(),
		Conditions: checkCondition,
	}
	for _, v := range vendors.Builtin() {
		env.Vendors = append(env.Vendors, v.Name)
	}
	for _, k := range sinks.Kinds() {
		env.Sinks[k.Name] = func() config.SinkOptions { return k.Options() }
	}
	return env
}

// openStore opens what a store URL names. It blocks while another relay has it.
func openStore(ctx context.Context, storeURL string, counts *metrics.Metrics, log *slog.Logger) (queue.Store, error) {
	path, err := sqlitePath(storeURL)
	if err != nil {
		return nil, err
	}
	return sqlite.Open(ctx, sqlite.Config{
		Path: path,
		Log:  log,
		Waiting: func() {
			log.Warn("another relay has the store; waiting until it stops", "path", path)
		},
		Committed: counts.Committed,
	})
}

// openLedger opens what a store URL names, beside a relay that may be using it.
func openLedger(ctx context.Context, storeURL string) (ledgerStore, error) {
	path, err := sqlitePath(storeURL)
	if err != nil {
		return nil, err
	}
	return sqlite.OpenBeside(ctx, sqlite.Config{Path: path})
}

// sqlitePath returns the file that a store URL names.
func sqlitePath(storeURL string) (string, error) {
	path, ok := strings.CutPrefix(storeURL, "sqlite:")
	if !ok {
		return "", errors.New("opening the store: only sqlite: URLs are supported by this version")
	}
	return path, nil
}

// relayConfig is what a relay is built from.
type relayConfig struct {
	*config.Config
	store    queue.Store
	listener net.Listener
	admin    net.Listener // nil: there is no admin side, or it shares listener
	sandbox  *url.URL     // replaces every sink's host; nil: the real platforms
	counts   *metrics.Metrics
	log      *slog.Logger
}

// countsOf returns the counts of a relay with this configuration, all at 0.
func countsOf(c *config.Config, log *slog.Logger) *metrics.Metrics {
	counts := metrics.New(metrics.Config{Version: buildVersion(), Log: log})
	var from []metrics.Source
	for _, s := range c.Sources {
		from = append(from, metrics.Source{Name: s.Name, Vendor: s.Vendor})
	}
	var to []string
	for _, s := range c.Sinks {
		to = append(to, s.Name)
	}
	counts.Expect(from, to)
	var conditions []string
	for _, r := range c.Routes {
		if r.When != "" {
			conditions = append(conditions, r.Name)
		}
	}
	counts.ExpectTemplates(messageNames(c), conditions)
	counts.Loaded(true)
	return counts
}

// adminOf returns the admin side, or nil if the routes file wants none.
func adminOf(c relayConfig) http.Handler {
	if c.Server.AdminListen == "" {
		return nil
	}
	c.counts.Watch(c.store)
	return admin.New(admin.Config{Token: c.Server.AdminToken, Metrics: c.counts.Handler()})
}

// pruning returns the task that forgets what the routes file wants no longer
// kept.
func pruning(c relayConfig) func(context.Context) {
	keep := queue.Retention{Sent: c.Store.Retain, Dead: c.Store.RetainDead}
	return func(ctx context.Context) { prune.Run(ctx, c.store, keep, c.log) }
}

// build makes everything that can fail before anything runs.
func build(c relayConfig) (server.Config, error) {
	renderer, err := rendererOf(c.Config, c.counts, c.log)
	if err != nil {
		return server.Config{}, err
	}
	table, err := tableOf(c.Config, renderer, func(e *relay.Event, route string, err error) {
		c.counts.ConditionFailed(route)
		c.log.Warn("a condition cannot be told, so the route holds", "event", e.ID, "source", e.Source, "route", route, "error", err)
	})
	if err != nil {
		return server.Config{}, err
	}
	sources, err := sourcesOf(c.Config)
	if err != nil {
		return server.Config{}, err
	}
	watch := watcher{c.counts, notice.New(notice.Config{Inbox: c.store, Notify: c.Server.Notify, Log: c.log})}
	senders, err := sendersOf(c, renderer, watch)
	if err != nil {
		return server.Config{}, err
	}
	inbox := &watchedInbox{Inbox: c.store, desk: watch.desk}
	return server.Config{
		Listener: c.listener,
		Hooks: receive.New(receive.Config{
			Sources: sources,
			Route:   table.Route,
			Inbox:   inbox,
			MaxBody: c.Server.MaxBody,

			TrustedProxies: receive.NewNetworks(c.Server.TrustedProxies),
			Observe:        watch.request,
			Log:            c.log,
		}),
		Admin:         adminOf(c),
		AdminListener: c.admin,
		Senders:       senders,
		Tasks:         []func(context.Context){watch.desk.Run, pruning(c)},
		Ready: func(ctx context.Context) error {
			_, err := c.store.Events(ctx, queue.Query{Limit: 1})
			return unready(errors.Join(inbox.trouble(time.Now()), err))
		},
		Grace: grace,
		Log:   c.log,
	}, nil
}

// unready says of an error of the store what strangers may know of it.
func unready(err error) error {
	if reason := sqlite.Reason(err); reason != "" {
		return &server.Unready{Reason: reason, Err: err}
	}
	return err
}

func sourcesOf(c *config.Config) ([]receive.Source, error) {
	sources := make([]receive.Source, len(c.Sources))
	for i, s := range c.Sources {
		v, err := vendorOf(c.Vendors, s.Vendor)
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

// vendorOf returns the vendor of that name: a built-in one, or one of those that
// a routes file describes.
func vendorOf(described []config.Vendor, name string) (*vendors.Vendor, error) {
	if v, ok := vendors.Lookup(name); ok {
		return v, nil
	}
	for _, v := range described {
		if d, ok := v.Options.(*vendors.Description); ok && v.Name == name {
			return vendors.Describe(name, *d)
		}
	}
	return nil, fmt.Errorf("unknown vendor %q", name)
}

func sendersOf(c relayConfig, renderer *render.Renderer, watch watcher) ([]*deliver.Sender, error) {
	sinks, budgets, err := openSinks(c.Sinks, transport.Config{Base: c.sandbox})
	if err != nil {
		return nil, err
	}
	senders := make([]*deliver.Sender, len(c.Sinks))
	for i, s := range c.Sinks {
		senders[i] = deliver.New(deliver.Config{
			Name:        s.Name,
			Sink:        sinks[i],
			Render:      renderer.MessageFor,
			Lanes:       c.store,
			Budgets:     budgets[i],
			Digest:      s.Digest == nil || *s.Digest,
			Thread:      s.Threads(),
			GiveUpAfter: s.GiveUpAfter,
			Tell:        toldOf(s, c.Server.Notify),
			Observe:     watch.attempt,
			Grace:       grace,
			Log:         c.log,
		})
	}
	return senders, nil
}

// openSinks opens all sinks of a routes file, and returns what the requests of
// each count against.
func openSinks(all []config.Sink, to transport.Config) (opened []relay.Sink, budgets [][]relay.Budget, err error) {
	paces := make([]deliver.Pace, len(all))
	for i, s := range all {
		sink, err := openSink(s, to)
		if err != nil {
			return nil, nil, fmt.Errorf("sink %s: %w", s.Name, err)
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

func openSink(s config.Sink, t transport.Config) (relay.Sink, error) {
	for _, k := range sinks.Kinds() {
		if k.Name == s.Type {
			return k.Open(s.Options, t)
		}
	}
	return nil, fmt.Errorf("unknown type %q", s.Type)
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
