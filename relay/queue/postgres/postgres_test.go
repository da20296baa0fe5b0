package postgres

import (
	"fmt"
	"os"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/postgres/postgrestest"
	"botrelay/relay/queue/queuetest"
)

var server postgrestest.Server //nolint:gochecknoglobals // one for all tests of the package

func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m, &server)) }

// clock is the store's clock as tests move it: it stands still otherwise.
const clockText = `CREATE TABLE botrelay.test_clock (now bigint NOT NULL);
	INSERT INTO botrelay.test_clock VALUES (1767323045000000);
	CREATE OR REPLACE FUNCTION botrelay.now_micros() RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT now FROM botrelay.test_clock'`

func TestStore(t *testing.T) {
	if raced {
		t.Skip("the race detector has the same code before it behind a pooler")
	}
	suite(t, server.Database(t))
}

// TestStoreBehindAPooler: nothing rests on the state of a session.
func TestStoreBehindAPooler(t *testing.T) {
	through := server.Pool(t)
	suite(t, through(server.Database(t)))
}

// suite runs what every driver must pass, on one database: making one takes longer
// than a test.
func suite(t *testing.T, url string) {
	s := openAt(t, url)
	exec(t, s, clockText)
	s.closing.Do(s.kill)
	queuetest.Run(t, func(t *testing.T) queuetest.Harness { return harness(t, url) })
}

func harness(t *testing.T, url string) queuetest.Harness {
	s := openAt(t, url)
	exec(t, s, `TRUNCATE botrelay.events, botrelay.deliveries, botrelay.lanes, botrelay.budgets, botrelay.uses, botrelay.threads,
		botrelay.attempts, botrelay.relays, botrelay.segments, botrelay.pages, botrelay.arrivals, botrelay.ways, botrelay.outcomes;
		UPDATE botrelay.indexing SET indexed = 0, counted = 0, segment = 0, holder = '', until = 0; ALTER SEQUENCE botrelay.places RESTART; UPDATE botrelay.test_clock SET now = 1767323045000000`)
	return queuetest.Harness{
		Store: s,
		Advance: func(d time.Duration) {
			exec(t, s, fmt.Sprintf(`UPDATE botrelay.test_clock SET now = now + %d`, d.Microseconds()))
		},
		Reopen: func() queue.Store {
			s.kill()
			s = openAt(t, url)
			return s
		},
	}
}

// kill ends a store as a kill does its process: nothing is released or settled.
func (s *Store) kill() {
	s.stop()
	s.running.Wait()
	_ = s.db.close()
}

func openAt(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: url, MaxConns: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.closing.Do(s.kill)
	})
	return s
}

func exec(t testing.TB, s *Store, text string) {
	t.Helper()
	conn, err := s.db.pool.Acquire(t.Context())
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Release()
	if _, err := conn.Conn().PgConn().Exec(t.Context(), text).ReadAll(); err != nil {
		t.Error(err)
	}
}
