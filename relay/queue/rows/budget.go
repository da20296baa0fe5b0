package rows

import (
	"fmt"
	"math"
	"slices"
	"time"

	"botrelay/relay"
)

// UnderWay stands for the time of a request's answer while there is none, so that
// it counts as the newest of all.
const UnderWay = math.MaxInt64

// Budget is what is remembered of a relay.Budget. Its limits are the senders'.
type Budget struct {
	Key                string
	RestedAt, ResumeAt int64 // until ResumeAt nothing is sent: the platform asked for it
	Held               bool  // it refuses everything
	HeldAt             int64
	RetryFrom, RetryAt int64 // until RetryAt nothing is tried, while it is held
	Reason             string
	MovedTo            string // where the destination is now; empty: where it always was
}

// rest returns how long nothing may be sent by the budget's holds.
func (b *Budget) rest(now int64) time.Duration {
	wait := rest(now, b.RestedAt, b.ResumeAt)
	if b.Held {
		wait = max(wait, rest(now, b.RetryFrom, b.RetryAt))
	}
	return wait
}

// LongestRest returns how long nothing may be sent by the holds of all of them.
func LongestRest(now int64, budgets []Budget) (wait time.Duration) {
	for i := range budgets {
		wait = max(wait, budgets[i].rest(now))
	}
	return wait
}

// Keys returns the keys of budgets, or what is wrong with them.
func Keys(budgets []relay.Budget) ([]string, error) {
	keys := make([]string, 0, len(budgets))
	for _, b := range budgets {
		if b.Key == "" || slices.Contains(keys, b.Key) {
			return nil, fmt.Errorf("the key %q of a budget is empty or there twice", b.Key)
		}
		for _, limit := range b.Limits {
			if limit.Count < 1 || limit.Per <= 0 {
				return nil, fmt.Errorf("budget %s: nothing can be sent with %d in %s", b.Key, limit.Count, limit.Per)
			}
		}
		keys = append(keys, b.Key)
	}
	return keys, nil
}

// Span returns how many microseconds a use of the budget matters.
func Span(b relay.Budget) (longest int64) {
	for _, limit := range b.Limits {
		longest = max(longest, Micros(limit.Per))
	}
	return longest
}

// Window is what one limit's window holds: its newest uses, not more than would
// fill it.
type Window struct {
	Used  int
	First int64 // the oldest of these; UnderWay if its answer is awaited, 0 without any
	Last  int64 // the newest that was answered; 0 without any
}

// Room is what the budgets of a lane have left.
type Room struct {
	Free  int           // how many requests may be made right now
	Wait  time.Duration // until there is room for one
	Open  bool          // it depends on the answer to a request that is under way
	Ahead bool          // a use lies in the future: the clock was set back
}

// AllRoom is what a lane without limits has left.
func AllRoom() Room { return Room{Free: math.MaxInt} }

// Take takes off what a limit's window holds.
func (r *Room) Take(limit relay.Limit, w Window, now int64) {
	r.Free = min(r.Free, limit.Count-w.Used)
	r.Ahead = r.Ahead || w.Last > now
	if w.Used < limit.Count {
		return
	}
	first := w.First
	if first == UnderWay {
		r.Open, first = true, now
	}
	r.Wait = max(r.Wait, time.Duration(first+Micros(limit.Per)-now)*time.Microsecond)
}
