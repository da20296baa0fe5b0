package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
)

// switched is an Inbox that can be broken.
type switched struct{ err error }

func (s *switched) Put(context.Context, relay.Event, []relay.Owed) (queue.Receipt, error) {
	return queue.Receipt{}, s.err
}

// TestReadinessFollowsPutting: a disk that is full answers reads, so what counts
// is whether the last event could be stored.
func TestReadinessFollowsPutting(t *testing.T) {
	inner := &switched{err: errors.New("disk full")}
	w := &watchedInbox{Inbox: inner, desk: notice.New(notice.Config{})}
	if err := w.trouble(time.Now()); err != nil {
		t.Errorf("before the first event: %v", err)
	}
	_, _ = w.Put(t.Context(), relay.Event{}, nil)
	if err := w.trouble(time.Now()); err == nil {
		t.Error("no trouble after a Put that failed")
	}
	if err := w.trouble(time.Now().Add(time.Minute)); err != nil {
		t.Errorf("still counted a minute later: %v", err)
	}
	inner.err = nil
	_, _ = w.Put(t.Context(), relay.Event{}, nil)
	if err := w.trouble(time.Now()); err != nil {
		t.Errorf("after a Put that succeeded: %v", err)
	}
}
