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

// memory is what a sender remembers of its lane's last attempts. It begins anew
// with each process: a rest, or a clock that was set, says nothing about the
// platform.
type memory struct {
	since time.Time     // of the first try after the last that got through; zero: it did
	last  relay.Outcome // of the last try; empty: none yet
	back  time.Time     // when people were last told that all is well again
	// answered: the last request was answered, if only with an error, so it needs
	// no probe before it is repeated.
	answered bool

	// Of the delivery at the head of the lane:
	head    int64
	failed  int       // temporary failures in a row
	faults  int       // of those, in a row, while the destination was well
	faulted time.Time // the first of the faults
}

// streak is how long a lane has been failing.
type streak struct {
	failures int           // tries of the head in a row that came to the same failure, this one included
	lasted   time.Duration // for how long this process has been trying to get anything through
}

// add remembers an attempt.
func (m *memory) add(turn queue.Turn, v relay.Verdict, started time.Time) streak {
	if head := turn.Batch.Deliveries[0].ID; m.head != head {
		*m = memory{since: m.since, last: m.last, back: m.back, answered: m.answered, head: head}
	}
	switch {
	case v.Outcome == relay.Sent || v.Outcome == relay.Refused:
		m.since = time.Time{}
	case m.since.IsZero():
		m.since = started
	}
	last := m.last
	if last == "" { // as a former process left it
		last = relay.Later
		if turn.Health.Held {
			last = relay.Held
		}
	}
	m.last = v.Outcome
	s := streak{failures: 1}
	if !m.since.IsZero() {
		s.lasted = started.Sub(m.since)
	}
	if last == v.Outcome {
		s.failures += turn.Batch.Failures
	}
	if v.Outcome == relay.Later && !asked(v) && !v.ReplyGone {
		m.failed++
	} else {
		m.failed, m.faults = 0, 0
	}
	return s
}

// wantsProbe reports whether it is worth asking if the destination is well: one
// failure may befall anybody.
func (m *memory) wantsProbe() bool { return m.failed > 1 }

// probed notes whether the destination was well just after a failure.
func (m *memory) probed(well bool, now time.Time) {
	if !well {
		m.faults = 0
		return
	}
	if m.faults == 0 {
		m.faulted = now
	}
	m.faults++
}

// blamed reports whether the delivery itself is what is wrong.
func (m *memory) blamed(now time.Time) bool {
	return m.faults >= faultsToBlame && now.Sub(m.faulted) >= timeToBlame
}
