package trial

import (
	"context"
	"time"
)

// Hasty returns a Bench that gives a trial up earlier.
func Hasty(wait time.Duration) *Bench {
	b := NewBench()
	b.wait = wait
	return b
}

// Occupy takes every turn of a Bench until release is called.
func Occupy(ctx context.Context, b *Bench) (release func()) {
	var ends []func()
	for range maxAtOnce {
		_, done, _ := b.turn(ctx)
		ends = append(ends, done)
	}
	return func() {
		for _, done := range ends {
			done()
		}
	}
}
