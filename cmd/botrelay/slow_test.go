package main

import (
	"context"
	"database/sql"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite" // which has the driver that holdUp takes too
)

// TestSlowStore holds the store up while a crowd waits for it. Who has waited for
// too long is sent away, to come again; once the store goes on, everybody is
// accepted.
func TestSlowStore(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	t.Parallel()
	const callers = 300
	platforms := httptest.NewServer(newStandIn(time.Now))
	t.Cleanup(platforms.Close)
	routes := writeRoutes(t, memoryRoutes())
	p := startProgram(t, "botrelay", routes, append(os.Environ(), "SECRET="+leadSecret, "STANDIN="+platforms.URL))
	v := newVendor(t)
	var accepted, refused atomic.Int64
	path := filepath.Join(filepath.Dir(routes), "store.db")
	release := holdUp(t, path)
	var all sync.WaitGroup
	for n := range callers {
		all.Go(func() {
			for {
				status, header, err := v.post(context.Background(), p.url, "website", lead{1, n}.body())
				switch {
				case status == http.StatusOK:
					accepted.Add(1)
					return
				case err != nil || status != http.StatusServiceUnavailable || header.Get("Retry-After") == "":
					t.Errorf("lead %d: %d, Retry-After %q, %v", n, status, header.Get("Retry-After"), err)
					return
				}
				refused.Add(1)
				<-time.After(100 * time.Millisecond)
			}
		})
	}
	for end := time.Now().Add(20 * time.Second); refused.Load() == 0; <-time.After(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Error("a crowd waits, and nobody is sent away")
			break
		}
	}
	if n := accepted.Load(); n > 0 {
		t.Errorf("%d leads were accepted while nothing could be stored", n)
	}
	release()
	all.Wait()
	t.Logf("%d leads were accepted after %d refusals", accepted.Load(), refused.Load())
	p.stop(t)
	p.checkFaults(t)
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	records, err := store.Events(t.Context(), queue.Query{Limit: 2 * callers})
	if err != nil || len(records) != callers {
		t.Errorf("%d events are stored, want %d; error %v", len(records), callers, err)
	}
}

// holdUp keeps everybody from writing to a store until release is called.
func holdUp(t *testing.T, path string) (release func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return sync.OnceFunc(func() {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}
