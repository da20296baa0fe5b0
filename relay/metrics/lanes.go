package metrics

import (
	"context"
	"log/slog"
	"time"

	"botrelay/relay/queue"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// laneDeadline is how long the store may take to tell how the lanes stand.
	laneDeadline = 2 * time.Second
	// laneRest is how long the store is then left alone, however often it is
	// asked: counting what waits is work, and scraping must not slow deliveries.
	laneRest = 5 * time.Second
)

// Lanes tells how the lanes stand, by the sink's name: a part of queue.History.
type Lanes interface {
	LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error)
}

// Watch adds how lanes stand to every scrape. It is to be called once.
func (m *Metrics) Watch(lanes Lanes) {
	m.registry.MustRegister(newLaneCollector(lanes, m.names.hasSink, m.commits.down.Load, m.log))
}

// laneCollector is a prometheus.Collector of the lanes' state.
type laneCollector struct {
	lanes  Lanes
	known  func(sink string) bool // whether routes.toml has it
	down   func() bool            // whether the store fails what is to be written
	log    *slog.Logger
	up     *prometheus.Desc
	values []laneValue

	lock   chan struct{} // a mutex for what is below; waiting for it can be given up
	asked  time.Time     // when the store last answered, or failed to; zero: never
	status map[string]queue.LaneStatus
	err    error
}

// laneValue is one gauge of each lane.
type laneValue struct {
	desc *prometheus.Desc
	of   func(queue.LaneStatus) float64
}

func newLaneCollector(lanes Lanes, known func(sink string) bool, down func() bool, log *slog.Logger) *laneCollector {
	value := func(name, help string, of func(queue.LaneStatus) float64) laneValue {
		return laneValue{prometheus.NewDesc(prometheus.BuildFQName(namespace, "lane", name), help, []string{"sink"}, nil), of}
	}
	return &laneCollector{
		lanes: lanes,
		known: known,
		down:  down,
		log:   log,
		lock:  make(chan struct{}, 1),
		up: prometheus.NewDesc(prometheus.BuildFQName(namespace, "store", "up"),
			"Whether the store works: 1, or 0 if the last commit failed and the store is to blame, or if it does not tell how the lanes stand.", nil, nil),
		values: []laneValue{
			value("pending_deliveries", "Deliveries that wait.",
				func(s queue.LaneStatus) float64 { return float64(s.Pending) }),
			value("oldest_age_seconds", "How long the oldest delivery has waited; 0 if none waits.",
				func(s queue.LaneStatus) float64 { return s.Oldest.Seconds() }),
			value("dead_letters", "Deliveries that were given up on, and neither replayed nor discarded.",
				func(s queue.LaneStatus) float64 { return float64(s.Dead) }),
			value("held", "Whether the lane is held, because its destination refuses everything until a person mends it: 1, or 0.",
				func(s queue.LaneStatus) float64 { return truth(s.Held) }),
			value("failing_seconds", "For how long nothing has got through; 0 if it has.",
				func(s queue.LaneStatus) float64 { return s.Failing.Seconds() }),
			value("wait_seconds", "For how long the lane will send nothing, by its own rest or a shared one.",
				func(s queue.LaneStatus) float64 { return s.Wait.Seconds() }),
		},
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// Describe sends what Collect may send.
func (c *laneCollector) Describe(to chan<- *prometheus.Desc) {
	to <- c.up
	for _, v := range c.values {
		to <- v.desc
	}
}

// Collect sends how the lanes stand now, or stood a few seconds ago.
func (c *laneCollector) Collect(to chan<- prometheus.Metric) {
	status, err := c.read()
	to <- prometheus.MustNewConstMetric(c.up, prometheus.GaugeValue, truth(err == nil && !c.down()))
	for sink, s := range status {
		if s.Pending == 0 && s.Dead == 0 && !c.known(sink) {
			continue // the store remembers it, and nobody misses it
		}
		for _, v := range c.values {
			to <- prometheus.MustNewConstMetric(v.desc, prometheus.GaugeValue, v.of(s), sink)
		}
	}
}

// read asks the store, unless it was asked a moment ago. Who comes while it is
// being asked waits for that answer. The map is not changed afterwards.
func (c *laneCollector) read() (map[string]queue.LaneStatus, error) {
	ctx, cancel := context.WithTimeout(context.Background(), laneDeadline)
	defer cancel()
	select {
	case c.lock <- struct{}{}:
		defer func() { <-c.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !c.asked.IsZero() && time.Since(c.asked) < laneRest {
		return c.status, c.err
	}
	c.status, c.err = c.lanes.LaneStatus(ctx)
	c.asked = time.Now()
	if c.err != nil {
		c.status = nil
		c.log.Warn("the store does not tell how the lanes stand", "error", c.err)
	}
	return c.status, c.err
}
