// Package indexing has a store prepare, in the background, what people ask of it: where
// words stand, and how much there was at what time. Receiving and sending come first: it
// works in short steps, and rests as long after each as that took.
package indexing

import (
	"context"
	"log/slog"
	"time"

	"botrelay/relay/queue"
)

const (
	// every is how long it rests once all is indexed. What came in since is looked at one
	// by one by those who ask: that may be little.
	every = 5 * time.Second
	// again is how soon it is tried once more after an error.
	again = time.Minute
	// leastPause is left free after each step, however short it was.
	leastPause = 10 * time.Millisecond
	// told is how many events make it worth a line in the log when they are indexed at
	// once: those of a store that was not indexed yet.
	told = 50_000
)

// Run indexes store until ctx ends, and blocks until then. An error is logged, and it is
// tried again after a minute.
func Run(ctx context.Context, store queue.Indexer, log *slog.Logger) {
	for ctx.Err() == nil {
		started := time.Now()
		indexed, err := pass(ctx, store)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Warn("indexing failed", "indexed", indexed, "error", err, "retry_in_ms", again.Milliseconds())
			pause(ctx, again)
			continue
		case indexed >= told:
			log.Info("indexed the events of the store", "indexed", indexed, "took_ms", time.Since(started).Milliseconds())
		}
		pause(ctx, every)
	}
}

// pass indexes all there is, and returns how many events that were.
func pass(ctx context.Context, store queue.Indexer) (sum int, err error) {
	for more := true; more; {
		started := time.Now()
		var indexed int
		indexed, more, err = store.Index(ctx)
		if sum += indexed; err != nil {
			return sum, err
		}
		pause(ctx, max(leastPause, time.Since(started)))
		if ctx.Err() != nil {
			return sum, ctx.Err()
		}
	}
	return sum, nil
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
