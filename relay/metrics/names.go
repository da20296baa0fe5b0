package metrics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// Names are those in routes.toml that become labels.
type Names struct {
	Sources    []Source
	Sinks      []string
	Messages   []string // that have templates
	Conditions []string // routes that have one
}

// Source is a source as routes.toml has it.
type Source struct {
	Name   string
	Vendor string
}

// names are those that are counted now. Whoever counts another one comes too late:
// it was removed while something of it was under way.
type names struct {
	mu sync.RWMutex // held for writing while they change, for reading while something is counted
	// sets has by label each name, with its vendor if it is a source; nil: whatever
	// comes is counted.
	sets map[label]map[string]string
}

// label is a label whose values are names.
type label string

const (
	ofSource  label = "source"
	ofSink    label = "sink"
	ofMessage label = "message"
	ofRoute   label = "route"
)

// of returns the names by their label.
func (n Names) of() map[label]map[string]string {
	set := func(names []string) map[string]string {
		all := make(map[string]string)
		for _, name := range names {
			all[name] = ""
		}
		return all
	}
	sets := map[label]map[string]string{ofSource: {}, ofSink: set(n.Sinks), ofMessage: set(n.Messages), ofRoute: set(n.Conditions)}
	for _, s := range n.Sources {
		sets[ofSource][s.Name] = s.Vendor
	}
	return sets
}

// Expect lets the counters of these names stand at 0 until something happens, so
// that the first time is seen as a rise. It may be called again when there are
// others: what was counted of a name that stays goes on, and what is gone is no
// longer told, as of a target that Prometheus no longer scrapes. A source with
// another vendor is another one. How a lane stands whose sink is gone is told for
// as long as something waits or has died there.
func (m *Metrics) Expect(n Names) {
	m.names.mu.Lock()
	defer m.names.mu.Unlock()
	next := n.of()
	for l, former := range m.names.sets {
		for name, vendor := range former {
			if is, stays := next[l][name]; !stays || is != vendor {
				m.forget(l, name)
			}
		}
	}
	m.names.sets = next
	for _, s := range n.Sources {
		m.requests.expect(s)
	}
	for _, s := range n.Sinks {
		m.attempts.expect(s)
	}
	for _, name := range n.Messages {
		m.templates.WithLabelValues(name)
	}
	for _, name := range n.Conditions {
		m.conditions.WithLabelValues(name)
	}
}

// forget drops all that was counted of a name.
func (m *Metrics) forget(l label, name string) {
	counts := map[label][]interface{ DeletePartialMatch(prometheus.Labels) int }{
		ofSource:  {m.requests.events, m.requests.unrouted, m.requests.duplicates, m.requests.tests, m.requests.refused},
		ofSink:    {m.attempts.requests, m.attempts.deliveries, m.attempts.digests, m.attempts.digested, m.attempts.took, m.attempts.latency},
		ofMessage: {m.templates},
		ofRoute:   {m.conditions},
	}
	for _, v := range counts[l] {
		v.DeletePartialMatch(prometheus.Labels{string(l): name})
	}
}

// counting calls count unless the name is gone.
func (n *names) counting(l label, name string, count func()) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if n.has(l, name) {
		count()
	}
}

// has reports whether a name is counted. The lock is held.
func (n *names) has(l label, name string) bool {
	if n.sets == nil {
		return true
	}
	_, known := n.sets[l][name]
	return known
}

// hasSink reports whether there is a sink of that name.
func (n *names) hasSink(name string) (known bool) {
	n.counting(ofSink, name, func() { known = true })
	return known
}

// TemplateFailed counts that a message's template failed, and that the default
// stood in its place. It is what render.Config.Failed is to be told with.
func (m *Metrics) TemplateFailed(name string) {
	m.names.counting(ofMessage, name, func() { m.templates.WithLabelValues(name).Inc() })
}

// ConditionFailed counts that a route's condition could not be told for an
// event. It is what route.Config.Failed is to be told with.
func (m *Metrics) ConditionFailed(name string) {
	m.names.counting(ofRoute, name, func() { m.conditions.WithLabelValues(name).Inc() })
}
