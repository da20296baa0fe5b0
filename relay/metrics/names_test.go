package metrics_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/metrics"
	"botrelay/relay/queue"
	"botrelay/relay/receive"
)

// TestForgotten: what routes.toml no longer has is no longer told, also if
// something of it was still under way; what stays is counted on.
func TestForgotten(t *testing.T) {
	m := metrics.New(metrics.Config{})
	url := serve(t, m)
	lanes := map[string]queue.LaneStatus{"sales": {}, "owing": {Pending: 2}, "dead": {Dead: 1}, "night": {}}
	m.Watch(lanesFunc(func() (map[string]queue.LaneStatus, error) { return lanes, nil }))
	happen := func() {
		for _, s := range []metrics.Source{{"website", "chatbase"}, {"shop", "chatzuri"}} {
			for _, outcome := range []receive.Outcome{receive.Accepted, receive.Duplicate, receive.Test, receive.Refused} {
				m.Request(receive.Request{Source: s.Name, Vendor: s.Vendor, Outcome: outcome, Kind: relay.Lead, Reason: receive.Signature})
			}
		}
		m.Request(receive.Request{Outcome: receive.Refused, Reason: receive.UnknownSource})
		for _, sink := range []string{"sales", "owing", "night"} {
			m.Attempt(deliver.Attempt{Sink: sink, Verdict: relay.Verdict{Outcome: relay.Sent}, State: queue.Sent, Size: 2, Ages: []time.Duration{1, 2}})
		}
		for _, name := range []string{"urgent", "lead"} {
			m.TemplateFailed(name)
			m.ConditionFailed(name)
		}
	}
	names := metrics.Names{
		Sources: []metrics.Source{{"website", "chatbase"}, {"shop", "chatzuri"}},
		Sinks:   []string{"sales", "owing", "night"}, Messages: []string{"urgent", "lead"}, Conditions: []string{"urgent", "lead"},
	}
	m.Expect(names)
	happen()
	m.Expect(metrics.Names{
		Sources: []metrics.Source{{"website", "chatbase"}, {"shop", "acme"}},
		Sinks:   []string{"night"}, Messages: []string{"lead"}, Conditions: []string{"urgent"},
	})
	happen()
	text := scrape(t, url)
	for _, gone := range []string{
		`vendor="chatzuri"`, `_total{sink="sales"`, `sink="sales"}`, `outcome="sent",sink="owing"`, `count{sink="owing"}`,
		`message="urgent"`, `route="lead"`, `lane_pending_deliveries{sink="sales"}`,
	} {
		if strings.Contains(text, gone) {
			t.Errorf("still told: %s", gone)
		}
	}
	for _, told := range []string{
		`botrelay_events_total{kind="lead",source="website",vendor="chatbase"} 2`,
		`botrelay_events_total{kind="lead",source="shop",vendor="acme"} 0`,
		`botrelay_refused_requests_total{reason="unknown_source",source="unknown"} 2`,
		`botrelay_deliveries_total{sink="night",state="sent"} 4`,
		`botrelay_delivery_latency_seconds_count{sink="night"} 4`,
		`botrelay_template_failures_total{message="lead"} 2`,
		`botrelay_condition_failures_total{route="urgent"} 2`,
		`botrelay_lane_pending_deliveries{sink="owing"} 2`,
		`botrelay_lane_dead_letters{sink="dead"} 1`,
		`botrelay_lane_pending_deliveries{sink="night"} 0`,
	} {
		if !strings.Contains(text, told+"\n") {
			t.Errorf("not told: %s", told)
		}
	}
	m.Expect(names)
	if text := scrape(t, url); !strings.Contains(text, `botrelay_deliveries_total{sink="sales",state="sent"} 0`+"\n") {
		t.Error("one that is back does not begin at 0")
	}
}

// TestExpectBeside: names change while things are counted.
func TestExpectBeside(t *testing.T) {
	m := metrics.New(metrics.Config{})
	url := serve(t, m)
	var counting sync.WaitGroup
	for range 4 {
		counting.Go(func() {
			for range 1000 {
				m.Request(receive.Request{Source: "website", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Lead})
				m.Attempt(deliver.Attempt{Sink: "sales", Verdict: relay.Verdict{Outcome: relay.Sent}, State: queue.Sent, Size: 1})
			}
		})
	}
	for i := range 200 {
		names := metrics.Names{}
		if i%2 == 0 {
			names = metrics.Names{Sources: []metrics.Source{{"website", "chatbase"}}, Sinks: []string{"sales"}}
		}
		m.Expect(names)
	}
	counting.Wait()
	if text := scrape(t, url); strings.Contains(text, "website") || strings.Contains(text, "sales") {
		t.Errorf("told of what is gone:\n%s", text)
	}
}
