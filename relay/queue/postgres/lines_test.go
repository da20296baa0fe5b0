package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/postgres/postgrestest"
)

// A connection by which no answer comes is closed, together with all of which
// nothing was heard since: soon where the database says nothing at all.
func TestSilence(t *testing.T) {
	for _, test := range []struct {
		name  string
		talks bool // another connection is answered
		after time.Duration
	}{{"of all", false, silentTime}, {"of one", true, answerTime}} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLines(answered)
				ctx, cancel := context.WithCancel(t.Context())
				go l.watch(ctx)
				defer cancel()
				began := time.Now()
				silent, idle, talking := dial(t, l, "silent"), dial(t, l, "silent"), dial(t, l, "talking")
				ask(t, silent)
				for test.talks && time.Since(began) < answerTime+time.Second {
					ask(t, talking)
					if _, err := talking.Read(make([]byte, 1)); err != nil {
						t.Fatal(err)
					}
					if time.Since(began) < test.after && !isOpen(silent) {
						t.Fatalf("closed after %s", time.Since(began))
					}
					time.Sleep(time.Second)
				}
				closed(t, silent)
				if took := time.Since(began); !test.talks && (took < test.after || took > test.after+watchTime) {
					t.Errorf("closed after %s", took)
				}
				closed(t, idle)
				if test.talks && !isOpen(talking) {
					t.Error("the one that talks was closed")
				}
				for _, conn := range []net.Conn{silent, idle, talking} {
					_ = conn.Close()
				}
			})
		})
	}
}

// answered connects to what answers each byte, unless it is to be silent.
func answered(_ context.Context, _, address string) (net.Conn, error) {
	near, far := net.Pipe()
	go func() {
		if address == "silent" {
			_, _ = io.Copy(io.Discard, far)
			return
		}
		_, _ = io.Copy(far, far)
	}()
	return near, nil
}

func dial(t *testing.T, l *lines, address string) net.Conn {
	t.Helper()
	conn, err := l.dial(t.Context(), "", address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func ask(t *testing.T, conn net.Conn) {
	t.Helper()
	if _, err := conn.Write([]byte{'?'}); err != nil {
		t.Fatal(err)
	}
}

// closed waits until a connection by which nothing comes is closed, and not for ever.
func closed(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(2 * answerTime)); err != nil {
		return // it is already
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("it was not closed: %v", err)
	}
}

// isOpen reports whether a connection can be used.
func isOpen(conn net.Conn) bool {
	return conn.SetDeadline(time.Time{}) == nil
}

// Once a database that has said nothing for a while can be reached again, it is
// used again, whatever has become of the connections from before.
func TestSilenceEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	line, url := postgrestest.NewLine(t, server.Database(t))
	s := openAt(t, url)
	line.Swallow()
	began := time.Now()
	if _, err := s.Put(t.Context(), lead("1"), nil); !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("nothing answers: %v", err)
	}
	if took := time.Since(began); took > operationTime {
		t.Errorf("it took %s to fail", took)
	}
	line.Mend()
	began = time.Now()
	for {
		_, err := s.Put(t.Context(), lead("2"), nil)
		if err == nil {
			break
		}
		if time.Since(began) > patience {
			t.Fatal("it never went on: ", err)
		}
	}
	if took := time.Since(began); took > connectTime+3*time.Second {
		t.Errorf("it took %s to go on", took)
	}
}
