package notice

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// putTimeout bounds how long one try to store a notice may take.
	putTimeout = 10 * time.Second
	// stopTime bounds how long the stop is held up by what is still to be told.
	stopTime   = 2 * time.Second
	firstRetry = 5 * time.Second
	maxRetry   = time.Minute
)

// route is the name under which history shows why a notice was sent.
const route = "server.notify"

// Run stores notices until ctx ends, and blocks until then and for at most two
// seconds more, in which it tells of what it has gathered so far. What cannot be
// stored then is logged.
func (d *Desk) Run(ctx context.Context) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(stopTime, cancel) })()
	for ctx.Err() == nil {
		now := time.Now()
		m, at := d.next(now)
		switch {
		case m == nil:
			pause(ctx, d.wake, time.Hour)
		case at.After(now):
			pause(ctx, d.wake, at.Sub(now))
		default:
			d.tell(ctx, work, m)
		}
	}
	d.close(work)
}

// tell stores the notice of a matter, and tries until that has succeeded or ctx
// ends. If the notice was certainly not stored, the next try has a new one, with
// what has happened since; if it may have been, the same one goes again, and its
// dedup key keeps it from being stored twice. A put that is under way when ctx
// ends goes on until work ends.
func (d *Desk) tell(ctx, work context.Context, m matter) {
	e, some := d.draft(m, 0)
	for wait := firstRetry; some; wait = min(2*wait, maxRetry) {
		err := d.put(work, e)
		if err == nil {
			d.told(m)
			return
		}
		if ctx.Err() != nil {
			return // close tries once more
		}
		d.unstored()
		d.cfg.Log.Warn("a notice cannot be stored", "title", e.Subject, "error", err, "retry_in_ms", wait.Milliseconds())
		pause(ctx, nil, wait)
		if errors.Is(err, queue.ErrUnavailable) {
			e, some = d.draft(m, 0)
		}
	}
}

// draft makes a matter's notice, if it is due or will be so early.
func (d *Desk) draft(m matter, early time.Duration) (relay.Event, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if due := m.due(); due.IsZero() || due.After(now.Add(early)) {
		return relay.Event{}, false
	}
	return m.draft(now), true
}

// unstored takes note that a notice could not be stored: if the store was down
// before, it still is.
func (d *Desk) unstored() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.store.stillFails(time.Now())
}

func (d *Desk) told(m matter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m.told(time.Now())
}

// put stores a notice for those who are to be told, or logs it if nobody is.
func (d *Desk) put(ctx context.Context, e relay.Event) error {
	level, notify := slog.LevelInfo, d.notified()
	if len(notify) == 0 {
		if e.EventType == relay.Trouble {
			level = slog.LevelWarn
		}
		d.cfg.Log.Log(ctx, level, "notice for nobody: [server] has no notify", "title", e.Subject, "text", e.Text)
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, putTimeout)
	defer cancel()
	owed := make([]relay.Owed, len(notify))
	for i, sink := range notify {
		owed[i] = relay.Owed{Sink: sink, Route: route}
	}
	if _, err := d.cfg.Inbox.Put(ctx, e, owed); err != nil {
		return err
	}
	d.cfg.Log.Log(ctx, level, "notice", "event", e.ID, "title", e.Subject, "sinks", notify)
	return nil
}

// close tells of what is due and of what was gathered so far, with one try each.
func (d *Desk) close(ctx context.Context) {
	d.mu.Lock()
	matters := d.matters()
	d.mu.Unlock()
	for _, m := range matters {
		e, some := d.draft(m, m.early())
		if !some {
			continue
		}
		if err := d.put(ctx, e); err != nil {
			d.cfg.Log.Warn("a notice was dropped at the stop", "title", e.Subject, "error", err)
			continue
		}
		d.told(m)
	}
}

// pause waits for d, for wake, or for the end of ctx.
func pause(ctx context.Context, wake <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-timer.C:
	}
}
