package postgres

import (
	"database/sql"
	"testing"

	"botrelay/relay/queue/queuetest"

	"github.com/jackc/pgx/v5/stdlib"
)

// watch has what a store reads noted from now on.
func watch(s *Store) *queuetest.Watch {
	w := new(queuetest.Watch)
	s.db.sql = sql.OpenDB(w.Watched(gatedConnector{stdlib.GetPoolConnector(s.db.pool), s.db.gate}))
	s.db.sql.SetMaxIdleConns(0)
	return w
}

// TestOvertaken: what the background counts meanwhile is counted once.
func TestOvertaken(t *testing.T) {
	s := openAt(t, server.Database(t))
	exec(t, s, clockText)
	queuetest.Overtaken(t, s, watch(s))
}
