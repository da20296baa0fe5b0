package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"testing"

	"botrelay/relay/queue/queuetest"
)

// TestOvertaken: what the background counts meanwhile is counted once.
func TestOvertaken(t *testing.T) {
	s := openAt(t, filepath.Join(t.TempDir(), "botrelay.db"), newClock().now)
	queuetest.Overtaken(t, s, watch(t, s))
}

// watch has what a store reads noted from now on.
func watch(t *testing.T, s *Store) *queuetest.Watch {
	t.Helper()
	w, former := new(queuetest.Watch), s.db.reads.db
	s.db.reads.db = sql.OpenDB(w.Watched(connector{former.Driver(), readersDSN(s.files[0].path)}))
	s.db.reads.prepared.Clear()
	t.Cleanup(func() { _ = former.Close() })
	return w
}

// connector connects to one file.
type connector struct {
	driver driver.Driver
	dsn    string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }
