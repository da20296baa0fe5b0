package sinktest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// server is a stand-in for a platform that does what it is told.
type server struct {
	base    *url.URL
	changed chan struct{} // receives when a connection has changed

	mu       sync.Mutex
	requests []Request
	opened   int // connections
	closed   int
}

// serve starts a server. It answers every request after having read it.
func serve(t *testing.T, answer http.HandlerFunc) *server {
	t.Helper()
	s := &server{changed: make(chan struct{}, 1)}
	h := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading a request: %v", err)
		}
		s.mu.Lock()
		s.requests = append(s.requests, Request{r.Method, r.URL.RequestURI(), r.Header, body})
		s.mu.Unlock()
		answer(w, r)
	}))
	h.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		s.mu.Lock()
		defer s.mu.Unlock()
		defer func() {
			select {
			case s.changed <- struct{}{}:
			default: // who waits is about to look
			}
		}()
		switch state {
		case http.StateNew:
			s.opened++
		case http.StateClosed, http.StateHijacked:
			s.closed++
		case http.StateActive, http.StateIdle:
		}
	}
	h.Start()
	t.Cleanup(h.Close)
	s.base = parse(t, h.URL)
	return s
}

// got returns the requests so far.
func (s *server) got() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// connections returns how many have been opened, and how many of these are open.
func (s *server) connections() (opened, open int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened, s.opened - s.closed
}

// await waits until a condition holds that a connection may change.
func (s *server) await(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.After(promptly)
	for !holds() {
		select {
		case <-s.changed:
		case <-deadline:
			t.Fatal("waited in vain for a connection to close")
		}
	}
}

// one fails t unless exactly one request has come.
func (s *server) one(t *testing.T) {
	t.Helper()
	if n := len(s.got()); n != 1 {
		t.Errorf("%d requests for one Send", n)
	}
}

// write answers with a.
func (a Answer) write(w http.ResponseWriter) {
	if a.Type != "" {
		w.Header().Set("Content-Type", a.Type)
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body)
}

// reset ends a connection so that the other side reads an error.
func reset(t *testing.T, w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	abort(conn)
}

// upgrade turns to another protocol, and says nothing in it until release.
func upgrade(t *testing.T, w http.ResponseWriter, release <-chan struct{}) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	<-release
	_ = conn.Close()
}

func abort(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func parse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// listen starts a server that breaks every connection before it reads from it.
func listen(t *testing.T) *server {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			abort(conn)
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return &server{base: parse(t, "http://"+l.Addr().String())}
}

// nowhere is a server that has gone: nobody listens there.
func nowhere(t *testing.T) *server {
	t.Helper()
	h := httptest.NewServer(http.NotFoundHandler())
	defer h.Close()
	return &server{base: parse(t, h.URL)}
}
