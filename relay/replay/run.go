package replay

import (
	"context"
	"maps"
	"slices"

	"botrelay/relay/queue"
)

// Chunk is how many deliveries are owed again in one transaction at most, so that
// a running relay's own writes never wait long.
const Chunk = 500

// Run owes again what a plan says. It is used by one goroutine. Its methods block for
// as long as the store does.
type Run struct {
	Store  queue.Replayer // nil: nothing is owed, and only counted
	Report Report
	Watch  *Watch // follows what is owed; nil: nobody does

	waiting []queue.Redelivery // planned, and not owed yet
}

// Report is what a run did so far.
type Report struct {
	Owed   map[string]int // deliveries owed again, by sink
	Passed int            // deliveries that the store passed over: see queue.Replayer
	Left   map[Left]int   // events of which nothing is owed again, by the reason
}

// Sum returns how many deliveries are owed again.
func (r *Report) Sum() int {
	sum := 0
	for _, n := range r.Owed {
		sum += n
	}
	return sum
}

// Add does what was planned for an event, now or with later ones. Events come from the
// oldest on. It fails with the store, or once ctx has ended; what was owed by then
// stays so, and is in the report.
func (r *Run) Add(ctx context.Context, s Step) error {
	if len(s.Again) == 0 && s.Left != (Left{}) {
		if r.Report.Left == nil {
			r.Report.Left = make(map[Left]int)
		}
		r.Report.Left[s.Left]++
	}
	if len(r.waiting)+len(s.Again) > Chunk {
		if err := r.Flush(ctx); err != nil {
			return err
		}
	}
	r.waiting = append(r.waiting, s.Again...)
	return ctx.Err()
}

// Flush owes again what was planned, the deliveries of each sink in one
// transaction. What has begun is finished, and nothing more is begun once ctx
// has ended.
func (r *Run) Flush(ctx context.Context) error {
	if r.Report.Owed == nil {
		r.Report.Owed = make(map[string]int)
	}
	bySink := make(map[string][]queue.Redelivery)
	for _, a := range r.waiting {
		bySink[a.Sink] = append(bySink[a.Sink], a)
	}
	r.waiting = r.waiting[:0]
	for _, sink := range slices.Sorted(maps.Keys(bySink)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		owed := len(bySink[sink])
		if r.Store != nil {
			var err error
			if owed, err = r.Store.Replay(context.WithoutCancel(ctx), bySink[sink]); err != nil {
				return err
			}
			if r.Watch != nil {
				r.Watch.follow(sink, bySink[sink])
			}
		}
		r.Report.Owed[sink] += owed
		r.Report.Passed += len(bySink[sink]) - owed
	}
	return nil
}
