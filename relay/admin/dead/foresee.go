package dead

import (
	"context"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

// foreseen is what delivering by today's rules would do.
type foreseen struct {
	Deliveries int            `json:"deliveries"`
	Shares     map[string]int `json:"shares"` // of these, how many at each sink
	More       bool           `json:"more"`   // there are more events than were looked at
	Told       []string       `json:"told"`   // a sentence each
}

// Count is how many deliveries there would be.
func (f foreseen) Count() string { return wording.Thousands(f.Deliveries) }

const (
	// foreseeTime is how long a question may take.
	foreseeTime = 300 * time.Millisecond
	// mostForeseen is how many events are looked at for it.
	mostForeseen = 10_000
)

// foresee returns what delivering by today's rules would do, and changes nothing. Of very
// many events it looks at the oldest.
func (r *room) foresee(ctx context.Context, lanes map[string]queue.LaneStatus) (f foreseen, err error) {
	end := time.Now().Add(foreseeTime)
	plan, run, seen := replay.Plan{Route: r.Route, Knows: r.knows}, replay.Run{}, 0
	for record, err := range replay.Stranded(ctx, r.Store, lanes, r.knows, 0) {
		if err != nil {
			return f, err
		}
		if f.More = seen == mostForeseen || time.Now().After(end); f.More {
			break
		}
		seen++
		if err := run.Add(ctx, plan.Dead(&record)); err != nil {
			return f, err
		}
	}
	if err := run.Flush(ctx); err != nil {
		return f, err
	}
	f.Deliveries, f.Shares = run.Report.Sum(), run.Report.Owed
	f.Told = wording.Foreseen(run.Report)
	if f.More {
		f.Told = append(f.Told, "That is so for the first "+wording.Count(seen, "event")+". There are more.")
	}
	return f, nil
}
