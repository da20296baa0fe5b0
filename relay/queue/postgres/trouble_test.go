package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// What is wrong with a database is said with what helps, the same to a relay as to
// who moves a store there, and without the password.
func TestTrouble(t *testing.T) {
	database := server.Database(t)
	execute(t, database, `DROP ROLE IF EXISTS botrelay_test_nobody`)
	execute(t, database, `CREATE ROLE botrelay_test_nobody LOGIN PASSWORD 'geheim'`)
	t.Cleanup(func() { execute(t, database, `DROP ROLE botrelay_test_nobody`) })
	for _, test := range []struct {
		url, want string
	}{
		{changed(t, database, func(u *url.URL) { u.Path = "/none_such" }), `there is no database "none_such": make it with CREATE DATABASE`},
		{changed(t, database, func(u *url.URL) { u.Host = "botrelay.invalid:5432" }), `the host "botrelay.invalid" is not found: look at its name`},
		{changed(t, database, func(u *url.URL) { u.Host = "127.0.0.1:1" }), `nothing answers at 127.0.0.1:1: start the server`},
		{changed(t, database, func(u *url.URL) { u.User = url.UserPassword("botrelay_test_nobody", "geheim") }), `TO "botrelay_test_nobody"`},
		{changed(t, database, func(u *url.URL) { u.RawQuery += "&options=-cdefault_transaction_read_only%3Don" }), "RESET default_transaction_read_only"},
		{answering(t, "15.4", "28P01") + "?sslmode=disable", "look at the user and the password"},
		{answering(t, "15.4", "28000") + "?sslmode=disable", "pg_hba.conf"},
		{answering(t, "15.4", "53300") + "?sslmode=disable", "raise its max_connections"},
		{answering(t, "15.4", "") + "?sslmode=require", "the server speaks no TLS: turn it on there"},
		{answering(t, "9.6.24", "") + "?sslmode=disable", "the server is PostgreSQL 9.6.24, which lacks what botrelay needs: upgrade it to 11 at least"},
		{changed(t, database, func(u *url.URL) { u.RawQuery += "&sslmod=require" }), "look at what stands behind the ? in the URL"},
		{"postgres://relay:geheim@/db?host=/nowhere", "there is no socket of a server in /nowhere: start the server"},
		{"postgres://relay:geheim@127.0.0.1:54x/db", "write postgres://USER:PASSWORD@HOST/DATABASE"},
		{"postgres://relay:ge%heim@127.0.0.1/db", "write postgres://USER:PASSWORD@HOST/DATABASE"},
		{"postgres://relay@127.0.0.1:geheim/db", "write postgres://USER:PASSWORD@HOST/DATABASE"},
		{"postgres://relay:geheim@127.0.0.1/db?sslmode=requir", "(failed to configure TLS (sslmode is invalid))"},
		{"postgres://relay:geheim@127.0.0.1/db?sslmode=verify-full&sslrootcert=/nowhere.pem", "open /nowhere.pem: no such file or directory"},
	} {
		s, err := Open(t.Context(), Config{URL: test.url})
		if err == nil {
			t.Error(test.want, s.Close())
			continue
		}
		if text := err.Error(); !strings.Contains(text, test.want) || strings.Contains(text, "geheim") || strings.Contains(text, "\n") {
			t.Errorf("got %s\nwant %s", text, test.want)
		}
		m, moving := OpenToMove(t.Context(), Config{URL: test.url})
		if moving == nil {
			t.Error(test.want, m.Close())
		} else if !strings.Contains(moving.Error(), test.want) {
			t.Errorf("got %s\nwant %s", moving, test.want)
		}
	}
}

// A pooler that lets no transaction through is said to be one. PgBouncer says this.
func TestStatementPooling(t *testing.T) {
	err := explain(&pgconn.PgError{
		Severity: "FATAL", Code: "08P01", Message: "transaction blocks not allowed in statement pooling mode",
	}, &pgconn.Config{})
	if want := "a pooler stands between that lets no transaction through: set its pool_mode to transaction"; !strings.HasPrefix(err.Error(), want) {
		t.Error(err)
	}
}

func changed(t *testing.T, database string, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal("the database's URL is none")
	}
	change(u)
	return u.String()
}

func execute(t *testing.T, database, statement string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}

// answering starts what says to be a server of a version, without TLS, and refuses
// who comes with an error of a code, or without one lets everybody in.
func answering(t *testing.T, version, code string) (database string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go greet(conn, version, code)
		}
	}()
	return fmt.Sprintf("postgres://relay:geheim@%s/db", l.Addr())
}

func greet(conn net.Conn, version, code string) {
	defer func() { _ = conn.Close() }()
	b := pgproto3.NewBackend(conn, conn)
	for {
		m, err := b.ReceiveStartupMessage()
		if err != nil {
			return
		}
		if _, ok := m.(*pgproto3.StartupMessage); ok {
			break
		}
		if _, err := conn.Write([]byte("N")); err != nil { // neither TLS nor GSSAPI
			return
		}
	}
	if code != "" {
		b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: "no"})
		_ = b.Flush()
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.ParameterStatus{Name: "server_version", Value: version})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	_ = b.Flush()
	for {
		if _, err := b.Receive(); err != nil {
			return
		}
	}
}

// A store notices by itself what its database lacks, and that it is well again. What
// no look at it can meet counts for as long as its caller says.
func TestNoticedTrouble(t *testing.T) {
	s := openAt(t, server.Database(t))
	until := func(about, reason string, failed error) {
		t.Helper()
		var got error
		at := time.Now()
		for end := at.Add(patience); time.Now().Before(end); <-time.After(50 * time.Millisecond) {
			if _, got = s.Trouble(failed, at); Reason(got) == reason && (got == nil) == (reason == "") {
				return
			}
		}
		t.Fatalf("%s: %v", about, got)
	}
	full := &pgconn.PgError{Code: "53100"}
	until("well", "", nil)
	until("was away", "", &pgconn.PgError{Code: "57P01"})
	until("was not reached", "", net.ErrClosed)
	if _, err := s.Trouble(full, time.Now().Add(-time.Hour)); !errors.Is(err, full) {
		t.Errorf("a full disk: %v", err)
	}
	if sure, err := s.Trouble(nil, time.Now()); err != nil || !sure {
		t.Errorf("just looked at: %v, sure: %t", err, sure)
	}
	s.db.looked.Store(&glance{began: time.Now().Add(-freshTime)})
	if sure, _ := s.Trouble(nil, time.Now()); sure {
		t.Error("it is sure of a look that was long ago")
	}
	exec(t, s, `ALTER SCHEMA botrelay RENAME TO gone`)
	until("dropped", "the relay's tables are gone from the database", nil)
	exec(t, s, `ALTER SCHEMA gone RENAME TO botrelay`)
	until("back", "", nil)
}
