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
	queuetest.Run(t, func(t *testing.T) queuetest.Harness {
		url := server.Database(t, server.Template(t, "clock", func(url string) {
			s, err := Open(t.Context(), Config{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			exec(t, s, clockText)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}))
		s := openAt(t, url)
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
	})
}

// kill ends a store as a kill does its process: nothing is released or settled.
func (s *Store) kill() {
	s.stop()
	s.running.Wait()
	_ = s.db.close()
}

func openAt(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{URL: url})
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
