// Package status keeps what people want to know of a relay that runs and that
// stands in no store: which configuration is in use and what is wrong with the
// one on disk, how each source has fared with what came to it, and where and how
// fast each sink sends. It is told by who runs the relay, and asked by the admin
// pages; it outlives reloads, and ends with the process. Of several relays on one
// store each knows of itself alone.
//
// What it returns holds no secret, nothing that came with a request, and nobody's
// address.
package status

import (
	"slices"
	"sync"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/receive"
)

// Board keeps it. It may be used from several goroutines, and none of its methods
// blocks. What is returned is the caller's.
type Board struct {
	since time.Time

	mu      sync.Mutex
	conf    Configuration
	sources []Source
	tallies map[string]*tally // by the source's name
	strange tally             // of requests to no source
	sinks   []Sink
	index   Index
}

// New returns a Board of a relay that starts now.
func New(now time.Time) *Board {
	return &Board{since: now, tallies: make(map[string]*tally)}
}

// Since returns when the relay started: everything is counted from then on.
func (b *Board) Since() time.Time { return b.since }

// Use tells which sources and sinks there are from now on. Of a source that was
// there before, and is the same vendor's, the counts go on; of one that is gone
// they are forgotten. sinks are those of c, see SinkOf.
func (b *Board) Use(c *config.Config, sinks []Sink) {
	b.mu.Lock()
	defer b.mu.Unlock()
	former := b.sources
	b.sources, b.sinks = make([]Source, len(c.Sources)), slices.Clone(sinks)
	tallies := make(map[string]*tally, len(c.Sources))
	for i, s := range c.Sources {
		b.sources[i] = Source{Name: s.Name, Vendor: s.Vendor, Pending: s.Pending}
		same := slices.ContainsFunc(former, func(f Source) bool { return f.Name == s.Name && f.Vendor == s.Vendor })
		if tallies[s.Name] = b.tallies[s.Name]; !same || tallies[s.Name] == nil {
			tallies[s.Name] = new(tally)
		}
	}
	b.tallies = tallies
}

// Request takes note of how a vendor's request ended at the time now. It is what
// receive.Config.Observe wants to be told.
func (b *Board) Request(r receive.Request, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.Source == "" {
		b.strange.add(r, now)
		return
	}
	if t := b.tallies[r.Source]; t != nil { // a source may go while its request is answered
		t.add(r, now)
	}
}

// Sources returns how each source has fared, in the order of the routes file.
func (b *Board) Sources() []Source {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.sources)
	for i := range all {
		b.tallies[all[i].Name].tell(&all[i])
	}
	return all
}

// Strangers returns the requests to sources that there are none of, by the reason for
// which they were refused; the list is never nil.
func (b *Board) Strangers() []Refused {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.strange.refusals("")
}

// Sinks returns where each sink sends and how, in the order of the routes file.
func (b *Board) Sinks() []Sink {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.sinks)
}

// Configure tells which configuration is in use, and what of the one on disk is
// not.
func (b *Board) Configure(c Configuration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.conf = c.clone()
}

// Configuration returns which configuration is in use, and what of the one on disk
// is not.
func (b *Board) Configuration() Configuration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.conf.clone()
}
