// Package prune keeps a store from growing for ever: now and then it has what
// is old enough forgotten, in steps between which others get their turn. What
// may go is the store's to know.
package prune

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"botrelay/relay/queue"
)

const (
	// every is how long it rests between two passes, jittered, so that several
	// relays on one store do not all begin at once.
	every = time.Hour
	// again is how soon a pass that failed is tried once more.
	again = time.Minute
	// leastPause is left free after each step, however short it was. A longer
	// step is followed by as long a pause, so that pruning takes at most half
	// of the store's time.
	leastPause = 20 * time.Millisecond
	jitter     = 0.1 // rests are longer or shorter by up to this share
)

// Run prunes store until ctx ends, and blocks until then: one pass at once, and
// then one about every hour. A pass that fails is logged and tried again after
// a minute. The rests are jittered. keep is asked before each pass.
func Run(ctx context.Context, store queue.Pruner, keep func() queue.Retention, log *slog.Logger) {
	for ctx.Err() == nil {
		started := time.Now()
		pruned, err := pass(ctx, store, keep())
		if ctx.Err() != nil {
			return
		}
		rest := jittered(every)
		if err != nil {
			rest = jittered(again)
			log.Warn("pruning failed", "pruned", pruned, "error", err, "retry_in_ms", rest.Milliseconds())
		} else {
			level := slog.LevelDebug
			if pruned > 0 {
				level = slog.LevelInfo
			}
			log.Log(ctx, level, "pruned old events", "pruned", pruned, "took_ms", time.Since(started).Milliseconds())
		}
		pause(ctx, rest)
	}
}

// pass prunes all there is to prune, and returns how many events went.
func pass(ctx context.Context, store queue.Pruner, keep queue.Retention) (int, error) {
	sum := 0
	for {
		started := time.Now()
		pruned, more, err := store.Prune(ctx, keep)
		sum += pruned
		if err != nil || !more {
			return sum, err
		}
		pause(ctx, max(leastPause, time.Since(started)))
		if ctx.Err() != nil {
			return sum, ctx.Err()
		}
	}
}

func jittered(d time.Duration) time.Duration {
	return d + time.Duration(float64(d)*jitter*(2*rand.Float64()-1))
}

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
