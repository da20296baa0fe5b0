package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/server"
)

const (
	// settled is how long a changed file must stay as it is before it is used: some
	// editors write it in pieces.
	settled = 150 * time.Millisecond
	// certain is the same for one that cannot be used, which is to be told to
	// people.
	certain = time.Second
)

// reloader keeps a relay's configuration that of its routes file. Its methods but
// note are called by one goroutine.
type reloader struct {
	path   string
	getenv func(string) (string, bool)
	relay  *built
	server *server.Server
	memory memory
	log    *slog.Logger

	named []string  // the files that the routes file named when it was last read
	done  imprint   // what was last taken up, or turned down
	seen  imprint   // what was last seen
	since time.Time // when that was first seen
	last  *reading  // of what was last seen; nil: it was not read yet
	bad   atomic.Pointer[badFile]
}

// badFile is a routes file that is not used.
type badFile struct{ since time.Time }

// note says for /readyz that the file on disk is not the one in use, or nothing.
// Anybody may read it.
func (r *reloader) note() string {
	bad := r.bad.Load()
	if bad == nil {
		return ""
	}
	return fmt.Sprintf("the routes file on disk cannot be used, since %s: the relay goes on with the last good one; see its log, or botrelay check",
		bad.since.UTC().Format(time.RFC3339))
}

// look looks whether a file has changed, and takes it up once it has settled; at
// once, and even if nothing has changed, if somebody asked. It returns which files
// to watch and, while one is settling, after how long to look again.
func (r *reloader) look(ctx context.Context, asked bool) (files []string, again time.Duration) {
	now := time.Now()
	p := printOf(r.path, r.named)
	switch {
	case asked:
		r.last, r.since = nil, now.Add(-certain)
	case p == r.done:
		r.seen, r.last = p, nil
		return r.files(), 0
	case p != r.seen:
		r.seen, r.since, r.last = p, now, nil
		return r.files(), settled
	case now.Sub(r.since) < settled:
		return r.files(), settled - now.Sub(r.since)
	}
	if r.last == nil {
		r.memory.free()
		defer r.memory.bound()
		read := readRoutes(r.path, r.getenv, r.relay.sandbox != nil)
		r.last, r.named, r.seen = &read, read.named, read.imprint
	}
	if wait := certain - now.Sub(r.since); r.last.config == nil && wait > 0 {
		return r.files(), wait
	}
	r.done = r.last.imprint
	r.apply(ctx, r.last)
	r.last = nil
	return r.files(), 0
}

func (r *reloader) files() []string { return append([]string{r.path}, r.named...) }

// apply takes a file up, or turns it down.
func (r *reloader) apply(ctx context.Context, read *reading) {
	if read.config == nil {
		r.turnDown(read.err, read.problems)
		return
	}
	cfg, later := r.relay.live(read.config)
	next, err := r.relay.prepare(cfg)
	if err != nil {
		r.turnDown(err, read.problems)
		return
	}
	former := r.relay.current
	r.relay.take(next)
	expect(r.relay.counts, cfg)
	r.server.Swap(next.parts)
	r.relay.counts.Loaded(true)
	r.relay.watch.desk.Reloaded()
	r.bad.Store(nil)
	warn(r.log, read.problems)
	r.log.Info("the routes file is taken up", "file", r.path,
		"sources", len(cfg.Sources), "sinks", len(cfg.Sinks), "routes", len(cfg.Routes))
	for _, key := range later {
		r.log.Warn("a change in the routes file is used after a restart", "key", key)
	}
	remindOfPending(former.cfg, cfg, r.log)
	if slices.ContainsFunc(former.cfg.Sinks, func(s config.Sink) bool { return !hasSink(cfg, s.Name) }) {
		r.lookForGone(ctx, cfg)
	}
}

// lookForGone tells what waits for sinks that are gone.
func (r *reloader) lookForGone(ctx context.Context, cfg *config.Config) {
	lanes, err := r.relay.store.LaneStatus(ctx)
	if err != nil {
		r.log.Warn("the store does not tell what waits", "error", err)
		return
	}
	remindOfGone(lanes, cfg, r.log)
}

// turnDown says that a file cannot be used. Everything stays as it is.
func (r *reloader) turnDown(err error, problems config.Problems) {
	bad := &badFile{since: time.Now()}
	if before := r.bad.Load(); before != nil {
		bad = before
	}
	r.bad.Store(bad)
	r.relay.counts.Loaded(false)
	var lines []string
	r.log.Error("the routes file cannot be used: the relay goes on with the last good one", "file", r.path)
	if err != nil {
		line, _, _ := strings.Cut(err.Error(), "\n")
		r.log.Error("routes file", "file", r.path, "error", line)
		lines = append(lines, line)
	}
	for _, p := range problems {
		if !p.Warning {
			r.log.Error("routes file", "file", p.File, "line", p.Line, "column", p.Col, "error", p.Text)
			lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Text))
		}
	}
	r.relay.watch.desk.BadReload(strings.Join(lines, "\n"))
}

// warn logs what is legal in a routes file but surely not meant.
func warn(log *slog.Logger, problems config.Problems) {
	for _, p := range problems {
		if p.Warning {
			log.Warn("routes file", "file", p.File, "line", p.Line, "column", p.Col, "warning", p.Text)
		}
	}
}
