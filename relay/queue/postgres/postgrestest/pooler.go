package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Pool starts a PgBouncer before the server, in transaction mode and with few
// connections, so that each transaction may meet another one. It returns a
// function that makes the URL of a database one through the pooler. It skips the
// test where there is none.
func (s *Server) Pool(t testing.TB) func(string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		skip(t, "no pooler: install the Debian package pgbouncer")
	}
	if s.none != nil {
		skip(t, s.none.Error())
	}
	server, err := url.Parse(s.url)
	if err != nil {
		t.Fatal("the server's URL is none") // it may hold a password
	}
	login := "user=" + server.User.Username()
	if password, ok := server.User.Password(); ok {
		login += " password=" + password
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "botrelay-pgbouncer-") //nolint:usetesting // the test's own would not be open to another user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	settings := filepath.Join(folder, "pgbouncer.ini")
	text := fmt.Sprintf("[databases]\n* = host=%s port=%s %s\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %d\n"+
		"auth_type = any\npool_mode = transaction\ndefault_pool_size = 5\nmax_client_conn = 500\nunix_socket_dir =\nlogfile = %s\n",
		server.Hostname(), server.Port(), login, port, filepath.Join(folder, "log"))
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(giveAway(folder), giveAway(settings)); err != nil {
		t.Fatal(err)
	}
	p := &process{folder: folder, gone: make(chan struct{})}
	p.server = p.command(program, "-q", settings)
	if err := p.run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	through := func(database string) string {
		u, err := url.Parse(database)
		if err != nil {
			t.Fatal("the database's URL is none")
		}
		u.Host = fmt.Sprintf("127.0.0.1:%d", port)
		return u.String()
	}
	p.url = through(s.url)
	if err := p.await(); err != nil {
		t.Fatal(err, p.output.String())
	}
	return through
}

// run starts the process, which ends with us.
func (p *process) run() error {
	started := make(chan error, 1)
	go func() { // it ends with the thread that started it
		runtime.LockOSThread()
		started <- p.server.Start()
		if p.server.Process != nil {
			_ = p.server.Wait() // how it ended is nobody's concern
		}
		close(p.gone)
	}()
	return <-started
}

// await blocks until the process answers at its URL.
func (p *process) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, p.url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-p.gone:
			return errors.New("it ended")
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
