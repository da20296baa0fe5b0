package metrics

import (
	"botrelay/relay"
	"botrelay/relay/deliver"
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

// Attempt counts one request to a sink's platform. It is what
// deliver.Config.Observe wants.
func (m *Metrics) Attempt(a deliver.Attempt) {
	m.names.counting(ofSink, a.Sink, func() { m.attempts.add(a) })
}

func (a *attempts) add(of deliver.Attempt) {
	a.requests.WithLabelValues(of.Sink, string(of.Verdict.Outcome)).Inc()
	a.took.WithLabelValues(of.Sink).Observe(of.Took.Seconds())
	switch of.State {
	case queue.Sent, queue.Dead:
		a.deliveries.WithLabelValues(of.Sink, string(of.State)).Add(float64(of.Size))
	case queue.Pending, queue.Replayed, queue.Discarded: // they go again
	}
	if of.Verdict.Outcome == relay.Sent && of.Size > 1 {
		a.digests.WithLabelValues(of.Sink).Inc()
		a.digested.WithLabelValues(of.Sink).Add(float64(of.Size))
	}
	for _, age := range of.Ages {
		a.latency.WithLabelValues(of.Sink).Observe(age.Seconds())
	}
}
