package metrics

import (
	"errors"
	"sync/atomic"
	"time"

	"botrelay/relay/queue"

	"github.com/prometheus/client_golang/prometheus"
)

// commits counts what the store writes.
type commits struct {
	down       atomic.Bool // the last transaction failed, and the store is to blame
	committed  prometheus.Counter
	rolledBack prometheus.Counter
	failed     prometheus.Counter
	operations prometheus.Observer
	took       prometheus.Observer
}

func newCommits(r prometheus.Registerer) *commits {
	results := counters(r, "store_commits_total", "Transactions of the store: committed; rolled_back, because an operation in them could not be done; "+
		"or failed, because the store is unavailable.", "result")
	return &commits{
		committed:  results.WithLabelValues("committed"),
		rolledBack: results.WithLabelValues("rolled_back"),
		failed:     results.WithLabelValues("failed"),
		operations: histograms(r, "store_commit_operations", "How many operations shared a commit.",
			[]float64{1, 2, 4, 8, 16, 32, 64, 128, 256}).WithLabelValues(),
		took: histograms(r, "store_commit_duration_seconds", "How long a commit took, with what was done in it.",
			[]float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5}).WithLabelValues(),
	}
}

// Committed counts one transaction of the store. It is what
// sqlite.Config.Committed wants, and costs well under a microsecond.
func (m *Metrics) Committed(operations int, took time.Duration, err error) {
	c := m.commits
	switch {
	case err == nil:
		c.down.Store(false)
		c.committed.Inc()
		c.operations.Observe(float64(operations))
		c.took.Observe(took.Seconds())
	case errors.Is(err, queue.ErrUnavailable):
		c.down.Store(true)
		c.failed.Inc()
	default:
		c.rolledBack.Inc()
	}
}
