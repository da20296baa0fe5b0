package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay/server"
)

// running is a server on a free loopback port.
type running struct {
	t    *testing.T
	url  string
	stop context.CancelFunc
	done chan error

	server *server.Server
}

func start(t *testing.T, cfg server.Config) *running {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Listener = listener
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Ready == nil {
		cfg.Ready = func(context.Context) error { return nil }
	}
	if cfg.Parts.Hooks == nil {
		cfg.Parts.Hooks = http.NotFoundHandler()
	}
	ctx, stop := context.WithCancel(t.Context())
	r := &running{t, "http://" + listener.Addr().String(), stop, make(chan error, 1), server.New(cfg)}
	go func() { r.done <- r.server.Run(ctx) }()
	t.Cleanup(stop)
	return r
}

func (r *running) get(path string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.url+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(body))
}

func TestHealthAndReadiness(t *testing.T) {
	var broken, full atomic.Bool
	r := start(t, server.Config{Grace: time.Second, Ready: func(context.Context) error {
		err := errors.New("disk on fire at /secret/place")
		switch {
		case full.Load():
			return fmt.Errorf("putting: %w", &server.Unready{Reason: "the disk is full", Err: err})
		case broken.Load():
			return err
		}
		return nil
	}})
	if status, text := r.get("/healthz"); status != 200 || text != "ok" {
		t.Errorf("healthz: %d %q", status, text)
	}
	if status, text := r.get("/readyz"); status != 200 || text != "ok" {
		t.Errorf("readyz: %d %q", status, text)
	}
	broken.Store(true)
	if status, text := r.get("/readyz"); status != 503 || strings.Contains(text, "/secret/place") {
		t.Errorf("readyz with a broken store: %d %q", status, text)
	}
	full.Store(true)
	if status, text := r.get("/readyz"); status != 503 || text != "events cannot be stored: the disk is full" {
		t.Errorf("readyz with a full store: %d %q", status, text)
	}
	if status, _ := r.get("/healthz"); status != 200 {
		t.Errorf("healthz with a broken store: %d: a restart would not mend the store", status)
	}
	if status, _ := r.get("/"); status != 404 {
		t.Errorf("/: %d", status)
	}
	r.stop()
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
}

// TestReadinessIsToldOnce: whoever asks does so every few seconds, for as long as an
// outage lasts. The log has a line for each reason, and one for the end.
func TestReadinessIsToldOnce(t *testing.T) {
	var said lines
	var reason atomic.Value
	reason.Store("")
	r := start(t, server.Config{Log: slog.New(slog.NewTextHandler(&said, nil)), Ready: func(context.Context) error {
		if text := reason.Load().(string); text != "" {
			return &server.Unready{Reason: text, Err: errors.New(text)}
		}
		return nil
	}})
	for _, text := range []string{"", "full", "full", "full", "gone", "gone", "", "", "full"} {
		reason.Store(text)
		r.get("/readyz")
	}
	want := []string{"not ready: full", "not ready: gone", "ready again", "not ready: full"}
	var got []string
	for line := range strings.Lines(said.String()) {
		switch {
		case strings.Contains(line, `msg="not ready" error=`):
			_, text, _ := strings.Cut(strings.TrimSpace(line), "error=")
			got = append(got, "not ready: "+text)
		case strings.Contains(line, `msg="ready again"`):
			got = append(got, "ready again")
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// lines is a log for several goroutines.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// TestStopFinishesWhatIsUnderWay: a request that was accepted is answered.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	r := start(t, server.Config{Grace: time.Minute, Parts: server.Parts{Hooks: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		_, _ = io.WriteString(w, "stored")
	})}})
	answer := make(chan string, 1)
	go func() {
		_, text := r.get("/hooks/website")
		answer <- text
	}()
	<-arrived
	r.stop()
	for { // it accepts no more
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	select {
	case err := <-r.done:
		t.Fatalf("Run returned before the request had its answer: %v", err)
	default:
	}
	close(release)
	if got := <-answer; got != "stored" {
		t.Errorf("the request got %q", got)
	}
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
}

// TestStopIsBounded: a request that does not end is cut off after the grace, and
// Run waits for its handler.
func TestStopIsBounded(t *testing.T) {
	arrived := make(chan struct{})
	var ended atomic.Bool
	r := start(t, server.Config{Grace: 50 * time.Millisecond, Parts: server.Parts{Hooks: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		ended.Store(true)
	})}})
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.url+"/hooks/website", nil)
		if err != nil {
			return
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-arrived
	r.stop()
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if !ended.Load() {
		t.Error("Run did not wait for the handler")
	}
}

// TestListenerFails: a server that cannot accept says so instead of staying silent.
func TestListenerFails(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	err = server.New(server.Config{
		Listener: listener, Parts: server.Parts{Hooks: http.NotFoundHandler()}, Log: slog.New(slog.DiscardHandler),
	}).Run(t.Context())
	if !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
