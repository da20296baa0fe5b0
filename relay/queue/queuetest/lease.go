package queuetest

import (
	"context"
	"errors"
	"time"

	"botrelay/relay/queue"
)

func leaseTests() []test {
	return []test{
		{"lease/a lane has one sender", func(f *fixture) {
			f.lease("a")
			_, err := f.Store.Lease(f.Context(), "a", ttl, nil)
			f.wantError("a second lease", err, queue.ErrTaken)
			f.lease("b")
		}},
		{"lease/of several at once exactly one gets it", func(f *fixture) {
			const callers = 16
			results := make(chan error, callers)
			for range callers {
				go func() {
					_, err := f.Store.Lease(f.Context(), "a", ttl, nil)
					results <- err
				}()
			}
			got := 0
			for range callers {
				err := <-results
				if err == nil {
					got++
				} else {
					f.wantError("the others", err, queue.ErrTaken)
				}
			}
			f.want("leases", got, 1)
		}},
		{"lease/lasts until its time and no longer", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			f.Advance(ttl - time.Millisecond)
			batch := f.begun(lane, 1)
			_, err := f.Store.Lease(f.Context(), "a", ttl, nil)
			f.wantError("a lease before the end", err, queue.ErrTaken)
			f.Advance(time.Millisecond)
			f.lost(lane, queue.Batch{}) // though nobody else has it
			f.want("state", f.record("event-001").Deliveries[0].State, queue.Pending)
			next := f.lease("a")
			f.lost(lane, batch)
			f.want("ID", f.next(next, 1).ID, batch.ID)
		}},
		{"lease/what was begun can be settled until another takes the lane", func(f *fixture) {
			f.put("a")
			f.put("a")
			lane := f.lease("a")
			batch := f.begun(lane, 1)
			f.Advance(10 * ttl)
			f.settle(lane, batch, sent("late"))
			f.want("state", f.record("event-001").Deliveries[0].State, queue.Sent)
			f.lost(lane, batch) // it is settled
			next := f.next(f.lease("a"), 1)
			f.want("event", next.Deliveries[0].Event.ID, "event-002")
			f.want("doubts", next.Doubts, 0)
		}},
		{"lease/who has lost it changes nothing", func(f *fixture) {
			f.put("a")
			old := f.lease("a")
			batch := f.begun(old, 1)
			f.Advance(ttl)
			lane := f.lease("a")
			f.lost(old, batch)
			back := f.next(lane, 1) // its lease was neither ended nor its batch settled
			f.want("ID", back.ID, batch.ID)
			f.want("attempts", back.Deliveries[0].Attempts, 1)
			f.begin(lane, back)
			f.lost(old, batch)
			f.settle(lane, back, sent("m"))
			f.lost(old, batch)
			f.want("message", f.record("event-001").Deliveries[0].MessageID, "m")
		}},
		{"lease/renewed, it lasts from then on", func(f *fixture) {
			lane := f.lease("a")
			f.Advance(ttl - time.Millisecond)
			if err := lane.Renew(f.Context(), 2*ttl); err != nil {
				f.Fatal(err)
			}
			f.Advance(2*ttl - time.Millisecond)
			f.nothing(lane, 0)
			_, err := f.Store.Lease(f.Context(), "a", ttl, nil)
			f.wantError("a second lease", err, queue.ErrTaken)
			if err := lane.Renew(f.Context(), time.Second); err != nil { // it can also be made shorter
				f.Fatal(err)
			}
			f.Advance(time.Second)
			f.lost(lane, queue.Batch{})
		}},
		{"lease/renewed beside a request", func(f *fixture) {
			for range 20 {
				f.put("a")
			}
			lane := f.lease("a")
			renewed := make(chan error)
			go func() {
				var err error
				for range 20 {
					err = errors.Join(err, lane.Renew(f.Context(), ttl))
				}
				renewed <- err
			}()
			for range 20 {
				f.send(lane, 1, sent("m"))
			}
			f.wantError("renew", <-renewed, nil)
		}},
		{"lease/released, another need not wait", func(f *fixture) {
			f.put("a")
			old := f.lease("a")
			if err := old.Release(f.Context()); err != nil {
				f.Fatal(err)
			}
			f.lost(old, queue.Batch{ID: "x"})
			lane := f.lease("a")
			f.wantError("a second release", old.Release(f.Context()), queue.ErrLost)
			f.next(lane, 1)
		}},
		{"lease/a context that has ended", func(f *fixture) {
			f.put("a")
			lane := f.lease("a")
			batch := f.next(lane, 1)
			ctx := ended(f.Context())
			for about, err := range all(ctx, lane, batch) {
				f.wantError(about, err, ctx.Err())
			}
			_, err := f.Store.Lease(ctx, "b", ttl, nil)
			f.wantError("lease", err, ctx.Err())
			f.begin(lane, f.next(lane, 1)) // nothing was changed
		}},
	}
}

// all calls every method of a lane.
func all(ctx context.Context, lane queue.Lane, batch queue.Batch) map[string]error {
	if len(batch.Deliveries) == 0 {
		batch = queue.Batch{ID: "x", Deliveries: []queue.Delivery{{ID: 1}}}
	}
	_, err := lane.Next(ctx, 1)
	return map[string]error{
		"next":    err,
		"begin":   lane.Begin(ctx, batch),
		"settle":  lane.Settle(ctx, batch, sent("late")),
		"tell":    lane.Tell(ctx, true, event("told late"), owed("b")),
		"resume":  lane.Resume(ctx),
		"renew":   lane.Renew(ctx, ttl),
		"release": lane.Release(ctx),
	}
}

// lost checks that every method says that the lease is lost.
func (f *fixture) lost(lane queue.Lane, batch queue.Batch) {
	f.Helper()
	for about, err := range all(f.Context(), lane, batch) {
		f.wantError(about+" after the lease was lost", err, queue.ErrLost)
	}
}
