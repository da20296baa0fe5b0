package main

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestMemoryLimit holds what Go may take: more while requests are small, less for
// some time once a large one comes, and all of it while a routes file is read.
func TestMemoryLimit(t *testing.T) {
	percent, before := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(before) })
	unset := func(string) (string, bool) { return "", false }
	for store, usual := range map[string]int64{"sqlite:data/botrelay.db": sqliteMemory, "postgres://db/botrelay": postgresMemory} {
		synctest.Test(t, func(t *testing.T) {
			m := tuneMemory(unset, store)
			m.bound()
			kept := m.kept
			is := func(when string, want int64) {
				t.Helper()
				if got := debug.SetMemoryLimit(-1); got != want {
					t.Errorf("%s %s: %d MiB, want %d", store, when, got>>20, want>>20)
				}
			}
			post := func(body io.Reader) {
				t.Helper()
				read := int64(0)
				handler := m.watch(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { read, _ = io.Copy(io.Discard, r.Body) }))
				handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/a", body))
				if read == 0 {
					t.Error("the body is gone")
				}
			}
			is("at first", max(usual, kept+spareMemory))
			post(strings.NewReader(strings.Repeat("x", largeBody-1)))
			post(io.LimitReader(strings.NewReader(strings.Repeat("x", largeBody-1)), largeBody))
			is("after small bodies", max(usual, kept+spareMemory))
			post(strings.NewReader(strings.Repeat("x", largeBody)))
			is("with a large body", max(narrowMemory, kept+narrowSpare))
			time.Sleep(largeTime - time.Second)
			post(io.LimitReader(strings.NewReader(strings.Repeat("x", largeBody)), largeBody)) // of no declared length
			time.Sleep(largeTime - time.Second)
			is("soon after another", max(narrowMemory, kept+narrowSpare))
			m.unbind()
			is("while a file is read", math.MaxInt64)
			m.bound()
			time.Sleep(2 * time.Second)
			is("when none comes any more", max(usual, m.kept+spareMemory))
		})
	}
	own := tuneMemory(func(string) (string, bool) { return "1GiB", true }, "sqlite:a")
	debug.SetMemoryLimit(1 << 30)
	own.bound()
	own.makeRoom()
	if got := debug.SetMemoryLimit(-1); got != 1<<30 {
		t.Errorf("GOMEMLIMIT is not kept: %d", got)
	}
	own.narrow.Stop()
}
