package metrics_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/metrics"
	"botrelay/relay/queue"
	"botrelay/relay/receive"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// serve returns the address of what is to be scraped.
func serve(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	web := httptest.NewServer(m.Handler())
	t.Cleanup(web.Close)
	return web.URL
}

// scrape returns what a Prometheus would read.
func scrape(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return string(text)
}

// shows scrapes url and compares the metrics of these names with want, which is
// in Prometheus' text format.
func shows(t *testing.T, url, want string, names ...string) {
	t.Helper()
	if err := testutil.ScrapeAndCompare(url, strings.NewReader(want), names...); err != nil {
		t.Error(err)
	}
}

// series returns the lines that begin with a name, without their values.
func series(text, name string) (found []string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, name) {
			found = append(found, line[:strings.LastIndex(line, " ")])
		}
	}
	return found
}

// attempt is one by which deliveries of these ages were sent.
func attempt(ages ...time.Duration) deliver.Attempt {
	return deliver.Attempt{
		Sink: "sales", Verdict: relay.Verdict{Outcome: relay.Sent}, State: queue.Sent,
		Size: len(ages), Took: 300 * time.Millisecond, Ages: ages,
	}
}

// everything lets each metric have a value.
func everything(t *testing.T) *metrics.Metrics {
	t.Helper()
	m := metrics.New(metrics.Config{Version: "1.2.3"})
	m.Expect(metrics.Names{Sources: []metrics.Source{{Name: "website", Vendor: "chatbase"}}, Sinks: []string{"sales"}})
	m.Request(receive.Request{Source: "website", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Lead, Owed: 1, Took: time.Millisecond})
	m.Attempt(attempt(time.Second, time.Minute))
	m.Committed(3, time.Millisecond, nil)
	m.Loaded(true)
	m.Watch(lanesFunc(func() (map[string]queue.LaneStatus, error) {
		return map[string]queue.LaneStatus{"sales": {Pending: 1}}, nil
	}))
	return m
}

// TestConventions lets the judge of promtool look at every name and help text.
func TestConventions(t *testing.T) {
	text := scrape(t, serve(t, everything(t)))
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	for _, name := range []string{"go_goroutines ", "process_start_time_seconds ", `botrelay_build_info{go_version="go`, "botrelay_store_up 1\n"} {
		if !strings.Contains(text, name) {
			t.Errorf("no %s", name)
		}
	}
	if !strings.Contains(text, `version="1.2.3"} 1`+"\n") {
		t.Error("no version")
	}
}

// TestRequests counts what vendors send by source, vendor, kind and reason.
func TestRequests(t *testing.T) {
	m := metrics.New(metrics.Config{})
	url := serve(t, m)
	for _, r := range []receive.Request{
		{Source: "website", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Lead, Owed: 2},
		{Source: "website", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Lead, Owed: 1},
		{Source: "website", Vendor: "chatbase", Outcome: receive.Accepted, Kind: relay.Other},
		{Source: "website", Vendor: "chatbase", Outcome: receive.Duplicate, Kind: relay.Lead},
		{Source: "booking", Vendor: "newoaks", Outcome: receive.Test},
		{Source: "booking", Vendor: "newoaks", Outcome: receive.Refused, Reason: receive.Signature},
		{Outcome: receive.Refused, Reason: receive.UnknownSource},
		{Outcome: receive.Refused, Reason: receive.UnknownSource},
	} {
		r.Took = 30 * time.Millisecond
		m.Request(r)
	}
	shows(t, url, `
# HELP botrelay_duplicate_events_total Events that the vendor sent again; they were accepted and not stored anew.
# TYPE botrelay_duplicate_events_total counter
botrelay_duplicate_events_total{source="website"} 1
# HELP botrelay_events_total Events that were accepted and stored, without duplicates.
# TYPE botrelay_events_total counter
botrelay_events_total{kind="lead",source="website",vendor="chatbase"} 2
botrelay_events_total{kind="other",source="website",vendor="chatbase"} 1
# HELP botrelay_refused_requests_total Requests that were not accepted, by the reason.
# TYPE botrelay_refused_requests_total counter
botrelay_refused_requests_total{reason="signature",source="booking"} 1
botrelay_refused_requests_total{reason="unknown_source",source="unknown"} 2
# HELP botrelay_test_requests_total Requests without an event, by which vendors test an address.
# TYPE botrelay_test_requests_total counter
botrelay_test_requests_total{source="booking"} 1
# HELP botrelay_unrouted_events_total Events that no route took: they are kept and go nowhere.
# TYPE botrelay_unrouted_events_total counter
botrelay_unrouted_events_total{source="website"} 1
`, "botrelay_events_total", "botrelay_unrouted_events_total", "botrelay_duplicate_events_total", "botrelay_test_requests_total", "botrelay_refused_requests_total")
	text := scrape(t, url)
	for _, line := range []string{
		`botrelay_request_duration_seconds_bucket{outcome="accepted",le="0.025"} 0`,
		`botrelay_request_duration_seconds_bucket{outcome="accepted",le="0.05"} 3`,
		`botrelay_request_duration_seconds_count{outcome="refused"} 3`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// TestAttempts counts what goes to the platforms, and how long it took.
func TestAttempts(t *testing.T) {
	m := metrics.New(metrics.Config{})
	url := serve(t, m)
	ages := []time.Duration{200 * time.Millisecond, 3 * time.Minute, 30 * time.Hour}
	m.Attempt(attempt(ages[:1]...))
	m.Attempt(deliver.Attempt{Sink: "sales", Verdict: relay.Verdict{Outcome: relay.Later}, State: queue.Pending, Size: 3, Took: 20 * time.Second})
	m.Attempt(attempt(ages...))
	m.Attempt(deliver.Attempt{Sink: "night", Verdict: relay.Verdict{Outcome: relay.Refused}, State: queue.Dead, Size: 1, Took: time.Second})
	shows(t, url, `
# HELP botrelay_attempts_total Requests to a platform, by what came of them.
# TYPE botrelay_attempts_total counter
botrelay_attempts_total{outcome="later",sink="sales"} 1
botrelay_attempts_total{outcome="refused",sink="night"} 1
botrelay_attempts_total{outcome="sent",sink="sales"} 2
# HELP botrelay_deliveries_total Deliveries that were settled: sent, or given up on as dead.
# TYPE botrelay_deliveries_total counter
botrelay_deliveries_total{sink="night",state="dead"} 1
botrelay_deliveries_total{sink="sales",state="sent"} 4
# HELP botrelay_digest_deliveries_total Deliveries that were sent as part of a digest.
# TYPE botrelay_digest_deliveries_total counter
botrelay_digest_deliveries_total{sink="sales"} 3
# HELP botrelay_digests_total Messages that were sent for several deliveries at once.
# TYPE botrelay_digests_total counter
botrelay_digests_total{sink="sales"} 1
# HELP botrelay_attempt_duration_seconds How long a platform took to answer.
# TYPE botrelay_attempt_duration_seconds histogram
botrelay_attempt_duration_seconds_bucket{sink="night",le="0.05"} 0
botrelay_attempt_duration_seconds_bucket{sink="night",le="0.1"} 0
botrelay_attempt_duration_seconds_bucket{sink="night",le="0.25"} 0
botrelay_attempt_duration_seconds_bucket{sink="night",le="0.5"} 0
botrelay_attempt_duration_seconds_bucket{sink="night",le="1"} 1
botrelay_attempt_duration_seconds_bucket{sink="night",le="2.5"} 1
botrelay_attempt_duration_seconds_bucket{sink="night",le="5"} 1
botrelay_attempt_duration_seconds_bucket{sink="night",le="10"} 1
botrelay_attempt_duration_seconds_bucket{sink="night",le="30"} 1
botrelay_attempt_duration_seconds_bucket{sink="night",le="60"} 1
botrelay_attempt_duration_seconds_bucket{sink="night",le="+Inf"} 1
botrelay_attempt_duration_seconds_sum{sink="night"} 1
botrelay_attempt_duration_seconds_count{sink="night"} 1
botrelay_attempt_duration_seconds_bucket{sink="sales",le="0.05"} 0
botrelay_attempt_duration_seconds_bucket{sink="sales",le="0.1"} 0
botrelay_attempt_duration_seconds_bucket{sink="sales",le="0.25"} 0
botrelay_attempt_duration_seconds_bucket{sink="sales",le="0.5"} 2
botrelay_attempt_duration_seconds_bucket{sink="sales",le="1"} 2
botrelay_attempt_duration_seconds_bucket{sink="sales",le="2.5"} 2
botrelay_attempt_duration_seconds_bucket{sink="sales",le="5"} 2
botrelay_attempt_duration_seconds_bucket{sink="sales",le="10"} 2
botrelay_attempt_duration_seconds_bucket{sink="sales",le="30"} 3
botrelay_attempt_duration_seconds_bucket{sink="sales",le="60"} 3
botrelay_attempt_duration_seconds_bucket{sink="sales",le="+Inf"} 3
botrelay_attempt_duration_seconds_sum{sink="sales"} 20.6
botrelay_attempt_duration_seconds_count{sink="sales"} 3
`, "botrelay_attempts_total", "botrelay_deliveries_total", "botrelay_digests_total", "botrelay_digest_deliveries_total", "botrelay_attempt_duration_seconds")
	text := scrape(t, url)
	for bucket, n := range map[string]int{"0.1": 0, "0.5": 2, "30": 2, "300": 3, "86400": 3, "+Inf": 4} {
		if line := fmt.Sprintf(`botrelay_delivery_latency_seconds_bucket{sink="sales",le="%s"} %d`, bucket, n); !strings.Contains(text, line+"\n") {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// TestCommits tells a store in trouble from an operation that could not be done.
func TestCommits(t *testing.T) {
	m := metrics.New(metrics.Config{})
	url := serve(t, m)
	m.Committed(1, 2*time.Millisecond, nil)
	m.Committed(60, 2*time.Millisecond, nil)
	m.Committed(1, time.Hour, fmt.Errorf("disk full: %w", queue.ErrUnavailable))
	m.Committed(7, time.Hour, queue.ErrLost)
	m.Committed(1, time.Hour, errors.New("anything else"))
	shows(t, url, `
# HELP botrelay_store_commits_total Transactions of the store: committed; rolled_back, because an operation in them could not be done; or failed, because the store is unavailable.
# TYPE botrelay_store_commits_total counter
botrelay_store_commits_total{result="committed"} 2
botrelay_store_commits_total{result="failed"} 1
botrelay_store_commits_total{result="rolled_back"} 2
`, "botrelay_store_commits_total")
	text := scrape(t, url)
	for _, line := range []string{
		`botrelay_store_commit_operations_bucket{le="1"} 1`,
		`botrelay_store_commit_operations_bucket{le="32"} 1`,
		`botrelay_store_commit_operations_bucket{le="64"} 2`,
		`botrelay_store_commit_operations_sum 61`,
		`botrelay_store_commit_duration_seconds_sum 0.004`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
}

// TestReloads: a bad file leaves the time of the last good one.
func TestReloads(t *testing.T) {
	m := metrics.New(metrics.Config{})
	url := serve(t, m)
	m.Loaded(true)
	good := series(scrape(t, url), "botrelay_config_last_reload_success_timestamp_seconds")
	if at := scrape(t, url); len(good) != 1 || strings.Contains(at, good[0]+" 0\n") || !strings.Contains(at, "botrelay_config_last_reload_successful 1\n") {
		t.Errorf("after a good one:\n%s", at)
	}
	m.Loaded(false)
	shows(t, url, `
# HELP botrelay_config_last_reload_successful Whether the last reading of routes.toml was good: 1, or 0.
# TYPE botrelay_config_last_reload_successful gauge
botrelay_config_last_reload_successful 0
# HELP botrelay_config_reloads_total How often routes.toml was read, the start included.
# TYPE botrelay_config_reloads_total counter
botrelay_config_reloads_total{result="bad"} 1
botrelay_config_reloads_total{result="good"} 1
`, "botrelay_config_last_reload_successful", "botrelay_config_reloads_total")
}

// TestExpected: what has not happened yet stands at 0, under the very labels
// that it will have, and no other series comes of anything that does happen.
func TestExpected(t *testing.T) {
	m := metrics.New(metrics.Config{Log: slog.New(slog.DiscardHandler)})
	url := serve(t, m)
	m.Expect(metrics.Names{Sources: []metrics.Source{{Name: "website", Vendor: "chatbase"}}, Sinks: []string{"sales"}})
	counters := func() (all []string) {
		for _, name := range []string{"events_total", "unrouted_events_total", "duplicate_events_total", "test_requests_total", "refused_requests_total", "attempts_total", "deliveries_total", "digests_total", "digest_deliveries_total"} {
			all = append(all, series(scrape(t, url), "botrelay_"+name+"{")...)
		}
		return all
	}
	before := counters()
	if len(before) != 6+3+len(receive.Reasons())+4+2+2 {
		t.Errorf("%d series:\n%s", len(before), strings.Join(before, "\n"))
	}
	for _, outcome := range []receive.Outcome{receive.Accepted, receive.Duplicate, receive.Test, receive.Refused} {
		for _, kind := range relay.Kinds() {
			for _, reason := range receive.Reasons() {
				m.Request(receive.Request{Source: "website", Vendor: "chatbase", Outcome: outcome, Kind: kind, Reason: reason})
			}
		}
	}
	for _, outcome := range []relay.Outcome{relay.Sent, relay.Later, relay.Refused, relay.Held} {
		for _, state := range []queue.State{queue.Sent, queue.Pending, queue.Dead} {
			m.Attempt(deliver.Attempt{Sink: "sales", Verdict: relay.Verdict{Outcome: outcome}, State: state, Size: 2, Took: time.Second})
		}
	}
	if after := counters(); !slices.Equal(before, after) {
		t.Errorf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
}
