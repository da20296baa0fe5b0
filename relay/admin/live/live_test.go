package live_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay/admin/live"
)

// reader is one page's stream.
type reader struct {
	lines *bufio.Reader
	close func() error
}

func open(t *testing.T, address string) *reader {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%d %v", answer.StatusCode, answer.Header)
	}
	return &reader{bufio.NewReader(answer.Body), answer.Body.Close}
}

// next returns the next line that says something, or "" at the stream's end.
func (r *reader) next() string {
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			return ""
		}
		if line = strings.TrimSpace(line); line != "" && line != "data:" {
			return line
		}
	}
}

// start runs a feed behind a server whose own limit on an answer is short.
func start(t *testing.T, f *live.Feed) (address string) {
	t.Helper()
	server := httptest.NewUnstartedServer(f)
	server.Config.WriteTimeout = 50 * time.Millisecond
	server.Start()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		f.Close()
		server.Close()
	})
	return server.URL
}

// TestTold: every page that is open is told, and again after that; the end of the
// relay ends the streams.
func TestTold(t *testing.T) {
	f := live.New(nil)
	address := start(t, f)
	readers := []*reader{open(t, address), open(t, address)}
	for range 2 {
		f.Changed()
		for i, r := range readers {
			line := r.next()
			for strings.HasPrefix(line, "retry:") {
				line = r.next()
			}
			if line != "event: changed" {
				t.Fatalf("reader %d: %q", i, line)
			}
		}
	}
	f.Close()
	f.Close()
	for i, r := range readers {
		if line := r.next(); line != "" {
			t.Errorf("reader %d after the end: %q", i, line)
		}
	}
	if r := open(t, address); r.next() != "retry: 2000" || r.next() != "" {
		t.Error("a stream that begins after the end does not end")
	}
}

// TestLooks: what others have changed is looked for, but only while somebody reads.
func TestLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var looks atomic.Int64
		var seen atomic.Value
		seen.Store("a")
		f := live.New(func(context.Context) (string, error) {
			looks.Add(1)
			return seen.Load().(string), nil
		})
		ctx, stop := context.WithCancel(t.Context())
		go f.Run(ctx)
		defer stop()
		time.Sleep(time.Minute)
		if n := looks.Load(); n != 0 {
			t.Errorf("%d looks without a reader", n)
		}
		w := &page{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequestWithContext(ctx, "GET", "/live", nil)
		go f.ServeHTTP(w, r)
		time.Sleep(10 * time.Second)
		before := w.count("event: changed")
		time.Sleep(10 * time.Second)
		if now := w.count("event: changed"); now != before {
			t.Errorf("told %d times although nothing has changed", now-before)
		}
		seen.Store("b")
		time.Sleep(3 * time.Second)
		if now := w.count("event: changed"); now != before+1 {
			t.Errorf("told %d times of one change", now-before)
		}
		for range 1000 { // a burst
			f.Changed()
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		if now := w.count("event: changed"); now < before+3 || now > before+5 {
			t.Errorf("told %d times in a second of changes", now-before-1)
		}
		time.Sleep(time.Minute)
		if w.count(": still here") == 0 {
			t.Error("a quiet stream does not say that it is alive")
		}
	})
}

// page is a page in memory.
type page struct {
	*httptest.ResponseRecorder

	mu sync.Mutex
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ResponseRecorder.Write(b)
}

func (p *page) SetWriteDeadline(time.Time) error { return nil }

func (p *page) count(text string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.Body.String(), text)
}
