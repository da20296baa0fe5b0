package server_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"botrelay/relay/server"
)

// paths answers with the path that it was asked for.
func paths(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, name+" "+r.URL.Path) })
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// TestAdminOfItsOwn: neither address answers what belongs to the other one.
func TestAdminOfItsOwn(t *testing.T) {
	listener := listen(t)
	r := start(t, server.Config{Parts: server.Parts{Hooks: paths("hooks"), Admin: paths("admin")}, AdminListener: listener, Grace: time.Second})
	admin := *r
	admin.url = "http://" + listener.Addr().String()
	if status, text := admin.get("/metrics"); status != 200 || text != "admin /metrics" {
		t.Errorf("admin: %d %q", status, text)
	}
	if _, text := admin.get("/hooks/website"); text != "admin /hooks/website" {
		t.Errorf("admin: a webhook went to %q", text)
	}
	if status, text := r.get("/hooks/website"); status != 200 || text != "hooks /hooks/website" {
		t.Errorf("hooks: %d %q", status, text)
	}
	for _, path := range []string{"/metrics", "/admin", "/admin/", "/admin/metrics", "/hooks/../admin/metrics"} {
		if status, text := r.get(path); status != 404 {
			t.Errorf("%s on the public address: %d %q", path, status, text)
		}
	}
	r.stop()
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("the admin address is open still")
	}
}

// TestAdminShared: on the address of the webhooks it stands under /admin/.
func TestAdminShared(t *testing.T) {
	r := start(t, server.Config{Parts: server.Parts{Hooks: paths("hooks"), Admin: paths("admin")}, Grace: time.Second})
	for path, want := range map[string]string{
		"/admin/": "admin /", "/admin": "admin /", "/admin/metrics": "admin /metrics", "/admin/hooks/website": "admin /hooks/website",
		"/hooks/website": "hooks /hooks/website", "/hooks/admin": "hooks /hooks/admin", "/healthz": "ok",
	} {
		if status, text := r.get(path); status != 200 || text != want {
			t.Errorf("%s: %d %q, want %q", path, status, text, want)
		}
	}
	for _, path := range []string{"/", "/metrics", "/administrator"} {
		if status, text := r.get(path); status != 404 {
			t.Errorf("%s: %d %q", path, status, text)
		}
	}
}

// TestNoAdmin: where none was asked for there is none.
func TestNoAdmin(t *testing.T) {
	r := start(t, server.Config{Grace: time.Second})
	if status, _ := r.get("/admin/metrics"); status != 404 {
		t.Errorf("got %d", status)
	}
}

// TestAdminIsStoppedToo: a scrape that does not end is cut off after the same
// grace, and waited for.
func TestAdminIsStoppedToo(t *testing.T) {
	listener, arrived, ended := listen(t), make(chan struct{}), make(chan struct{})
	r := start(t, server.Config{AdminListener: listener, Grace: 50 * time.Millisecond, Parts: server.Parts{Admin: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	})}})
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), nil)
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
	select {
	case <-ended:
	default:
		t.Error("Run did not wait for the handler")
	}
}

// TestAdminListenerFails: a relay whose admin side cannot be reached says so.
func TestAdminListenerFails(t *testing.T) {
	public, broken := listen(t), listen(t)
	_ = broken.Close()
	err := server.New(server.Config{
		Listener: public, Parts: server.Parts{Hooks: paths("hooks"), Admin: paths("admin")}, AdminListener: broken,
		Ready: func(context.Context) error { return nil }, Grace: time.Second, Log: slog.New(slog.DiscardHandler),
	}).Run(t.Context())
	if !errors.Is(err, net.ErrClosed) || !strings.Contains(err.Error(), broken.Addr().String()) {
		t.Errorf("got %v", err)
	}
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", public.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("the public address is open still")
	}
}
