// Package glance asks a store once for what many open pages show again and again. What
// the pages make of it is left to them.
package glance

import (
	"context"
	"maps"
	"sync"
	"time"

	"botrelay/relay/queue"
)

// freshTime is for how long all pages are told the same.
const freshTime = time.Second

// Lanes tells how a store's lanes stand: all who ask within a second are told the same,
// at the cost of one of them. It may be used from several goroutines, and starts none but
// for the timer that calls again.
type Lanes struct {
	store interface {
		LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error)
	}
	again func()
	busy  chan struct{} // holds one: who asks the store

	mu      sync.Mutex
	all     map[string]queue.LaneStatus
	asked   time.Time // when that was so; zero: it is not to be told any more
	changes int       // how often something has changed
	then    int       // as of asked
	due     bool      // again is about to be called
}

// NewLanes returns a Lanes. again is called, a moment later, when somebody was told what
// has changed since, so that they may ask once more. It must not block.
func NewLanes(store queue.History, again func()) *Lanes {
	return &Lanes{store: store, again: again, busy: make(chan struct{}, 1)}
}

// Changed lets it know that something has changed: whoever is told what was so before is
// told again within a second. It does not block.
func (l *Lanes) Changed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
}

// Forget lets what is known be told to nobody any more: somebody has changed something,
// and waits to see it. It does not block.
func (l *Lanes) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changes++
	l.asked = time.Time{}
}

// LaneStatus returns how the lanes stand, as of a second ago at most. See queue.History.
func (l *Lanes) LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	if all := l.known(); all != nil {
		return all, nil
	}
	select {
	case l.busy <- struct{}{}:
		defer func() { <-l.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if all := l.known(); all != nil { // somebody has just asked
		return all, nil
	}
	return l.Ask(ctx)
}

// Ask is LaneStatus for who has to know how they stand now.
func (l *Lanes) Ask(ctx context.Context) (map[string]queue.LaneStatus, error) {
	l.mu.Lock()
	asked, changes := time.Now(), l.changes
	l.mu.Unlock()
	all, err := l.store.LaneStatus(ctx)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if changes >= l.then && (changes == l.changes || !l.asked.IsZero()) { // nobody has had it forgotten meanwhile
		l.all, l.asked, l.then = all, asked, changes
	}
	return maps.Clone(all), nil
}

// known returns what may be told without asking; nil: nothing may.
func (l *Lanes) known() map[string]queue.LaneStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	age := time.Since(l.asked)
	if l.asked.IsZero() || age >= freshTime {
		return nil
	}
	if l.then != l.changes && !l.due {
		l.due = true
		time.AfterFunc(freshTime-age, func() {
			l.mu.Lock()
			l.due = false
			l.mu.Unlock()
			l.again()
		})
	}
	return maps.Clone(l.all)
}
