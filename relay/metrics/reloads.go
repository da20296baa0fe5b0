package metrics

import "github.com/prometheus/client_golang/prometheus"

// reloads counts how often routes.toml was read.
type reloads struct {
	good, bad prometheus.Counter
	last      prometheus.Gauge
	lastGood  prometheus.Gauge
}

func newReloads(r prometheus.Registerer) reloads {
	results := counters(r, "config_reloads_total", "How often routes.toml was read, the start included.", "result")
	return reloads{
		good: results.WithLabelValues("good"),
		bad:  results.WithLabelValues("bad"),
		last: gauges(r, "config_last_reload_successful", "Whether the last reading of routes.toml was good: 1, or 0.").WithLabelValues(),
		lastGood: gauges(r, "config_last_reload_success_timestamp_seconds", "When the routes.toml that is in use was read.").
			WithLabelValues(),
	}
}

// Loaded counts that routes.toml was read: at the start, and whenever it is read
// anew. A bad file is not in use.
func (m *Metrics) Loaded(good bool) {
	if !good {
		m.reloads.bad.Inc()
		m.reloads.last.Set(0)
		return
	}
	m.reloads.good.Inc()
	m.reloads.last.Set(1)
	m.reloads.lastGood.SetToCurrentTime()
}
