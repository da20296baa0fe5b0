//go:build unix

package main

import (
	"context"
	"net/url"
	"os"
	"slices"
	"testing"
	"time"

	"botrelay/relay/queue/postgres/postgrestest"

	"github.com/jackc/pgx/v5"
)

// commonStore is a PostgreSQL that the relays of a test share, and a look into it
// with nothing between.
type commonStore struct {
	*testing.T
	server *postgrestest.Server
	url    string
}

// newCommonStore returns an empty one, or skips the test where there is no server.
func newCommonStore(t *testing.T) *commonStore {
	t.Helper()
	server := new(postgrestest.Server)
	stop, err := server.Start()
	t.Cleanup(stop)
	if os.Getenv(postgrestest.Variable) == "" && err != nil {
		t.Log(err)
	}
	return &commonStore{t, server, server.Database(t)}
}

// through returns the database's URL with a password, for a relay: it may never be
// said. The server of the tests believes everybody.
func through(t *testing.T, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal("the database's URL is none")
	}
	if _, has := u.User.Password(); !has {
		u.User = url.UserPassword(u.User.Username(), storePassword)
	}
	return u.String()
}

// connect connects to the database.
func (s *commonStore) connect() *pgx.Conn {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		s.Fatal(err)
	}
	return conn
}

// ask runs a query.
func (s *commonStore) ask(query string, use func(pgx.Rows) error, args ...any) {
	s.Helper()
	conn := s.connect()
	ctx, cancel := context.WithTimeout(s.Context(), 20*time.Second)
	defer cancel()
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	found, err := conn.Query(ctx, query, args...)
	if err != nil {
		s.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		if err := use(found); err != nil {
			s.Fatal(err)
		}
	}
	if err := found.Err(); err != nil {
		s.Fatal(err)
	}
}

// holders returns which relay has each lane that somebody has.
func (s *commonStore) holders() map[string]string {
	s.Helper()
	holders := make(map[string]string)
	s.ask(`SELECT sink, relay FROM botrelay.lanes WHERE leased_until > botrelay.now_micros()`, func(found pgx.Rows) error {
		var sink, relay string
		err := found.Scan(&sink, &relay)
		holders[sink] = relay
		return err
	})
	return holders
}

// members returns the relays that have said that they run.
func (s *commonStore) members() (ids []string) {
	s.Helper()
	s.ask(`SELECT id FROM botrelay.relays`, func(found pgx.Rows) error {
		var id string
		err := found.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids
}

// connections returns how many connections of clients the database has, without
// those of this process.
func (s *commonStore) connections() (n int) {
	s.Helper()
	s.ask(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
		func(found pgx.Rows) error { return found.Scan(&n) })
	return n
}

// until waits for a condition, and returns how long that took.
func (s *commonStore) until(about string, within time.Duration, holds func() bool) time.Duration {
	s.Helper()
	began := time.Now()
	for ; !holds(); <-time.After(20 * time.Millisecond) {
		if time.Since(began) > within {
			s.Fatalf("waited %s in vain until %s", within, about)
		}
	}
	return time.Since(began)
}

// start starts a relay and returns it with the name that the others know it by.
func (s *commonStore) start(routes string, env []string) *member {
	s.Helper()
	before := s.known()
	m := &member{relayProcess: startRelay(s.T, routes, env)}
	s.until("the relay has joined the others", time.Minute, func() bool {
		for _, id := range s.members() {
			if !slices.Contains(before, id) {
				m.id = id
			}
		}
		return m.id != ""
	})
	return m
}

// known is members, also where no relay has made the tables yet.
func (s *commonStore) known() []string {
	s.Helper()
	made := false
	s.ask(`SELECT to_regclass('botrelay.relays') IS NOT NULL`, func(found pgx.Rows) error { return found.Scan(&made) })
	if !made {
		return nil
	}
	return s.members()
}

// member is a relay of several.
type member struct {
	*relayProcess
	id string
}

// lanes returns the sinks whose lanes a relay has.
func (s *commonStore) lanes(of *member) (sinks []string) {
	s.Helper()
	for sink, relay := range s.holders() {
		if relay == of.id {
			sinks = append(sinks, sink)
		}
	}
	slices.Sort(sinks)
	return sinks
}
