package deliver

import (
	"context"
	"errors"
	"sync"
	"time"

	"botrelay/relay/queue"
)

const (
	// leaseTime is how long a lane stays with a sender that has died. Another one
	// has it within ten seconds.
	leaseTime = 6 * time.Second
	// renewTime is how often a lease is renewed while its sender is alive.
	renewTime = 1500 * time.Millisecond
	// takeTime is how often a lane is asked for that another sender has.
	takeTime = 1500 * time.Millisecond
)

// leased is a lane that is renewed for as long as its sender lives.
type leased struct {
	queue.Lane
	// over has ended once the lease has, by our own clock: nothing may be under
	// way any more, since another sender may have begun.
	over context.Context //nolint:containedctx // it is the lease's own, not a caller's
	end  context.CancelFunc
	done sync.WaitGroup

	mu    sync.Mutex
	until time.Time // by our own clock
}

// retain renews the lease of a lane, for which was asked then, until release.
func retain(lane queue.Lane, asked time.Time) *leased {
	l := &leased{Lane: lane, until: asked.Add(leaseTime)}
	l.over, l.end = context.WithCancel(context.Background())
	l.done.Go(func() { l.renew(asked.Add(leaseTime)) })
	return l
}

// lasts reports whether the lease does. It asks the clock too: where the whole
// process has stood still, nobody may have ended what is over.
func (l *leased) lasts() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over.Err() == nil && time.Now().Before(l.until)
}

func (l *leased) extend(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until = until
}

// renew renews the lease, which lasts until then, and ends it if that does not
// succeed in time.
func (l *leased) renew(until time.Time) {
	defer l.end()
	next := time.NewTimer(renewTime)
	defer next.Stop()
	for {
		select {
		case <-l.over.Done():
			return
		case <-next.C:
		}
		asked := time.Now()
		ctx, cancel := context.WithDeadline(l.over, until)
		err := l.Renew(ctx, leaseTime)
		cancel()
		switch {
		case err == nil:
			until = asked.Add(leaseTime)
			l.extend(until)
		case errors.Is(err, queue.ErrLost) || !time.Now().Before(until):
			return
		}
		next.Reset(min(renewTime, time.Until(until)))
	}
}

// release gives the lane back.
func (l *leased) release(ctx context.Context) error {
	l.end()
	l.done.Wait()
	err := l.Release(ctx)
	if errors.Is(err, queue.ErrLost) {
		return nil
	}
	return err
}
