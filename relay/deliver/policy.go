package deliver

import (
	"math"
	"math/rand/v2"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

const (
	// A failed request is tried again after firstRetry, then after waits that
	// grow up to maxRetry. At a growth of 1.25 a wait is about a quarter of what
	// has been waited so far, so that a platform which fails two requests of
	// five at random is not much slower for it. Doubling, one streak of bad luck
	// would cost minutes.
	firstRetry  = 500 * time.Millisecond
	maxRetry    = 5 * time.Minute
	retryGrowth = 1.25
	// A destination that refuses everything waits for a person, and is tried after
	// waits of these lengths.
	firstHeld  = 30 * time.Second
	maxHeld    = 10 * time.Minute
	heldGrowth = 2
	jitter     = 0.2 // waits are longer or shorter by up to this share
	// leastTried is for how long a delivery is tried even if it is older than
	// give_up_after: its age may come from a wrong clock, or from a relay that did
	// not run.
	leastTried = 15 * time.Minute
)

// policy decides what becomes of a batch after an attempt. It is pure but for
// the jitter.
type policy struct {
	giveUpAfter time.Duration
	budgets     []relay.Budget
	jitter      func() float64 // from -1 to 1
}

func newPolicy(giveUpAfter time.Duration, budgets []relay.Budget) policy {
	return policy{giveUpAfter, budgets, func() float64 { return 2*rand.Float64() - 1 }}
}

// settle turns a verdict into what happens next. blamed: the head of the batch
// fails though its destination is well.
func (p policy) settle(turn queue.Turn, v relay.Verdict, run streak, blamed bool) queue.Settlement {
	switch v.Outcome {
	case relay.Sent:
		return queue.Settlement{State: queue.Sent, Verdict: v}
	case relay.Refused:
		return refused(turn.Batch, v, 0)
	case relay.Held:
		return p.held(turn.Batch, v, run)
	case relay.Later:
	}
	switch head := turn.Batch.Deliveries[0]; {
	case v.MovedTo != "":
		return p.moved(turn.Batch, v)
	case v.ReplyGone && !v.Doubtful: // the platform is well, and the message too
		return queue.Settlement{State: queue.Again, Verdict: v, Keep: true, Failures: turn.Batch.Failures, After: v.After}
	case head.Age >= p.giveUpAfter && run.lasted >= min(p.giveUpAfter, leastTried):
		return p.old(turn.Batch, v, run)
	case blamed:
		v.Reason = wording.Blamed(run.failures, v.Reason)
		return refused(turn.Batch, v, run.failures)
	}
	return p.later(turn.Batch, v, run)
}

// later tries a batch again after what the platform asks for, to the letter, or
// else after ever longer waits. All that shares what is too busy waits with it.
func (p policy) later(batch queue.Batch, v relay.Verdict, run streak) queue.Settlement {
	s := queue.Settlement{State: queue.Again, Verdict: v, Keep: keep(batch, v), Failures: run.failures, After: v.After}
	if v.After > 0 {
		s.Holds = p.holds(v.Scope, v.After, false)
	} else {
		s.After = p.wait(firstRetry, maxRetry, retryGrowth, run.failures)
	}
	if asked(v) {
		s.Failures = batch.Failures
	}
	return s
}

// asked reports whether a Later verdict only asks to slow down, which is no
// failure.
func asked(v relay.Verdict) bool { return v.After > 0 && v.Status < http.StatusInternalServerError }

// held keeps everything until a person has mended the destination, and tries now
// and then whether that is so.
func (p policy) held(batch queue.Batch, v relay.Verdict, run streak) queue.Settlement {
	s := queue.Settlement{State: queue.Again, Verdict: v, Keep: keep(batch, v), Failures: run.failures}
	s.After = p.wait(firstHeld, maxHeld, heldGrowth, run.failures)
	if v.Scope != relay.ScopeDestination {
		s.Holds = p.holds(v.Scope, s.After, true)
	}
	return s
}

// holds lets the budgets of a scope rest.
func (p policy) holds(scope relay.Scope, d time.Duration, refused bool) []queue.Hold {
	var holds []queue.Hold
	for _, b := range p.budgets {
		if b.Scope == scope {
			holds = append(holds, queue.Hold{Key: b.Key, For: d, Refused: refused})
		}
	}
	return holds
}

// moved sends a batch to where the destination is now.
func (p policy) moved(batch queue.Batch, v relay.Verdict) queue.Settlement {
	s := queue.Settlement{State: queue.Again, Verdict: v, Keep: keep(batch, v), Failures: batch.Failures}
	for _, b := range p.budgets {
		if b.Scope == relay.ScopeDestination {
			s.Move = queue.Move{Key: b.Key, To: v.MovedTo}
		}
	}
	return s
}

// refused splits a digest, so that one bad event takes none with it, and gives a
// single message a second chance as plain text. Both are new content, so they
// go under a new ID.
func refused(batch queue.Batch, v relay.Verdict, failures int) queue.Settlement {
	switch n := len(batch.Deliveries); {
	case n > 1 && failures > 0: // which of them is to blame is known
		return queue.Settlement{State: queue.Again, Verdict: v, Most: 1, Failures: failures}
	case n > 1:
		return queue.Settlement{State: queue.Again, Verdict: v, Most: (n + 1) / 2}
	case batch.Form == relay.Text:
		return queue.Settlement{State: queue.Dead, Verdict: v}
	}
	return queue.Settlement{State: queue.Again, Verdict: v, Form: relay.Text, Failures: failures}
}

// old gives a batch up. Where only the first of a digest have had their time,
// each goes on by itself.
func (p policy) old(batch queue.Batch, v relay.Verdict, run streak) queue.Settlement {
	n := len(batch.Deliveries)
	if youngest := batch.Deliveries[n-1]; youngest.Age < p.giveUpAfter {
		return queue.Settlement{State: queue.Again, Verdict: v, Most: 1, Failures: run.failures}
	}
	v.Reason = wording.GaveUp(p.giveUpAfter, v.Reason)
	return queue.Settlement{State: queue.Dead, Verdict: v}
}

// keep reports whether a batch may have arrived, so that it must go again
// unchanged.
func keep(batch queue.Batch, v relay.Verdict) bool { return v.Doubtful || batch.Doubts > 0 }

// wait returns a wait that grows with each failure after the first, up to a
// limit, with jitter so that lanes which failed together do not come back
// together.
func (p policy) wait(first, most time.Duration, growth float64, failures int) time.Duration {
	d := min(float64(first)*math.Pow(growth, float64(max(failures-1, 0))), float64(most))
	return time.Duration(d * (1 + jitter*p.jitter()))
}

// storeWait returns how long a lane rests when the store has failed it so many
// times in a row.
func storeWait(failures int) time.Duration {
	return min(100*time.Millisecond<<min(failures, 10), 10*time.Second)
}
