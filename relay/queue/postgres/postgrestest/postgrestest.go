// Package postgrestest gives tests databases of a real PostgreSQL server: of the
// one that BOTRELAY_TEST_POSTGRES names, or else of one that it starts from the
// server's programs where the machine has them.
package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Variable names the server to use: a URL of a database there, as a user who may
// create databases.
const Variable = "BOTRELAY_TEST_POSTGRES"

// errNone says that the machine has no server's programs.
var errNone = errors.New("no PostgreSQL: set " + Variable + " to a server's URL, or install the Debian package postgresql")

// Server is a PostgreSQL server for tests. Its methods may be called from several
// goroutines.
type Server struct {
	url  string
	made atomic.Int64
	own  *process // nil: somebody else's
	none error    // why there is no server
}

// Main runs a package's tests with a server, and returns their exit code:
//
//	func TestMain(m *testing.M) { os.Exit(postgrestest.Main(m, &server)) }
//
// It starts the server when there is none, and stops it after the tests. Where it
// cannot, tests that ask for a database are skipped.
func Main(m *testing.M, s *Server) int {
	stop, err := s.Start()
	if err != nil && !errors.Is(err, errNone) {
		fmt.Fprintln(os.Stderr, "starting PostgreSQL:", err)
		return 1
	}
	defer stop()
	return m.Run()
}

// Durable makes a server of our own write to disk before it answers, as a real one
// does. Tests do without: a power cut is not what they try.
const Durable = "fsync=on"

// Start finds or starts the server, with settings for one of our own. It blocks
// until the server answers. stop ends it.
func (s *Server) Start(settings ...string) (stop func(), err error) {
	if s.url = os.Getenv(Variable); s.url != "" {
		return func() {}, nil
	}
	process, err := start(settings)
	if err != nil {
		s.none = err
		return func() {}, err
	}
	s.url, s.own = process.url, process
	return process.stop, nil
}

// Crash ends a server of our own at once, as a fault of its own does, and starts
// it again on the same data. It blocks until it answers, and reports whether there
// is one of our own. It may not be called beside itself.
func (s *Server) Crash() (bool, error) {
	if s.own == nil {
		return false, nil
	}
	s.own.crash()
	return true, s.own.begin()
}

// Database returns the URL of a new and empty database, which is gone when the
// test ends. It skips the test if there is no server.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	if s.none != nil {
		skip(t, s.none.Error())
	}
	name := fmt.Sprintf("botrelay_test_%d_%d", os.Getpid(), s.made.Add(1))
	s.run(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { s.run(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return s.URL(t, name)
}

// URL returns the URL of a database of the server.
func (s *Server) URL(t testing.TB, database string) string {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal("the server's URL is none") // it may hold a password
	}
	u.Path = "/" + database
	return u.String()
}

// run runs a statement on the server's own database.
func (s *Server) run(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// skip skips a test for what the machine lacks, or fails it where everything must
// be tried.
func skip(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("BOTRELAY_TEST_STRICT") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}
