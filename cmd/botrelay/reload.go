package main

import (
	"context"
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
	log    *slog.Logger

	good  *reading  // what is in use was made of it
	named []string  // the files to look at beside the routes file
	done  imprint   // what was last taken up, or turned down
	seen  imprint   // what was last seen
	since time.Time // when that was first seen
	last  *reading  // of what was last seen; nil: it was not read yet
	told  *reading  // what was turned down last, and told; nil: what is turned down next is told whole
	later []string  // keys whose change counts after a restart

	state atomic.Pointer[string] // what note says
	bad   time.Time              // since when the files are not those in use; zero: they are
	blame []string               // the files whose change may be what is wrong with those
	taken taken
}

// taken is when what is in use was taken up, and what that brought.
type taken struct {
	at    time.Time
	files []string // that had changed
	news  string
}

// newReloader returns a reloader of a relay that runs by what was read first.
func newReloader(first *reading, relay *built) *reloader {
	r := &reloader{path: first.path, relay: relay, log: relay.log, good: first, named: first.named(), done: first.imprint()}
	r.taken.at = time.Now()
	r.say()
	return r
}

// look looks whether a file has changed, and takes it up once it has settled; at
// once, and even if nothing has changed, if somebody asked. It returns which files
// to watch and, while one is settling, after how long to look again.
func (r *reloader) look(ctx context.Context, asked bool) (files []string, again time.Duration) {
	now := time.Now()
	p := printOf(r.path, r.named, contentOf)
	switch {
	case asked:
		r.last, r.told, r.since = nil, nil, now.Add(-certain)
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
		r.relay.memory.unbind()
		defer r.relay.memory.bound()
		r.last = r.read()
		r.named, r.seen = r.last.named(), r.last.imprint()
	}
	if wait := certain - now.Sub(r.since); r.last.config == nil && wait > 0 {
		return r.files(), wait
	}
	r.done = r.last.imprint()
	r.apply(ctx, r.last)
	r.last = nil
	return r.files(), 0
}

func (r *reloader) files() []string { return append([]string{r.path}, r.named...) }

// read reads the routes file. While that cannot be used, what the last good one
// names is looked at too.
func (r *reloader) read() *reading {
	read := readRoutes(r.path, r.getenv, r.relay.sandbox != nil)
	if read.config == nil {
		read.add(r.good.named())
	}
	return &read
}

// apply takes a file up, or turns it down.
func (r *reloader) apply(ctx context.Context, read *reading) {
	if read.config == nil {
		r.turnDown(read, r.renew(ctx, read))
		return
	}
	changed := read.changed(r.good)
	news, err := r.use(ctx, read.config)
	if err != nil {
		read.err = err
		r.turnDown(read, nil)
		return
	}
	r.relay.counts.Loaded(true)
	r.relay.watch.desk.Reloaded()
	warn(r.log, fresh(read.problems, r.good.problems))
	r.good, r.told, r.bad = read, nil, time.Time{}
	r.taken = taken{time.Now(), changed, news}
	r.say()
	cfg := r.relay.current.cfg
	r.log.Info("the routes file is taken up", "file", r.path,
		"sources", len(cfg.Sources), "sinks", len(cfg.Sinks), "routes", len(cfg.Routes), "changes", news, "changed_files", strings.Join(changed, ", "))
}

// renew takes up what the files hold now that the last good routes file names,
// while that on disk cannot be used: a certificate or a token that is renewed does
// not wait until somebody has mended a route. One of them may itself be what is
// wrong, and stays as it was then. It returns which are taken up.
func (r *reloader) renew(ctx context.Context, read *reading) (renewed []string) {
	changed := slices.DeleteFunc(read.changed(r.good), func(name string) bool { return name == r.path })
	if len(changed) == 0 {
		return nil
	}
	lefts := []string{""}
	if len(changed) > 1 {
		lefts = append(lefts, changed...)
	}
	for _, left := range lefts {
		next := parseRoutes(config.File{Name: r.path, Data: r.good.text}, r.getenv, r.relay.sandbox != nil, func(name string) content {
			if c, known := read.files[name]; known && name != left {
				return c
			}
			return r.good.files[name]
		})
		if next.config == nil {
			continue
		}
		renewed = next.changed(r.good)
		news, err := r.use(ctx, next.config)
		if err != nil {
			continue
		}
		r.good = &next
		r.taken = taken{time.Now(), renewed, news}
		r.log.Info("renewed files are taken up, with the last good routes file", "changes", news, "changed_files", strings.Join(renewed, ", "))
		return renewed
	}
	return nil
}

// use makes a configuration the one in use, but for what cannot change while the
// relay runs, and says what is new in it.
func (r *reloader) use(ctx context.Context, c *config.Config) (news string, err error) {
	cfg, later := r.relay.live(c)
	next, err := r.relay.prepare(cfg)
	if err != nil {
		return "", err
	}
	former := r.relay.current.cfg
	r.relay.take(next)
	expect(r.relay.counts, cfg)
	r.server.Swap(next.parts)
	for _, key := range later {
		if !slices.Contains(r.later, key) {
			r.log.Warn("a change in the routes file is used after a restart", "key", key)
		}
	}
	r.later = later
	remindOfPending(former, cfg, r.log)
	if slices.ContainsFunc(former.Sinks, func(s config.Sink) bool { return !hasSink(cfg, s.Name) }) {
		r.lookForGone(ctx, cfg)
	}
	return changes(former, cfg), nil
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
