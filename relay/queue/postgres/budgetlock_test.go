package postgres

import (
	"context"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// A lane can be leased, and sends, while another changes a budget that they share and
// that has no pace: that of a whole platform is many lanes', which would wait for each
// other.
func TestBesideBudget(t *testing.T) {
	url := server.Database(t)
	a := openAt(t, url)
	budgets := []relay.Budget{
		{Key: "channel", Limits: []relay.Limit{{Count: 1, Per: time.Microsecond}}},
		{Key: "slack"},
	}
	if _, err := a.Put(t.Context(), lead("1"), []queue.Owed{{Sink: "b"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Lease(t.Context(), "a", time.Minute, budgets); err != nil {
		t.Fatal(err)
	}
	tx, err := a.db.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := tx.Exec(t.Context(), `UPDATE botrelay.budgets SET reason = 'a change' WHERE key = 'slack'`); err != nil {
		t.Fatal(err)
	}
	lane, err := a.Lease(t.Context(), "b", time.Minute, budgets)
	if err != nil {
		t.Fatal(err)
	}
	batch := begun(t, lane)
	sent := queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent}}
	if err := lane.Settle(t.Context(), batch, sent); err != nil {
		t.Error("settling:", err)
	}
}

// A statement that waits for a stranger's lock for too long does not say that the
// database stops.
func TestReasonOfWaiting(t *testing.T) {
	a := openAt(t, server.Database(t))
	_, err := a.db.pool.Exec(t.Context(), `SET LOCAL statement_timeout = '5ms'; SELECT pg_sleep(5)`)
	if got := Reason(classify(err)); got != "something holds the database up" {
		t.Errorf("%v: %q", err, got)
	}
}
