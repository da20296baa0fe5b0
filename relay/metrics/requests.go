package metrics

import (
	"cmp"

	"botrelay/relay"
	"botrelay/relay/receive"

	"github.com/prometheus/client_golang/prometheus"
)

// unknownSource is the label of every request whose source does not exist: the
// name that was asked for is a stranger's.
const unknownSource = "unknown"

// requests counts what vendors send.
type requests struct {
	events     *prometheus.CounterVec
	unrouted   *prometheus.CounterVec
	duplicates *prometheus.CounterVec
	tests      *prometheus.CounterVec
	refused    *prometheus.CounterVec
	took       *prometheus.HistogramVec
}

func newRequests(r prometheus.Registerer) requests {
	return requests{
		events:     counters(r, "events_total", "Events that were accepted and stored, without duplicates.", "source", "vendor", "kind"),
		unrouted:   counters(r, "unrouted_events_total", "Events that no route took: they are kept and go nowhere.", "source"),
		duplicates: counters(r, "duplicate_events_total", "Events that the vendor sent again; they were accepted and not stored anew.", "source"),
		tests:      counters(r, "test_requests_total", "Requests without an event, by which vendors test an address.", "source"),
		refused:    counters(r, "refused_requests_total", "Requests that were not accepted, by the reason.", "source", "reason"),
		took: histograms(r, "request_duration_seconds", "How long vendors' requests took until they were answered.",
			[]float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}, "outcome"),
	}
}

func (q *requests) expect(s Source) {
	for _, kind := range relay.Kinds() {
		q.events.WithLabelValues(s.Name, s.Vendor, string(kind))
	}
	for _, reason := range receive.Reasons() {
		q.refused.WithLabelValues(s.Name, string(reason))
	}
	for _, v := range []*prometheus.CounterVec{q.unrouted, q.duplicates, q.tests} {
		v.WithLabelValues(s.Name)
	}
}

// Request counts one request of a vendor. It is what receive.Config.Observe
// wants.
func (m *Metrics) Request(r receive.Request) {
	if r.Source == "" {
		m.requests.add(r)
		return
	}
	m.names.counting(ofSource, r.Source, func() {
		if is := m.names.sets[ofSource][r.Source]; is == "" || r.Vendor == "" || r.Vendor == is {
			m.requests.add(r)
		}
	})
}

func (q *requests) add(r receive.Request) {
	q.took.WithLabelValues(string(r.Outcome)).Observe(r.Took.Seconds())
	switch r.Outcome {
	case receive.Accepted:
		q.events.WithLabelValues(r.Source, r.Vendor, string(r.Kind)).Inc()
		if r.Owed == 0 {
			q.unrouted.WithLabelValues(r.Source).Inc()
		}
	case receive.Duplicate:
		q.duplicates.WithLabelValues(r.Source).Inc()
	case receive.Test:
		q.tests.WithLabelValues(r.Source).Inc()
	case receive.Refused:
		q.refused.WithLabelValues(cmp.Or(r.Source, unknownSource), string(r.Reason)).Inc()
	}
}
