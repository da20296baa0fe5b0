package postgres

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// startRenewing starts to renew a lease, and returns where its end is told.
func startRenewing(t *testing.T, lane queue.Lane) chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- lane.Renew(t.Context(), time.Hour) }()
	return done
}

// Leases that are renewed at the same time share transactions.
func TestRenewTogether(t *testing.T) {
	s := openAt(t, server.Database(t))
	const n = 40
	var all []chan error
	lanes := make([]queue.Lane, n)
	for i := range lanes {
		var err error
		if lanes[i], err = s.Lease(t.Context(), fmt.Sprint(i), time.Minute, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, lane := range lanes {
		all = append(all, startRenewing(t, lane))
	}
	for _, done := range all {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var transactions, hours int
	err := s.db.sql.QueryRowContext(t.Context(), `SELECT count(DISTINCT xmin::text),
		count(*) FILTER (WHERE leased_until - botrelay.now_micros() > 3000000000) FROM botrelay.lanes`).Scan(&transactions, &hours)
	if err != nil || transactions > n/4 || hours != n {
		t.Errorf("%d leases were renewed in %d transactions, %v", hours, transactions, err)
	}
}

// A lease that cannot be renewed, or not yet, does not keep others from it.
func TestRenewBesideOthers(t *testing.T) {
	s := openAt(t, server.Database(t))
	lanes := make(map[string]queue.Lane)
	for _, sink := range []string{"busy", "lost", "late", "well"} {
		var err error
		if lanes[sink], err = s.Lease(t.Context(), sink, time.Minute, nil); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, s, `UPDATE botrelay.lanes SET fence = fence + 1 WHERE sink = 'lost'; UPDATE botrelay.lanes SET leased_until = 1 WHERE sink = 'late'`)
	tx, err := s.db.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `UPDATE botrelay.lanes SET told = TRUE WHERE sink = 'busy'`); err != nil {
		t.Fatal(err)
	}
	all, begun := make(map[string]chan error), time.Now()
	for sink, lane := range lanes {
		all[sink] = startRenewing(t, lane)
	}
	for sink, want := range map[string]error{"lost": queue.ErrLost, "late": queue.ErrLost, "well": nil} {
		if err := <-all[sink]; !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", sink, err, want)
		}
	}
	var left time.Duration
	if err := s.db.sql.QueryRowContext(t.Context(), `SELECT (leased_until - botrelay.now_micros()) * 1000 FROM botrelay.lanes WHERE sink = 'lost'`).
		Scan(&left); err != nil || left > time.Minute {
		t.Errorf("who has the lost one by now has it for %s, %v", left, err)
	}
	select {
	case err := <-all["busy"]:
		if !errors.Is(err, queue.ErrUnavailable) || time.Since(begun) < operationTime {
			t.Fatal("it was not waited for: ", err)
		}
		all["busy"] = startRenewing(t, lanes["busy"]) // this machine stood still for as long as an operation may take
	default:
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-all["busy"]; err != nil {
		t.Error("busy:", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := lanes["well"].Renew(ended, time.Hour); !errors.Is(err, context.Canceled) {
		t.Error("for nobody:", err)
	}
}

// A relay that stops renews what it has under way nevertheless.
func TestRenewWhileStopping(t *testing.T) {
	s := openAt(t, server.Database(t))
	lane, err := s.Lease(t.Context(), "a", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	s.running.Wait()
	if err := lane.Renew(t.Context(), time.Minute); err != nil {
		t.Error(err)
	}
}
