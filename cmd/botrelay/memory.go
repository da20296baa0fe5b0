package main

import (
	"math"
	"runtime"
	"runtime/debug"
)

const (
	// leastMemory is what Go may take, in bytes, whatever there is to keep. Beside it
	// there are SQLite's memory, and the program itself, of 22 MiB each at most.
	leastMemory = 18 << 20
	// spareMemory is what it may take beyond what a large routes file needs.
	spareMemory = 12 << 20
)

// memory trades memory that a relay has to spare for time. What it keeps is a
// few MiB, so by Go's default it would collect garbage after every few hundred
// events; the limit keeps a burst of large ones from growing the process.
type memory struct {
	own bool // the limit is ours to set
}

// tuneMemory lets Go collect garbage less often. GOGC and GOMEMLIMIT still have
// the last word. Until bound is called there is no limit.
func tuneMemory(getenv func(string) (string, bool)) memory {
	if _, set := getenv("GOGC"); !set {
		debug.SetGCPercent(400)
	}
	_, set := getenv("GOMEMLIMIT")
	return memory{own: !set}
}

// free takes the limit away, for reading a routes file: one of 10,000 routes takes
// more than all else, for a second, and collecting garbage all the while makes ten
// of that.
func (m memory) free() {
	if m.own {
		debug.SetMemoryLimit(math.MaxInt64)
	}
}

// bound sets the limit by what there is to keep now.
func (m memory) bound() {
	if !m.own {
		return
	}
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	debug.SetMemoryLimit(max(leastMemory, int64(stats.HeapAlloc)+spareMemory)) //nolint:gosec // it is far from the largest number
}
