// Package metrics counts what the relay does, and serves the counts in
// Prometheus' format. The stages tell it what they did, by functions that the
// wiring hands them; how the lanes stand it asks of the store when it is asked.
//
// Every label has a value of a known few: a name of routes.toml, or a word of
// the relay's own. Nothing that came with a request becomes one.
package metrics

import (
	"log/slog"
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxScrapes is how many scrapes are answered at once. One Prometheus, or a pair
// of them, asks every few seconds; who asks more is turned away with a 503.
const maxScrapes = 8

// Config is what a Metrics needs.
type Config struct {
	Version string       // the relay's, as botrelay_build_info tells it
	Log     *slog.Logger // of what goes wrong in a scrape; nil: nothing is logged
}

// Metrics holds a relay's counts, in a registry of its own. Its methods may be
// called from several goroutines, and neither block nor start one.
type Metrics struct {
	log      *slog.Logger
	registry *prometheus.Registry
	requests requests
	attempts attempts
	commits  *commits
	reloads  reloads

	templates, conditions *prometheus.CounterVec // that failed

	names names
}

// New returns a Metrics that also tells of the Go runtime and of the process.
func New(cfg Config) *Metrics {
	m := &Metrics{log: cfg.Log, registry: prometheus.NewRegistry()}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	m.requests = newRequests(m.registry)
	m.attempts = newAttempts(m.registry)
	m.commits = newCommits(m.registry)
	m.reloads = newReloads(m.registry)
	m.templates = counters(m.registry, "template_failures_total", "Messages that had to be rendered by default, since their template failed.", "message")
	m.conditions = counters(m.registry, "condition_failures_total", "Events for which a route's condition could not be told, so that the route took them.", "route")
	build := gauges(m.registry, "build_info", "Always 1; the labels tell what is running.", "version", "go_version")
	build.WithLabelValues(cfg.Version, runtime.Version()).Set(1)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler returns what answers a scrape. It blocks while the store is asked for
// the lanes, 2 seconds at most. It is to be called once.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog:            slog.NewLogLogger(m.log.Handler(), slog.LevelWarn),
		ErrorHandling:       promhttp.ContinueOnError, // what cannot be told hides nothing else
		Registry:            m.registry,
		MaxRequestsInFlight: maxScrapes,
	})
}

// namespace begins every name.
const namespace = "botrelay"

func counters(r prometheus.Registerer, name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	r.MustRegister(v)
	return v
}

func gauges(r prometheus.Registerer, name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
	r.MustRegister(v)
	return v
}

func histograms(r prometheus.Registerer, name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
	r.MustRegister(v)
	return v
}
