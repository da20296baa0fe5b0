package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// One that is killed while it makes the tables keeps the others waiting for some
// seconds: so long its lock lasts, unless it is renewed.
func TestLockOfTheDead(t *testing.T) {
	url := server.Database(t)
	conn, look := connectTo(t, url), connectTo(t, url)
	// Whoever makes this table too has to wait for us.
	if _, err := conn.Exec(t.Context(), `CREATE SCHEMA botrelay`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `BEGIN; CREATE TABLE botrelay.compatible (oldest bigint)`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := Open(ctx, Config{URL: url})
		ended <- err
	}()
	var lasts float64
	for deadline := time.After(30 * time.Second); ; {
		err := look.QueryRow(t.Context(), `SELECT extract(epoch FROM lease_expires_at - clock_timestamp())::float8
			FROM botrelay.goose_lock WHERE locked`).Scan(&lasts)
		if err == nil {
			break
		}
		select {
		case <-deadline:
			t.Fatal("the lock was never taken: ", err)
		case err := <-ended:
			t.Fatal(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	if lasts <= 0 || lasts > 6 {
		t.Errorf("the lock lasts for %.1f s", lasts)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("made the tables nevertheless")
	}
}

func connectTo(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}
