package postgres

import (
	"context"
	"testing"
	"time"
)

// A relay whose lanes wait for connections says that it is alive all the same, and
// renews its leases.
func TestAliveWhileLanesWait(t *testing.T) {
	s := openAt(t, server.Database(t))
	lane, err := s.Lease(t.Context(), "a", time.Minute, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range s.db.sql.Stats().MaxOpenConnections {
		conn, err := s.db.sql.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
	}
	ctx, cancel := context.WithTimeout(t.Context(), aliveTime)
	defer cancel()
	if err := s.db.look(ctx, ""); err != nil {
		t.Error("saying that it is alive:", err)
	}
	if err := lane.Renew(ctx, time.Minute); err != nil {
		t.Error("renewing:", err)
	}
	if _, err := s.Put(ctx, lead("1"), nil); err != nil {
		t.Error("putting:", err)
	}
}
