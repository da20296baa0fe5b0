package metrics

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"

	"github.com/prometheus/client_golang/prometheus"
)

// attempts counts what goes to the platforms.
type attempts struct {
	requests   *prometheus.CounterVec
	deliveries *prometheus.CounterVec
	digests    *prometheus.CounterVec
	digested   *prometheus.CounterVec
	took       *prometheus.HistogramVec
	latency    *prometheus.HistogramVec
}

func newAttempts(r prometheus.Registerer) attempts {
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	return attempts{
		requests:   counters(r, "attempts_total", "Requests to a platform, by what came of them.", "sink", "outcome"),
		deliveries: counters(r, "deliveries_total", "Deliveries that were settled: sent, or given up on as dead.", "sink", "state"),
		digests:    counters(r, "digests_total", "Messages that were sent for several deliveries at once.", "sink"),
		digested:   counters(r, "digest_deliveries_total", "Deliveries that were sent as part of a digest.", "sink"),
		took: histograms(r, "attempt_duration_seconds", "How long a platform took to answer.",
			[]float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}, "sink"),
		latency: histograms(r, "delivery_latency_seconds", "How long after an event was owed to a sink it had arrived there.",
			[]float64{.1, .5, 1, 2.5, 10, 30, minute, 5 * minute, 30 * minute, 2 * hour, 12 * hour, day}, "sink"),
	}
}

func (a *attempts) expect(sink string) {
	for _, outcome := range []relay.Outcome{relay.Sent, relay.Later, relay.Refused, relay.Held} {
		a.requests.WithLabelValues(sink, string(outcome))
	}
	for _, state := range []queue.State{queue.Sent, queue.Dead} {
		a.deliveries.WithLabelValues(sink, string(state))
	}
	a.digests.WithLabelValues(sink)
	a.digested.WithLabelValues(sink)
}

// Attempt counts one request to a sink's platform: its outcome (a
// relay.Outcome), the state (a queue.State) in which it left the deliveries that
// it carried, how many these are, how long it took, and, if it was sent, how
// long each of them had been owed. Without an outcome there was no request, and
// the deliveries were given up on for another reason.
func (m *Metrics) Attempt(sink, outcome, state string, size int, took time.Duration, ages []time.Duration) {
	a := &m.attempts
	if outcome != "" {
		a.requests.WithLabelValues(sink, outcome).Inc()
		a.took.WithLabelValues(sink).Observe(took.Seconds())
	}
	switch queue.State(state) {
	case queue.Sent, queue.Dead:
		a.deliveries.WithLabelValues(sink, state).Add(float64(size))
	default: // they go again
	}
	if relay.Outcome(outcome) == relay.Sent && size > 1 {
		a.digests.WithLabelValues(sink).Inc()
		a.digested.WithLabelValues(sink).Add(float64(size))
	}
	for _, age := range ages {
		a.latency.WithLabelValues(sink).Observe(age.Seconds())
	}
}
