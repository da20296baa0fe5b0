package server_test

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay/server"
)

// TestTasks: tasks run beside each other until everything else has ended, and
// Run waits for them.
func TestTasks(t *testing.T) {
	var running, ended atomic.Int32
	all, arrived, release := make(chan struct{}), make(chan struct{}), make(chan struct{})
	var early atomic.Bool
	task := func(ctx context.Context) {
		if running.Add(1) == 2 {
			close(all)
		}
		<-ctx.Done()
		select {
		case <-release:
		default:
			early.Store(true)
		}
		ended.Add(1)
	}
	r := start(t, server.Config{
		Grace: time.Minute,
		Tasks: []func(context.Context){task, task},
		Parts: server.Parts{Hooks: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(arrived)
			<-release
			_, _ = io.WriteString(w, "stored")
		})},
	})
	<-all
	go func() { r.get("/hooks/website") }()
	<-arrived
	r.stop()
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if n := ended.Load(); n != 2 {
		t.Errorf("Run returned with %d of 2 tasks ended", n)
	}
	if early.Load() {
		t.Error("a task was ended while a request was under way")
	}
}
