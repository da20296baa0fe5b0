package main

import (
	"io"
	"math"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

const (
	// sqliteMemory and postgresMemory are what Go may take, in bytes, while vendors'
	// requests are as small as they are: collecting garbage is rare then also with
	// hundreds of connections. Beside it there are the program itself, of 28 MiB at
	// most, and what SQLite takes by itself.
	sqliteMemory   = 23 << 20
	postgresMemory = 40 << 20
	// narrowMemory is what it may take while large bodies come: SQLite takes up to
	// 24 MiB for them.
	narrowMemory = 10 << 20
	// spareMemory is what it may take in any case beyond what a large routes file needs,
	// and narrowSpare while large bodies come.
	spareMemory, narrowSpare = 12 << 20, 5 << 20
	// largeBody is how many bytes a large body has, and largeTime how long after
	// the last one others may come.
	largeBody = 128 << 10
	largeTime = 30 * time.Second
)

// memory trades memory that a relay has to spare for time. What it keeps is a
// few MiB, so by Go's default it would collect garbage after every few hundred
// events; a limit keeps a burst of large ones from growing the process. Its methods
// may be called from several goroutines.
type memory struct {
	own   bool // the limit is ours to set
	usual int64

	mu     sync.Mutex
	kept   int64       // what is there to stay, as the routes file
	free   bool        // there is no limit
	narrow *time.Timer // runs while large bodies come; nil: there was none
	large  bool
}

// tuneMemory lets Go collect garbage less often. GOGC and GOMEMLIMIT still have
// the last word. Until bound is called there is no limit.
func tuneMemory(getenv func(string) (string, bool), store string) *memory {
	if _, set := getenv("GOGC"); !set {
		debug.SetGCPercent(400)
	}
	_, set := getenv("GOMEMLIMIT")
	m := &memory{own: !set, usual: sqliteMemory, free: true}
	if !strings.HasPrefix(store, "sqlite:") {
		m.usual = postgresMemory
	}
	return m
}

// unbind takes the limit away, for reading a routes file: one of 10,000 routes takes
// more than all else, for a second, and collecting garbage all the while makes ten
// of that.
func (m *memory) unbind() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free = true
	m.set()
}

// bound sets the limit by what there is to keep now.
func (m *memory) bound() {
	if !m.own {
		return
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free, m.kept = false, int64(stats.HeapAlloc) //nolint:gosec // it is far from the largest number
	m.set()
}

// set lets Go know. The caller holds mu.
func (m *memory) set() {
	if m.own {
		debug.SetMemoryLimit(m.limit())
	}
}

func (m *memory) limit() int64 {
	switch {
	case m.free:
		return math.MaxInt64
	case m.large:
		return max(narrowMemory, m.kept+narrowSpare)
	}
	return max(m.usual, m.kept+spareMemory)
}

// watch returns a handler that makes room for a large body before next reads it.
func (m *memory) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.ContentLength >= largeBody:
			m.makeRoom()
		case r.ContentLength < 0: // it does not say
			r.Body = &unmeasured{ReadCloser: r.Body, memory: m}
		}
		next.ServeHTTP(w, r)
	})
}

// makeRoom lowers the limit for some time, since a large body comes. It blocks for some
// milliseconds if it is the first of them.
func (m *memory) makeRoom() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.narrow == nil {
		m.narrow = time.AfterFunc(largeTime, m.relax)
	}
	m.narrow.Reset(largeTime)
	if !m.large {
		m.large = true
		m.set()
		if m.own {
			debug.FreeOSMemory() // now, not when Go comes to it: SQLite takes the room at once
		}
	}
}

// relax raises the limit again.
func (m *memory) relax() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.large = false
	m.set()
}

// unmeasured is a body of which nobody knows how large it will be.
type unmeasured struct {
	io.ReadCloser
	memory *memory
	bytes  int
}

// Read reads from the body.
func (u *unmeasured) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p)
	if u.bytes += n; u.bytes >= largeBody {
		u.memory.makeRoom()
	}
	return n, err
}
