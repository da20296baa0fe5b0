package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/metrics"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/receive"
	"botrelay/relay/status"
)

// watcher hears what came of each request and of each attempt. It counts them,
// and lets the desk know of what people are to be told. Its methods never block,
// and may be called from several goroutines.
type watcher struct {
	counts *metrics.Metrics
	desk   *notice.Desk
	board  *status.Board
	show   func() // lets the admin pages know that something has changed
}

// request takes note of how a request ended. The vendor's signature was right if
// the request was accepted, or refused for what is looked at after it; one of the
// relay's own shows nothing of the vendor's.
func (w watcher) request(r receive.Request) {
	w.counts.Request(r)
	w.show()
	if r.Own {
		return
	}
	w.board.Request(r, time.Now())
	switch {
	case r.Outcome != receive.Refused, r.Reason == receive.NotJSON, r.Reason == receive.Store:
		w.desk.Accepted(r.Source)
	case r.Reason == receive.Signature:
		w.desk.Refused(r.Source)
	}
}

// attempt takes note of what came of a request to a platform.
func (w watcher) attempt(a deliver.Attempt) {
	w.counts.Attempt(a)
	w.show()
	if n := a.Size - a.Notices; a.State == queue.Dead && n > 0 {
		w.desk.Dead(a.Sink, a.Verdict.Reason, n)
	}
	if a.Verdict.MovedTo != "" {
		w.desk.Moved(a.Sink, a.Verdict.MovedTo)
	}
}

// watchedIndexer lets the board know how far the store has come.
type watchedIndexer struct {
	queue.Indexer

	board *status.Board
}

// Index does a step.
func (w watchedIndexer) Index(ctx context.Context) (indexed int, more bool, err error) {
	indexed, more, err = w.Indexer.Index(ctx)
	if ctx.Err() == nil {
		w.board.Indexed(more, err, time.Now())
	}
	return indexed, more, err
}

// unreadyTime is how long a failed Put counts against readiness: long enough to
// be seen, and short enough that a load balancer soon tries the relay again.
const unreadyTime = 15 * time.Second

// watchedInbox remembers whether the last event could be stored, and tells the
// desk. Reading would not show it: it still works while the disk is full.
type watchedInbox struct {
	queue.Inbox
	desk  *notice.Desk
	mu    sync.Mutex
	err   error // why the last Put failed; nil: it did not
	tried time.Time
}

// Put passes an event on.
func (w *watchedInbox) Put(ctx context.Context, e relay.Event, owed []relay.Owed) (queue.Receipt, error) {
	receipt, err := w.Inbox.Put(ctx, e, owed)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err, w.tried = nil, time.Now()
	switch {
	case err == nil:
		w.desk.StoreWorks()
	case !errors.Is(err, context.Canceled): // which is a vendor that hung up
		w.err = err
		w.desk.StoreFailed(err)
	}
	return receipt, err
}

// trouble returns why the last event could not be stored, if that was lately.
func (w *watchedInbox) trouble(now time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now.Sub(w.tried) > unreadyTime {
		return nil
	}
	return w.err
}

// triedAt returns when an event was last tried to be stored.
func (w *watchedInbox) triedAt() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tried
}
