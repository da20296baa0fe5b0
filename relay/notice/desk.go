package notice

import (
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// gather is how long the desk waits for more of the same, so that a burst
	// is one notice.
	gather = 30 * time.Second
	// summary is how long it then tells no more of that matter.
	summary = time.Hour
)

// Config is what a Desk needs.
type Config struct {
	// Inbox takes the notices. It must not report its failures to the desk:
	// those are of requests.
	Inbox  queue.Inbox
	Notify []string // the sinks to tell, until Tell names others; none: what would be told is logged
	Log    *slog.Logger
}

// Desk hears of the relay's troubles and tells server.notify of them,
// sparingly:
//
//   - Dead letters: half a minute after the first, then at most one notice an
//     hour that sums up.
//   - A source that refuses: anyone can send rubbish to a public URL, so it is
//     in trouble only if it refused 3 requests within a day and accepted none
//     meanwhile, nor in the minute after. At most once a day for each source,
//     and once more when it accepts again.
//   - The store: while it fails no notice can be stored either, so it is told
//     when that has ended, at most one notice an hour that sums up.
//   - A bad reload: at once, then no more until a good one, which is told too.
//   - A destination that has moved: at once, each once.
//
// There is one notice at a time: what happens while it cannot be stored is part
// of the next one. What the desk knows is lost with the process.
//
// The methods but Run may be called from any goroutine, and never block.
type Desk struct {
	cfg  Config
	wake chan struct{} // receives when there may be something to tell sooner

	mu      sync.Mutex // of all below
	notify  []string   // replaced, never changed
	reload  reload
	store   store
	dead    deadLetters
	sources map[string]*source
	moved   moved
}

// New returns a Desk. It starts nothing, and tells nobody until Run runs.
func New(cfg Config) *Desk {
	d := &Desk{cfg: cfg, wake: make(chan struct{}, 1), sources: make(map[string]*source)}
	d.Tell(cfg.Notify)
	return d
}

// Tell names the sinks to tell from now on; none: what would be told is logged.
func (d *Desk) Tell(sinks []string) {
	sinks = slices.Compact(slices.Sorted(slices.Values(sinks))) // each is told once
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notify = sinks
}

func (d *Desk) notified() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.notify
}

// Dead says that n of a sink's deliveries were given up on, the last of them
// for reason. Notices are to be left out: one that dies is no news worth
// another.
func (d *Desk) Dead(sink, reason string, n int) {
	d.hear(&d.dead, func(now time.Time) { d.dead.add(now, sink, reason, n) })
}

// Moved says that a sink's destination has the ID to from now on.
func (d *Desk) Moved(sink, to string) {
	d.hear(&d.moved, func(now time.Time) { d.moved.add(now, sink, to) })
}

// StoreFailed says that a request was answered 503 because the store failed.
func (d *Desk) StoreFailed(err error) {
	d.hear(&d.store, func(now time.Time) { d.store.failed(now, err.Error()) })
}

// StoreWorks says that the store took an event.
func (d *Desk) StoreWorks() {
	d.hear(&d.store, d.store.works)
}

// BadReload says that a file was changed and cannot be used: routes.toml, or one
// that it names. text is a problem a line, without secrets.
func (d *Desk) BadReload(file, text string) {
	d.hear(&d.reload, func(now time.Time) { d.reload.bad(now, file, text) })
}

// Reloaded says that a good routes.toml was taken up.
func (d *Desk) Reloaded() {
	d.hear(&d.reload, d.reload.good)
}

// Refused says that a configured source refused a request for its signature.
func (d *Desk) Refused(name string) {
	s := d.source(name)
	d.hear(s, s.refused)
}

// Accepted says that a request to a configured source had the right signature.
func (d *Desk) Accepted(name string) {
	s := d.source(name)
	d.hear(s, s.accepted)
}

// source returns the source of a name. There are as many as are configured.
func (d *Desk) source(name string) *source {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.sources[name]
	if s == nil {
		s = &source{name: name}
		d.sources[name] = s
	}
	return s
}

// hear changes what is known of a matter, and wakes Run if it is due at another
// time than before.
func (d *Desk) hear(m matter, change func(now time.Time)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := m.due()
	change(time.Now())
	if after := m.due(); after.IsZero() || after.Equal(before) {
		return
	}
	select {
	case d.wake <- struct{}{}:
	default: // it is about to wake already
	}
}

// matter is one thing that there may be something to tell of. Its methods are
// called with the desk's lock held.
type matter interface {
	// due returns when it is to be told of; zero: there is nothing to tell.
	due() time.Time
	// draft makes the notice of what there is to tell at now.
	draft(now time.Time) relay.Event
	// told says that the last draft has been stored.
	told(now time.Time)
	// early returns how long before it is due it is told of at the stop.
	early() time.Duration
}

// next returns the matter to tell of first, and when; nil: there is none. If
// several are due already, it is the most pressing one.
func (d *Desk) next(now time.Time) (next matter, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.matters() {
		due := m.due()
		if due.IsZero() {
			continue
		}
		if due.Before(now) {
			due = now
		}
		if next == nil || due.Before(at) {
			next, at = m, due
		}
	}
	return next, at
}

// matters lists them all, the most pressing first. The lock is held.
func (d *Desk) matters() []matter {
	all := []matter{&d.reload, &d.store, &d.dead, &d.moved}
	for _, name := range slices.Sorted(maps.Keys(d.sources)) {
		all = append(all, d.sources[name])
	}
	return all
}
