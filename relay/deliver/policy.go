package deliver

import (
	"fmt"
	"math/rand/v2"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	firstRetry = time.Second
	maxRetry   = 5 * time.Minute
	maxSilent  = time.Hour        // where no answer came: each try may be one more copy
	firstProbe = 30 * time.Second // of a destination that refuses everything
	maxProbe   = 10 * time.Minute
	// leastTried is for how long a delivery is tried whatever its age, since a
	// clock that was set wrong, or a long rest, says nothing about the platform.
	leastTried = 15 * time.Minute
	jitter     = 0.2 // waits are longer or shorter by up to this share
)

// policy decides what becomes of a batch after an attempt. It is pure but for
// the jitter.
type policy struct {
	giveUpAfter time.Duration
	jitter      func() float64 // from -1 to 1
}

func newPolicy(giveUpAfter time.Duration) policy {
	return policy{giveUpAfter, func() float64 { return 2*rand.Float64() - 1 }}
}

// settle turns a verdict into what happens next. tried is for how long the head
// of the batch has been tried by this process.
func (p policy) settle(batch queue.Batch, v relay.Verdict, tried time.Duration) queue.Settlement {
	head := batch.Deliveries[0]
	again := queue.Settlement{State: queue.Again, Verdict: v, Keep: v.Doubtful || batch.Doubts > 0}
	switch v.Outcome {
	case relay.Sent:
		return queue.Settlement{State: queue.Sent, Verdict: v}
	case relay.Refused:
		return p.refused(batch, v)
	case relay.Held:
		again.After = p.wait(firstProbe, maxProbe, head.Attempts)
		return again
	case relay.Later:
	}
	if v.MovedTo != "" { // nothing will arrive under the old ID
		again.Verdict.Outcome = relay.Held
		again.Verdict.Reason = fmt.Sprintf("%s: the new ID is %s: write it into routes.toml", v.Reason, v.MovedTo)
		again.After = p.wait(firstProbe, maxProbe, head.Attempts)
		return again
	}
	if head.Age >= p.giveUpAfter && tried >= min(p.giveUpAfter, leastTried) {
		v.Reason = fmt.Sprintf("gave up after %s: %s", p.giveUpAfter, v.Reason)
		return queue.Settlement{State: queue.Dead, Verdict: v}
	}
	again.After = p.retry(v, head.Attempts)
	return again
}

// retry returns how long to wait after a temporary failure: what the platform
// asks, to the letter, else ever longer. A request that was written and had no
// answer may have arrived, so its waits grow fourfold.
func (p policy) retry(v relay.Verdict, attempts int) time.Duration {
	switch {
	case v.After > 0:
		return v.After
	case v.Doubtful && v.Status == 0:
		return p.wait(firstRetry, maxSilent, 2*attempts)
	}
	return p.wait(firstRetry, maxRetry, attempts)
}

// refused gives a message that was refused for its form a second chance as
// plain text. That is new content, so it goes under a new ID.
func (p policy) refused(batch queue.Batch, v relay.Verdict) queue.Settlement {
	if batch.Form == relay.Text {
		return queue.Settlement{State: queue.Dead, Verdict: v}
	}
	return queue.Settlement{State: queue.Again, Verdict: v, Form: relay.Text}
}

// wait returns a wait that doubles with each attempt made before, up to a
// limit, with jitter so that lanes which failed together do not come back
// together.
func (p policy) wait(first, most time.Duration, attempts int) time.Duration {
	d := most
	if attempts < 16 { // a shift that cannot overflow
		d = min(first<<attempts, most)
	}
	return d + time.Duration(float64(d)*jitter*p.jitter())
}

// storeWait returns how long a lane rests when the store has failed it so many
// times in a row.
func storeWait(failures int) time.Duration {
	return min(100*time.Millisecond<<min(failures, 10), 10*time.Second)
}
