package rows

import (
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Lane is a lane as it is stored, with its batch from before the request until it
// is settled: a lane has at most one at a time.
type Lane struct {
	RestedAt, ResumeAt int64 // until ResumeAt it sends nothing
	Asked              bool  // the platform asked for that rest
	Held               bool  // its destination refuses everything
	Reason             string
	FailingAt          int64 // the first attempt since which nothing got through; 0: it did
	Told               bool  // people know that it is held or failing
	Failed             int64 // the delivery that the failures are of
	Failures           int   // in a row
	FailedAt           int64
	Most               int   // no batch holds more; 0: as many as it likes
	MostUntil          int64 // the last delivery for which that counts

	Batch      string // empty: none
	BegunAt    int64  // of the request under way; 0: none is
	Form       relay.Form
	Doubts     int // tries of the batch that may have arrived, without the one under way
	Deliveries []int64
}

// Rest returns how long the lane still sends nothing of its own accord.
func (l *Lane) Rest(now int64) time.Duration { return rest(now, l.RestedAt, l.ResumeAt) }

// Health returns how the lane does. A budget that refuses everything tells as
// much as a destination that does.
func (l *Lane) Health(now int64, budgets []Budget) queue.Health {
	h := queue.Health{Held: l.Held, Failing: since(now, l.FailingAt), Reason: l.Reason, Told: l.Told}
	for _, b := range budgets {
		if !b.Held {
			continue
		}
		if !h.Held {
			h.Held, h.Reason = true, b.Reason
		}
		h.Failing = max(h.Failing, since(now, b.HeldAt))
	}
	return h
}

// Tries returns how many tries of the batch may have arrived. One that was begun
// and not settled may have.
func (l *Lane) Tries() int {
	if l.BegunAt != 0 {
		return l.Doubts + 1
	}
	return l.Doubts
}

// Failing returns how often a delivery has failed in a row, and since when. Those
// of a former head are no other's.
func (l *Lane) Failing(delivery int64) (n int, failedAt int64) {
	if l.Failed != delivery {
		return 0, 0
	}
	return l.Failures, l.FailedAt
}

// Cap returns how many deliveries a batch that begins with head may hold by an
// earlier settlement; 0: as many as it likes.
func (l *Lane) Cap(head int64) int {
	if head > l.MostUntil {
		return 0
	}
	return l.Most
}

// Settled returns the lane as it is once its batch, which was begun, has come to s.
func (l *Lane) Settled(s queue.Settlement, now int64) Lane {
	to := *l
	to.RestedAt, to.ResumeAt = 0, 0
	to.Batch, to.BegunAt, to.Doubts, to.Deliveries = "", 0, 0, nil
	to.Failed, to.Failures, to.FailedAt = 0, 0, 0
	if s.State == queue.Again {
		to.again(l, s, now)
	}
	to.judged(l.BegunAt, s.Verdict)
	to.Asked = s.Verdict.Outcome == relay.Later && s.Verdict.After > 0
	return to
}

// again notes how the deliveries go again, from being the lane as it was.
func (l *Lane) again(from *Lane, s queue.Settlement, now int64) {
	if s.After > 0 {
		l.RestedAt, l.ResumeAt = now, Later(now, s.After)
	}
	if s.Keep {
		l.Batch, l.Doubts, l.Deliveries = from.Batch, from.Doubts, from.Deliveries
		if s.Verdict.Doubtful {
			l.Doubts++
		}
	}
	head := from.Deliveries[0]
	if s.Failures > 0 {
		former, failedAt := from.Failing(head)
		if former == 0 || s.Failures < former {
			failedAt = from.BegunAt
		}
		l.Failed, l.Failures, l.FailedAt = head, s.Failures, failedAt
	}
	if s.Most > 0 {
		l.Most, l.MostUntil = s.Most, slices.Max(from.Deliveries)
	}
}

// judged notes how the lane does by the verdict of an attempt that began then. A
// temporary failure tells nothing about a destination that refuses everything; one
// that refuses a message takes messages again.
func (l *Lane) judged(begunAt int64, v relay.Verdict) {
	switch v.Outcome {
	case relay.Sent:
		l.Held, l.Reason, l.FailingAt = false, "", 0
		return
	case relay.Refused:
		l.Held, l.Reason, l.FailingAt = false, v.Reason, 0
		return
	case relay.Held:
		l.Held, l.Reason = true, v.Reason
	case relay.Later:
		if !l.Held {
			l.Reason = v.Reason
		}
	}
	if l.FailingAt == 0 {
		l.FailingAt = begunAt
	}
}
