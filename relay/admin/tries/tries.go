// Package tries has a sink's lane tried when a person asks for it on a page, and tells
// what came of that. The lane is tried by its sender, at whichever relay that is: here
// is only asked for it, and looked at what becomes of it.
package tries

import (
	"context"
	"sync"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

const (
	// patience is how long somebody waits for what comes of a try: platforms answer
	// within a second or two when they are well.
	patience = 6 * time.Second
	// lookTime is how often the lane is looked at meanwhile.
	lookTime = 200 * time.Millisecond
	// toldTime is for how long pages tell what came of a try.
	toldTime = 2 * time.Minute
)

// State is what came of a try.
type State string

// What comes of a try.
const (
	Through State = "through" // something was sent
	Failed  State = "failed"  // nothing was: it is tried again later
	Dead    State = "dead"    // the message is given up on, and the lane goes on
	Waits   State = "waits"   // it was not tried: the platform has asked to wait
	Empty   State = "empty"   // it was not tried: nothing waits
	Open    State = "open"    // it is not known yet
)

// Result is what came of a try, as it was known a moment later.
type Result struct {
	Sink  string        `json:"sink"`
	At    time.Time     `json:"at"` // when it was asked for
	State State         `json:"state"`
	Text  wording.Timed `json:"text"`
	// Reason is why nothing got through, and Next when it is tried again by itself.
	Reason string    `json:"reason,omitempty"`
	Next   time.Time `json:"next_try_at,omitzero"`
}

// Class is how it looks.
func (r Result) Class() string {
	switch r.State {
	case Through:
		return "good"
	case Failed, Dead:
		return "bad"
	case Waits:
		return "warn"
	case Empty, Open:
	}
	return ""
}

// Store is what is asked of a store. It is looked at several times within a second, so
// what it tells must be as it is then.
type Store interface {
	queue.Trier
	LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error)
}

// Desk has lanes tried. It may be used from several goroutines, and starts none.
type Desk struct {
	store   Store
	changed func()

	mu   sync.Mutex
	last map[string]Result    // of each sink
	now  map[string]*underway // by sink
}

// underway is a try that has not come to its end.
type underway struct {
	ended  chan struct{} // closed at the end; then the others are set
	result Result
	err    error
}

// New returns a Desk. changed is told whenever something has come of a try; nil: nobody
// is. It must not block.
func New(store Store, changed func()) *Desk {
	if changed == nil {
		changed = func() {}
	}
	return &Desk{store: store, changed: changed, last: make(map[string]Result), now: make(map[string]*underway)}
}

// Try has a sink's lane tried, and blocks until something has come of it, for some
// seconds at most. Who asks while somebody else's try is under way is told what comes of
// that: nothing more would be tried, and the store asked for the same again and again.
func (d *Desk) Try(ctx context.Context, sink string) (Result, error) {
	for {
		d.mu.Lock()
		other := d.now[sink]
		if other == nil {
			own := &underway{ended: make(chan struct{})}
			d.now[sink] = own
			d.mu.Unlock()
			return d.lead(ctx, sink, own)
		}
		d.mu.Unlock()
		select {
		case <-other.ended:
		case <-ctx.Done():
			return Result{}, ctx.Err()
		}
		if other.err == nil {
			return other.result, nil
		}
	}
}

// lead has a lane tried for all who ask meanwhile.
func (d *Desk) lead(ctx context.Context, sink string, own *underway) (Result, error) {
	defer func() {
		d.mu.Lock()
		delete(d.now, sink)
		d.mu.Unlock()
		close(own.ended)
	}()
	own.result, own.err = d.try(ctx, sink)
	return own.result, own.err
}

// try has a lane tried once.
func (d *Desk) try(ctx context.Context, sink string) (Result, error) {
	r := Result{Sink: sink, At: time.Now().UTC()}
	before, err := d.store.LaneStatus(ctx)
	if err != nil {
		return r, err
	}
	pending, wait, err := d.store.TryNow(ctx, sink)
	switch {
	case err != nil:
		return r, err
	case !pending:
		r.State, r.Text.Before = Empty, "Nothing waits for "+sink+", so there is nothing to try."
	case wait > 0:
		r.State, r.Next = Waits, moment(wait)
		r.Text = wording.Timed{Before: "The platform itself has asked to wait until ", At: r.Next, After: ". That is obeyed, and it is tried then."}
	default:
		err = d.await(ctx, &r, before[sink])
	}
	if err != nil {
		return r, err
	}
	d.mu.Lock()
	d.last[sink] = r
	d.mu.Unlock()
	d.changed()
	return r, nil
}

// await waits for what comes of a try of a lane that stood so before it.
func (d *Desk) await(ctx context.Context, r *Result, before queue.LaneStatus) error {
	r.State, r.Text.Before = Open, "It is being tried. A platform may take a minute to answer; what comes of it shows here."
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(lookTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		all, err := d.store.LaneStatus(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		if r.judge(before, all[r.Sink]) {
			return nil
		}
	}
}

// judge reports whether something has come of the try, and notes what.
func (r *Result) judge(before, now queue.LaneStatus) bool {
	follow := ""
	if now.Pending > 0 {
		follow = " " + wording.Count(now.Pending, "message") + " to follow."
	}
	switch {
	case now.Sent > before.Sent:
		r.State, r.Text.Before = Through, "It got through."+follow
	case now.Dead > before.Dead:
		r.State, r.Text.Before = Dead, "The message was given up on, and is a dead letter now."+follow
	case now.Pending == 0:
		r.State, r.Text.Before = Empty, "Nothing waits for "+r.Sink+" any more."
	case now.Wait > 0:
		r.State, r.Next, r.Reason = Failed, moment(now.Wait), wording.Line(now.Reason)
		r.Text.Before = "It did not get through: " + wording.Reason(now.Reason)
		if now.Reason == before.Reason {
			r.Text.Before = "It did not get through, as before."
		}
	default:
		return false
	}
	return true
}

// moment is a time from now in whole seconds.
func moment(in time.Duration) time.Time { return time.Now().Add(in).Round(time.Second).UTC() }

// Last returns what came of the last try of a sink; nil if there was none lately.
func (d *Desk) Last(sink string) *Result {
	d.mu.Lock()
	defer d.mu.Unlock()
	r, tried := d.last[sink]
	if !tried {
		return nil
	}
	if time.Since(r.At) > toldTime {
		delete(d.last, sink)
		return nil
	}
	return &r
}
