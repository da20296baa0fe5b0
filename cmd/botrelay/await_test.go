package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/queue"
)

// A relay whose database is not there waits for it, and says at once and every five
// minutes which host it is that nobody knows.
func TestAwaitedStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines strings.Builder
		tries := 0
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour-time.Minute)
		defer cancel()
		_, err := awaitStore(ctx, slog.New(slog.NewTextHandler(&lines, nil)), func() (queue.Store, error) {
			tries++
			return nil, &net.DNSError{Err: "no such host", Name: "db.example.invalid", IsNotFound: true}
		})
		if !errors.Is(err, context.DeadlineExceeded) || tries < 3000 {
			t.Errorf("%v after %d tries", err, tries)
		}
		if n := strings.Count(lines.String(), "db.example.invalid: no such host"); n != 12 {
			t.Errorf("it is said %d times:\n%s", n, lines.String())
		}
	})
}
