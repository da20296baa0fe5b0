package server_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay/server"
)

// TestTasks: tasks run beside each other until the stop, and Run waits for them.
func TestTasks(t *testing.T) {
	var running, ended atomic.Int32
	all := make(chan struct{})
	release := make(chan struct{})
	task := func(ctx context.Context) {
		if running.Add(1) == 2 {
			close(all)
		}
		<-ctx.Done()
		<-release
		ended.Add(1)
	}
	r := start(t, server.Config{Grace: time.Second, Tasks: []func(context.Context){task, task}})
	<-all
	if status, _ := r.get("/healthz"); status != 200 {
		t.Errorf("healthz beside tasks: %d", status)
	}
	r.stop()
	time.AfterFunc(50*time.Millisecond, func() { close(release) })
	if err := <-r.done; err != nil {
		t.Errorf("Run: %v", err)
	}
	if n := ended.Load(); n != 2 {
		t.Errorf("Run returned with %d of 2 tasks ended", n)
	}
}
