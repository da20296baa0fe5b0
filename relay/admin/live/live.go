// Package live tells open pages that something has changed, by server-sent events.
// What has changed, a page sees when it is asked for once more.
package live

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	pause     = 500 * time.Millisecond // between two things that pages are told
	heartbeat = 15 * time.Second       // a quiet stream says so often that it is alive
	writeTime = 10 * time.Second       // that a reader has to take what is written
	lookTime  = 2 * time.Second        // between two looks for what others have changed
	// maxReaders is how many pages are told at a time: each keeps a connection.
	maxReaders = 200
)

// Feed tells pages. It may be used from several goroutines, and serves as the
// handler of their streams.
type Feed struct {
	look func(context.Context) (string, error)

	mu      sync.Mutex
	readers map[chan struct{}]bool
	closed  chan struct{}
	dirty   chan struct{} // holds one: something has changed
	first   chan struct{} // holds one: there is a reader
}

// New returns a Feed. look returns something that differs from what it returned
// before if others have changed something; nil: nobody else does. Nothing is told
// until Run runs.
func New(look func(context.Context) (string, error)) *Feed {
	return &Feed{
		look:    look,
		readers: make(map[chan struct{}]bool), closed: make(chan struct{}), dirty: make(chan struct{}, 1), first: make(chan struct{}, 1),
	}
}

// Changed lets the feed know that something has changed. It does not block.
func (f *Feed) Changed() { offer(f.dirty) }

func offer(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Close ends all streams, and those that begin later at once. It may be called
// several times.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.closed:
	default:
		close(f.closed)
	}
}

// Run tells the readers until ctx ends. While there are none it does nothing.
func (f *Feed) Run(ctx context.Context) {
	tick := time.NewTicker(lookTime)
	defer tick.Stop()
	last := ""
	for {
		watched := f.watched()
		if !watched {
			select {
			case <-f.first:
			case <-ctx.Done():
				return
			}
		}
		select {
		case <-f.dirty:
			f.tell()
			if !sleep(ctx, pause) {
				return
			}
		case <-tick.C:
			if f.look == nil {
				continue
			}
			seen, err := f.look(ctx)
			if err != nil {
				seen = "trouble: " + err.Error()
			}
			if seen != last {
				last = seen
				f.Changed()
			}
		case <-ctx.Done():
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

func (f *Feed) watched() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.readers) > 0
}

func (f *Feed) tell() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.readers {
		offer(r)
	}
}

// enter adds a reader, if there is room.
func (f *Feed) enter() (changed chan struct{}, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.readers) >= maxReaders {
		return nil, false
	}
	changed = make(chan struct{}, 1)
	f.readers[changed] = true
	offer(f.first)
	return changed, true
}

func (f *Feed) leave(changed chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.readers, changed)
}

// ServeHTTP streams to one page until it goes away or the feed is closed: an event
// "changed" whenever it is to be asked for once more.
func (f *Feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	changed, ok := f.enter()
	if !ok {
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many pages are open", http.StatusServiceUnavailable)
		return
	}
	defer f.leave(changed)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // or nginx holds it back
	s := stream{w, http.NewResponseController(w)}
	if !s.write("retry: 2000\n\n") {
		return
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		text := ": still here\n\n"
		select {
		case <-changed:
			text = "event: changed\ndata: \n\n"
		case <-beat.C:
		case <-r.Context().Done():
			return
		case <-f.closed:
			return
		}
		if !s.write(text) {
			return
		}
	}
}

// stream is what is written to one page.
type stream struct {
	http.ResponseWriter

	control *http.ResponseController
}

// write writes text at once, and reports whether the page takes it.
func (s stream) write(text string) bool {
	// The server's own limit is for answers that end.
	if err := s.control.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return false
	}
	_, err := fmt.Fprint(s, text)
	return err == nil && s.control.Flush() == nil
}
