package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
	"weak"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/server"
)

// TestSwap: a request under way ends with the parts that it began with, and the
// next one meets the others.
func TestSwap(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		_, _ = io.WriteString(w, "old")
	})
	r := start(t, server.Config{Grace: time.Second, Parts: server.Parts{Hooks: slow, Admin: paths("old admin")}})
	answer := make(chan string, 1)
	go func() {
		_, text := r.get("/hooks/website")
		answer <- text
	}()
	<-arrived
	r.server.Swap(server.Parts{Hooks: paths("new"), Admin: paths("new admin")})
	if _, text := r.get("/hooks/website"); text != "new /hooks/website" {
		t.Errorf("hooks: %q", text)
	}
	if _, text := r.get("/admin/metrics"); text != "new admin /metrics" {
		t.Errorf("admin: %q", text)
	}
	close(release)
	if text := <-answer; text != "old" {
		t.Errorf("the request under way: %q", text)
	}
	r.stop()
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	r.server.Swap(server.Parts{Hooks: paths("late"), Lanes: []deliver.Config{{Name: "late"}}}) // starts nothing, and does not panic
}

// gate is a sink whose requests wait, and that notes which of them began.
type gate struct {
	mu      sync.Mutex
	began   chan string
	release chan struct{}
	sending int
	both    bool // two were sent at the same time
}

func (g *gate) Send(_ context.Context, p relay.Post) relay.Verdict {
	g.mu.Lock()
	g.sending++
	g.both = g.both || g.sending > 1
	g.mu.Unlock()
	g.began <- p.Messages[0].Title
	<-g.release
	g.mu.Lock()
	g.sending--
	g.mu.Unlock()
	return relay.Verdict{Outcome: relay.Sent, ID: "1"}
}
func (g *gate) Probe(context.Context) relay.Verdict { return relay.Verdict{Outcome: relay.Sent} }
func (g *gate) Fit([]relay.Message) int             { return 1 }
func (g *gate) Budgets() []relay.Budget             { return nil }

// TestSwapLanes: a lane that is gone finishes what it sends and keeps the rest;
// when it is back before that, it waits for its former sender.
func TestSwapLanes(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	g := &gate{began: make(chan string), release: make(chan struct{})}
	lane := deliver.Config{
		Name: "sales", Sink: g, Lanes: store, Grace: time.Second, GiveUpAfter: time.Hour, Log: slog.New(slog.DiscardHandler),
		Render: func(e relay.Event, _ string) relay.Message { return relay.Message{Title: e.ID} },
	}
	r := start(t, server.Config{Grace: time.Second, Parts: server.Parts{Lanes: []deliver.Config{lane}}})
	for _, id := range []string{"a", "b"} {
		if _, err := store.Put(t.Context(), relay.Event{ID: id, Source: "website"}, []queue.Owed{{Sink: "sales", Route: "all"}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-g.began; got != "a" {
		t.Fatalf("began with %s", got)
	}
	r.server.Swap(server.Parts{Hooks: paths("x")})
	r.server.Swap(server.Parts{Hooks: paths("x"), Lanes: []deliver.Config{lane}})
	r.server.Swap(server.Parts{Hooks: paths("x")})
	r.server.Swap(server.Parts{Hooks: paths("x"), Lanes: []deliver.Config{lane}})
	g.release <- struct{}{}
	if got := <-g.began; got != "b" {
		t.Errorf("went on with %s", got)
	}
	g.release <- struct{}{}
	r.stop()
	if err := <-r.done; err != nil {
		t.Error(err)
	}
	if g.both {
		t.Error("two senders of one lane sent at the same time")
	}
}

// TestGoneLanesAreForgotten: who renames a sink with every reload does not fill the
// memory with the senders of the former names, and all that these hold.
func TestGoneLanesAreForgotten(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	r := start(t, server.Config{Grace: time.Second})
	gone := func() weak.Pointer[gate] {
		g := &gate{began: make(chan string), release: make(chan struct{})}
		r.server.Swap(server.Parts{Hooks: paths("x"), Lanes: []deliver.Config{{
			Name: "sales", Sink: g, Lanes: store, Grace: time.Second, GiveUpAfter: time.Hour, Log: slog.New(slog.DiscardHandler),
			Render: func(e relay.Event, _ string) relay.Message { return relay.Message{Title: e.ID} },
		}}})
		if _, err := store.Put(t.Context(), relay.Event{ID: "a", Source: "website"}, []queue.Owed{{Sink: "sales", Route: "all"}}); err != nil {
			t.Fatal(err)
		}
		<-g.began
		r.server.Swap(server.Parts{Hooks: paths("x")})
		g.release <- struct{}{}
		return weak.Make(g)
	}()
	for deadline := time.Now().Add(time.Minute); gone.Value() != nil; runtime.GC() {
		if time.Now().After(deadline) {
			t.Fatal("a sink that is gone is still held")
		}
	}
	r.stop()
	if err := <-r.done; err != nil {
		t.Error(err)
	}
}

// TestNote: what is to be noted stands beside the answer and does not change it.
func TestNote(t *testing.T) {
	r := start(t, server.Config{Grace: time.Second, Note: func() string { return "the file is bad" }})
	if status, text := r.get("/readyz"); status != 200 || text != "ok\nthe file is bad" {
		t.Errorf("got %d %q", status, text)
	}
	if _, text := r.get("/healthz"); text != "ok" {
		t.Errorf("healthz: %q", text)
	}
}
