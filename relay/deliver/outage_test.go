package deliver_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/deliver"
	"botrelay/relay/queue"
)

// awayLanes are lanes whose store is away.
type awayLanes struct{ queue.Lanes }

func (awayLanes) Lease(context.Context, string, time.Duration, []relay.Budget) (queue.Lane, error) {
	return nil, fmt.Errorf("leasing: %w", queue.ErrUnavailable)
}

func (awayLanes) Wake(string) <-chan struct{} { return nil }

// countingLog counts how often a log says that the store has stopped a lane.
type countingLog struct{ n atomic.Int64 }

func (c *countingLog) Write(p []byte) (int, error) {
	c.n.Add(int64(strings.Count(string(p), "lane stopped by the store")))
	return len(p), nil
}

// TestAnOutageIsToldOnce: where the store tells of its own trouble, its lanes do not;
// what it does not know of they tell, once it would have noticed.
func TestAnOutageIsToldOnce(t *testing.T) {
	for _, known := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var log countingLog
			s := deliver.New(deliver.Config{
				Name: "sales", Sink: new(platform), Lanes: awayLanes{}, GiveUpAfter: time.Hour,
				Told: func() bool { return known }, Log: slog.New(slog.NewTextHandler(&log, nil)),
			})
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				s.Run(ctx)
			}()
			pass(10 * time.Second)
			if n := log.n.Load(); n != 0 {
				t.Errorf("known: %t: %d lines in the first ten seconds", known, n)
			}
			pass(time.Hour)
			if n := log.n.Load(); known != (n == 0) || n > 15 {
				t.Errorf("known: %t: %d lines in an hour", known, n)
			}
			stop()
			<-done
		})
	}
}

// TestAnOutageIsToldSeldom: a lane tries its store again every ten seconds, and says
// so at once and every five minutes.
func TestAnOutageIsToldSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log countingLog
		s := deliver.New(deliver.Config{
			Name: "sales", Sink: new(platform), Lanes: awayLanes{}, GiveUpAfter: time.Hour,
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.Run(ctx)
		}()
		pass(time.Second)
		if n := log.n.Load(); n != 1 {
			t.Errorf("%d lines in the first second", n)
		}
		pass(time.Hour)
		if n := log.n.Load(); n < 10 || n > 15 {
			t.Errorf("%d lines in an hour", n)
		}
		stop()
		<-done
	})
}
