package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/queue"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Where the server has room for fewer connections than a relay would open, those it
// has do the work, and nothing is refused.
func TestFewConnections(t *testing.T) {
	database, few := crowded(t)
	s, err := Open(t.Context(), Config{URL: few})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	limit(t, database, 3)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if _, err := s.Put(t.Context(), lead(fmt.Sprint(i)), []queue.Owed{{Sink: "a"}}); err != nil {
				t.Error("put:", err)
			}
			if _, err := s.LaneStatus(t.Context()); err != nil {
				t.Error("read:", err)
			}
			lane, err := s.Lease(t.Context(), fmt.Sprint("sink", i), time.Minute, nil)
			if err == nil {
				err = lane.Release(t.Context())
			}
			if err != nil {
				t.Error("lease:", err)
			}
		})
	}
	all.Wait()
	if n := number(t, database, `SELECT count(*) FROM botrelay.events`); n != 40 {
		t.Errorf("%d events are stored", n)
	}
}

// A relay that has one connection left uses it for its work, not to listen; it
// refuses what comes at once where it has none, and works again when there is room.
func TestOneConnection(t *testing.T) {
	database, few := crowded(t)
	s, err := Open(t.Context(), Config{URL: few})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	listening := `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`
	for end := time.Now().Add(patience); number(t, database, listening) == 0; {
		if time.Now().After(end) {
			t.Fatal("it does not listen")
		}
	}
	limit(t, database, 1)
	execute(t, database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query NOT LIKE 'LISTEN%' AND pid <> pg_backend_pid()`)
	end := time.Now().Add(patience)
	for n := 0; ; n++ {
		_, err := s.Put(t.Context(), lead(fmt.Sprint(n)), nil)
		if err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it does not go on with one: ", err)
		}
		<-time.After(50 * time.Millisecond)
	}
	limit(t, database, 0)
	execute(t, database, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	_, err = s.Put(t.Context(), lead("refused"), nil)
	if began := time.Now(); err == nil {
		_, err = s.Put(t.Context(), lead("refused, too"), nil)
	} else if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v to be refused", took)
	}
	if Reason(err) != "the database has no room for more connections" && Reason(err) != "the database stops or starts" {
		t.Error(err)
	}
	limit(t, database, 20)
	for end := time.Now().Add(patience); ; <-time.After(50 * time.Millisecond) {
		if _, err = s.Put(t.Context(), lead("again"), nil); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// crowded returns the URL of a database, and that for a role to whom the database's
// limit applies.
func crowded(t *testing.T) (database, few string) {
	t.Helper()
	database = server.Database(t)
	name := strings.ToLower("botrelay_test_" + t.Name())
	execute(t, database, `DROP ROLE IF EXISTS `+name+`; CREATE ROLE `+name+` LOGIN; CREATE SCHEMA botrelay AUTHORIZATION `+name)
	t.Cleanup(func() { execute(t, database, `DROP OWNED BY `+name+` CASCADE; DROP ROLE `+name) })
	return database, changed(t, database, func(u *url.URL) { u.User = url.User(name) })
}

// limit lets so many connect to a database.
func limit(t *testing.T, database string, connections int) {
	t.Helper()
	config, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal("the database's URL is none")
	}
	execute(t, database, fmt.Sprintf(`ALTER DATABASE %s CONNECTION LIMIT %d`, config.Database, connections))
}

// A gate that was narrowed is as wide as before after a while, and says why nobody
// came through in time.
func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		alone := 0
		g, crowd := newGate(3, func() { alone++ }), &pgconn.PgError{Code: tooMany}
		tries := 0
		full := func() error { tries++; return crowd }
		room := func() error { return nil }
		if err := g.enter(t.Context(), full); !errors.Is(err, crowd) || tries != 3 || alone != 1 {
			t.Errorf("%v after %d tries, alone %d times", err, tries, alone)
		}
		if err := g.enter(t.Context(), room); err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := g.enter(ctx, room); Reason(err) != "the database has no room for more connections" {
			t.Error(err)
		}
		time.Sleep(crowdTime)
		for range 2 {
			if err := g.enter(t.Context(), room); err != nil {
				t.Error(err)
			}
		}
		if err := g.enter(t.Context(), room); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}
