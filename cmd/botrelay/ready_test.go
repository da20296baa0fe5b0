package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// looking is a store that knows how it is, and one of whose questions fails.
type looking struct {
	queue.Store

	trouble error
	sure    bool
}

var errAsked = errors.New("asked")

func (s looking) Trouble(error, time.Time) (bool, error) { return s.sure, s.trouble }

func (looking) Events(context.Context, queue.Query) ([]queue.Record, error) { return nil, errAsked }

// TestReadyWithoutAsking: what a store knows of itself is not asked for once more,
// behind all that its lanes ask.
func TestReadyWithoutAsking(t *testing.T) {
	away := errors.New("away")
	for _, test := range []struct {
		store looking
		want  error
	}{
		{looking{sure: true}, nil},
		{looking{sure: false}, errAsked},
		{looking{trouble: away, sure: true}, away},
		{looking{trouble: away}, away},
	} {
		b := &built{store: test.store, inbox: &watchedInbox{}}
		if err := b.ready(t.Context()); !errors.Is(err, test.want) || err != nil && test.want == nil {
			t.Errorf("%+v: %v, want %v", test.store, err, test.want)
		}
	}
}
