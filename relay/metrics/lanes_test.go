package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/metrics"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// lanesFunc is a store of which only the lanes are seen.
type lanesFunc func() (map[string]queue.LaneStatus, error)

func (f lanesFunc) LaneStatus(context.Context) (map[string]queue.LaneStatus, error) { return f() }

// read scrapes without a network, for a clock that tests move.
func read(h http.Handler) string {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/metrics", nil))
	return rec.Body.String()
}

// TestLanes scrapes a real store.
func TestLanes(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	for _, id := range []string{"1", "2", "3"} {
		if _, err := store.Put(t.Context(), relay.Event{ID: id}, []queue.Owed{{Sink: "sales", Route: "all"}}); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Minute)
	}
	lane, err := store.Lease(t.Context(), "sales", time.Hour, nil)
	if err != nil {
		t.Fatal(err)
	}
	turn, err := lane.Next(t.Context(), 1)
	if err == nil {
		err = lane.Begin(t.Context(), turn.Batch)
	}
	if err == nil {
		err = lane.Settle(t.Context(), turn.Batch, queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Reason: "no"}})
	}
	if err != nil {
		t.Fatal(err)
	}

	m := metrics.New(metrics.Config{})
	m.Watch(store)
	shows(t, serve(t, m), `
# HELP botrelay_lane_dead_letters Deliveries that were given up on, and neither replayed nor discarded.
# TYPE botrelay_lane_dead_letters gauge
botrelay_lane_dead_letters{sink="sales"} 1
# HELP botrelay_lane_held Whether the lane is held, because its destination refuses everything until a person mends it: 1, or 0.
# TYPE botrelay_lane_held gauge
botrelay_lane_held{sink="sales"} 0
# HELP botrelay_lane_oldest_age_seconds How long the oldest delivery has waited; 0 if none waits.
# TYPE botrelay_lane_oldest_age_seconds gauge
botrelay_lane_oldest_age_seconds{sink="sales"} 120
# HELP botrelay_lane_pending_deliveries Deliveries that wait.
# TYPE botrelay_lane_pending_deliveries gauge
botrelay_lane_pending_deliveries{sink="sales"} 2
# HELP botrelay_store_up Whether the store works: 1, or 0 if the last commit failed and the store is to blame, or if it does not tell how the lanes stand.
# TYPE botrelay_store_up gauge
botrelay_store_up 1
`, "botrelay_lane_dead_letters", "botrelay_lane_held", "botrelay_lane_oldest_age_seconds", "botrelay_lane_pending_deliveries", "botrelay_store_up")
}

// TestLaneState shows a lane in trouble.
func TestLaneState(t *testing.T) {
	m := metrics.New(metrics.Config{})
	m.Watch(lanesFunc(func() (map[string]queue.LaneStatus, error) {
		return map[string]queue.LaneStatus{
			"sales": {Wait: 90 * time.Second, Health: queue.Health{Held: true, Failing: time.Hour, Reason: "revoked"}},
			"night": {},
		}, nil
	}))
	shows(t, serve(t, m), `
# HELP botrelay_lane_failing_seconds For how long nothing has got through; 0 if it has.
# TYPE botrelay_lane_failing_seconds gauge
botrelay_lane_failing_seconds{sink="night"} 0
botrelay_lane_failing_seconds{sink="sales"} 3600
# HELP botrelay_lane_held Whether the lane is held, because its destination refuses everything until a person mends it: 1, or 0.
# TYPE botrelay_lane_held gauge
botrelay_lane_held{sink="night"} 0
botrelay_lane_held{sink="sales"} 1
# HELP botrelay_lane_wait_seconds For how long the lane will send nothing, by its own rest or a shared one.
# TYPE botrelay_lane_wait_seconds gauge
botrelay_lane_wait_seconds{sink="night"} 0
botrelay_lane_wait_seconds{sink="sales"} 90
`, "botrelay_lane_failing_seconds", "botrelay_lane_held", "botrelay_lane_wait_seconds")
}

// TestScrapesSpareTheStore: however many scrape, the store is asked once in 5 s.
func TestScrapesSpareTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		m := metrics.New(metrics.Config{})
		m.Watch(lanesFunc(func() (map[string]queue.LaneStatus, error) {
			<-time.After(500 * time.Millisecond) // it has work to do
			return map[string]queue.LaneStatus{"sales": {Pending: int(asked.Add(1))}}, nil
		}))
		h := m.Handler()
		var crowd sync.WaitGroup
		for range 5 {
			crowd.Go(func() {
				if text := read(h); !strings.Contains(text, `botrelay_lane_pending_deliveries{sink="sales"} 1`+"\n") {
					t.Errorf("in a crowd:\n%s", text)
				}
			})
		}
		crowd.Wait()
		<-time.After(4900 * time.Millisecond)
		read(h)
		if n := asked.Load(); n != 1 {
			t.Errorf("asked %d times within 5 s", n)
		}
		<-time.After(200 * time.Millisecond)
		if text := read(h); !strings.Contains(text, `botrelay_lane_pending_deliveries{sink="sales"} 2`+"\n") {
			t.Errorf("after 5 s:\n%s", text)
		}
		read(h)
		if n := asked.Load(); n != 2 {
			t.Errorf("asked %d times within 10 s", n)
		}
	})
}

// hanging is a store that does not answer in time.
type hanging struct{}

func (hanging) LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	<-ctx.Done()
	return map[string]queue.LaneStatus{"half": {}}, ctx.Err()
}

// TestStoreDown: what the store does not tell keeps nobody waiting, hides
// nothing else, and is not shown as if it were so.
func TestStoreDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		m := metrics.New(metrics.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
		m.Watch(hanging{})
		m.Committed(1, time.Millisecond, nil)
		began := time.Now()
		text := read(m.Handler())
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("the scrape took %s", took)
		}
		if !strings.Contains(text, "botrelay_store_up 0\n") || strings.Contains(text, "botrelay_lane") || !strings.Contains(text, `commits_total{result="committed"} 1`) {
			t.Errorf("got\n%s", text)
		}
		if !strings.Contains(log.String(), "deadline exceeded") {
			t.Errorf("the log: %s", log.String())
		}
	})
}

// TestStoreBack: lanes are shown again once the store tells of them.
func TestStoreBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trouble := errors.New("disk on fire")
		m := metrics.New(metrics.Config{})
		m.Watch(lanesFunc(func() (map[string]queue.LaneStatus, error) {
			return map[string]queue.LaneStatus{"sales": {}}, trouble
		}))
		h := m.Handler()
		if text := read(h); !strings.Contains(text, "botrelay_store_up 0\n") || strings.Contains(text, "botrelay_lane") {
			t.Errorf("in trouble:\n%s", text)
		}
		trouble = nil
		<-time.After(5 * time.Second)
		if text := read(h); !strings.Contains(text, "botrelay_store_up 1\n") || !strings.Contains(text, `botrelay_lane_held{sink="sales"} 0`) {
			t.Errorf("after it:\n%s", text)
		}
	})
}

// TestStoreFull: a store that can be read and not be written is not up, from
// the commit that failed until one succeeds. What an operation is to blame for
// changes nothing.
func TestStoreFull(t *testing.T) {
	m := metrics.New(metrics.Config{})
	m.Watch(lanesFunc(func() (map[string]queue.LaneStatus, error) { return map[string]queue.LaneStatus{"sales": {}}, nil }))
	h := m.Handler()
	for i, commit := range []struct {
		err  error
		want string
	}{
		{nil, "1"},
		{errors.New("an ID that is taken"), "1"},
		{fmt.Errorf("%w: disk full", queue.ErrUnavailable), "0"},
		{errors.New("an ID that is taken"), "0"},
		{nil, "1"},
	} {
		m.Committed(1, time.Millisecond, commit.err)
		if text := read(h); !strings.Contains(text, "botrelay_store_up "+commit.want+"\n") || !strings.Contains(text, `botrelay_lane_held{sink="sales"} 0`) {
			t.Errorf("after commit %d (%v):\n%s", i+1, commit.err, text)
		}
	}
}
