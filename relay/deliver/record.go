package deliver

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

const (
	// faultsToBlame and timeToBlame: a delivery that failed so often, over so
	// long a time, while its destination answered harmless questions, is itself
	// what is wrong.
	faultsToBlame = 10
	timeToBlame   = 15 * time.Minute
)

// record is what a sender remembers of its lane's last attempts. It begins anew
// with each process: a rest, or a clock that was set, says nothing about the
// platform.
type record struct {
	since time.Time     // of the first try after the last that got through; zero: it did
	last  relay.Outcome // of the last try; empty: none yet
	// answered: the last request was, if only with an error. To repeat it is not
	// to shout into the dark.
	answered bool

	// Of the delivery at the head of the lane:
	head    int64
	failed  int       // temporary failures in a row
	faults  int       // of those, in a row, while the destination was well
	faulted time.Time // the first of the faults
}

// attempts is how a lane has fared so far.
type attempts struct {
	failures int           // tries of the head in a row that came to the same failure, this one included
	tried    time.Duration // for how long this process has been trying to get anything through
}

// add takes an attempt into the record.
func (r *record) add(turn queue.Turn, v relay.Verdict, started time.Time) attempts {
	if head := turn.Batch.Deliveries[0].ID; r.head != head {
		*r = record{since: r.since, last: r.last, answered: r.answered, head: head}
	}
	switch {
	case v.Outcome == relay.Sent || v.Outcome == relay.Refused:
		r.since = time.Time{}
	case r.since.IsZero():
		r.since = started
	}
	last := r.last
	if last == "" { // as a former process left it
		last = relay.Later
		if turn.Health.Held {
			last = relay.Held
		}
	}
	r.last = v.Outcome
	a := attempts{failures: 1}
	if !r.since.IsZero() {
		a.tried = started.Sub(r.since)
	}
	if last == v.Outcome {
		a.failures += turn.Batch.Failures
	}
	if v.Outcome == relay.Later && !asked(v) {
		r.failed++
	} else {
		r.failed, r.faults = 0, 0
	}
	return a
}

// wantsProbe reports whether it is worth asking if the destination is well: one
// failure may befall anybody.
func (r *record) wantsProbe() bool { return r.failed > 1 }

// probed notes whether the destination was well just after a failure.
func (r *record) probed(well bool, now time.Time) {
	if !well {
		r.faults = 0
		return
	}
	if r.faults == 0 {
		r.faulted = now
	}
	r.faults++
}

// blamed reports whether the delivery itself is what is wrong.
func (r *record) blamed(now time.Time) bool {
	return r.faults >= faultsToBlame && now.Sub(r.faulted) >= timeToBlame
}
