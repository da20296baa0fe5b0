// Package queuetest holds what every driver of package queue must pass: one
// test for each sentence of the contract. A driver's own tests hold what is
// its alone, such as files and locks.
package queuetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// Harness is a store to test, with what the interfaces do not offer. The
// driver closes whatever it opened when the test ends.
type Harness struct {
	Store queue.Store
	// Advance moves the store's clock, which stands still otherwise and counts
	// at least whole milliseconds.
	Advance func(time.Duration)
	// Reopen returns a new store with what the former one had stored, as if
	// its process had been killed: nothing was released, settled or finished.
	Reopen func() queue.Store
}

// Run tests a driver. open returns an empty store each time.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	for _, group := range [][]test{
		putTests(), duplicateTests(), nextTests(), batchTests(), settleTests(), leaseTests(),
		budgetTests(), holdTests(), digestTests(), healthTests(), tellTests(),
		tryNowTests(), historyTests(), queryTests(), windowTests(), statusTests(), replayTests(), pruneTests(), sharedTests(),
		threadTests(), discardTests(), deadGroupTests(), countTests(), wordTests(),
	} {
		for _, test := range group {
			t.Run(test.name, func(t *testing.T) {
				test.run(&fixture{T: t, Harness: open(t)})
			})
		}
	}
}

type test struct {
	name string
	run  func(*fixture)
}

// ttl is long enough for a test in which the clock moves little.
const ttl = time.Minute

// fixture is a test with a store, and the steps that tests consist of. They
// fail the test if they do not succeed.
type fixture struct {
	*testing.T
	Harness
	events int
	leased []queue.Lane // since the last kill
}

// event returns a new event without a dedup key.
func (f *fixture) event() relay.Event {
	f.events++
	return event(fmt.Sprintf("event-%03d", f.events))
}

func event(id string) relay.Event {
	return relay.Event{
		ID: id, Vendor: "chatbase", Source: "website", Kind: relay.Lead, Text: "text of " + id,
		ReceivedAt: time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC),
		Payload:    json.RawMessage(`{"id":"` + id + `"}`),
	}
}

func owed(sinks ...string) []queue.Owed {
	all := make([]queue.Owed, len(sinks))
	for i, sink := range sinks {
		all[i] = queue.Owed{Sink: sink, Route: "route to " + sink}
	}
	return all
}

// put puts a new event that is owed to sinks, and returns its ID.
func (f *fixture) put(sinks ...string) string {
	f.Helper()
	e := f.event()
	if got := f.putEvent(e, sinks...); got != (queue.Receipt{ID: e.ID}) {
		f.Fatalf("receipt %+v for the new event %s", got, e.ID)
	}
	return e.ID
}

func (f *fixture) putEvent(e relay.Event, sinks ...string) queue.Receipt {
	f.Helper()
	receipt, err := f.Store.Put(f.Context(), e, owed(sinks...))
	if err != nil {
		f.Fatal(err)
	}
	return receipt
}

func (f *fixture) lease(sink string, budgets ...relay.Budget) queue.Lane {
	f.Helper()
	lane, err := f.Store.Lease(f.Context(), sink, ttl, budgets)
	if err != nil {
		f.Fatal(err)
	}
	f.leased = append(f.leased, lane)
	return lane
}

// pass lets time go by, back too, through which the lanes stay leased.
func (f *fixture) pass(d time.Duration) {
	f.Helper()
	renew := func(ttl time.Duration) {
		for _, lane := range f.leased {
			if err := lane.Renew(f.Context(), ttl); err != nil && !errors.Is(err, queue.ErrLost) {
				f.Fatal(err)
			}
		}
	}
	renew(ttl + max(d, 0))
	f.Advance(d)
	renew(ttl)
}

// crowd is how long a crowded lane waits from one request to the next.
const crowd = time.Millisecond

// crowded returns a lane with so little room that what waits goes together.
func (f *fixture) crowded(sink string) queue.Lane {
	f.Helper()
	return f.lease(sink, budget("crowd at "+sink, 1, crowd))
}

// budget returns one that takes count requests per time.
func budget(key string, count int, per time.Duration) relay.Budget {
	return relay.Budget{Key: key, Limits: []relay.Limit{{Count: count, Per: per}}}
}

// next returns a batch that must not be empty.
func (f *fixture) next(lane queue.Lane, limit int) queue.Batch {
	f.Helper()
	turn, err := lane.Next(f.Context(), limit)
	batch, wait := turn.Batch, turn.Wait
	if err != nil || len(batch.Deliveries) == 0 || wait != 0 {
		f.Fatalf("next: %+v, wait %s, error %v; want a batch", batch, wait, err)
	}
	return batch
}

// nothing checks that the lane has nothing to send before wait has passed.
func (f *fixture) nothing(lane queue.Lane, wait time.Duration) {
	f.Helper()
	turn, err := lane.Next(f.Context(), 10)
	batch, got := turn.Batch, turn.Wait
	if err != nil || len(batch.Deliveries) != 0 || got != wait {
		f.Fatalf("next: events %v, wait %s, error %v; want none and %s", ids(batch), got, err, wait)
	}
}

func (f *fixture) begin(lane queue.Lane, batch queue.Batch) {
	f.Helper()
	if err := lane.Begin(f.Context(), batch); err != nil {
		f.Fatal(err)
	}
}

// begun takes a batch from a lane and begins it.
func (f *fixture) begun(lane queue.Lane, limit int) queue.Batch {
	f.Helper()
	batch := f.next(lane, limit)
	f.begin(lane, batch)
	return batch
}

func (f *fixture) settle(lane queue.Lane, batch queue.Batch, s queue.Settlement) {
	f.Helper()
	if err := lane.Settle(f.Context(), batch, s); err != nil {
		f.Fatal(err)
	}
}

// send makes one attempt that ends as s says.
func (f *fixture) send(lane queue.Lane, limit int, s queue.Settlement) queue.Batch {
	f.Helper()
	batch := f.begun(lane, limit)
	f.settle(lane, batch, s)
	return batch
}

// killed reopens the store as after a kill, and lets all leases end.
func (f *fixture) killed() {
	f.Helper()
	f.Store, f.leased = f.Reopen(), nil
	f.Advance(ttl)
}

func (f *fixture) records(q queue.Query) []queue.Record {
	f.Helper()
	records, err := f.Store.Events(f.Context(), q)
	if err != nil {
		f.Fatal(err)
	}
	return records
}

// record returns the one record of an event.
func (f *fixture) record(id string) queue.Record {
	f.Helper()
	records := f.records(queue.Query{ID: id})
	if len(records) != 1 || records[0].Event.ID != id {
		f.Fatalf("%d records of event %s", len(records), id)
	}
	return records[0]
}

func (f *fixture) status() map[string]queue.LaneStatus {
	f.Helper()
	status, err := f.Store.LaneStatus(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return status
}

func (f *fixture) want(about string, got, want any) {
	f.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		f.Errorf("%s: got %s, want %s", about, g, w)
	}
}

func (f *fixture) wantError(about string, err, want error) {
	f.Helper()
	if !errors.Is(err, want) {
		f.Errorf("%s: error %v, want %v", about, err, want)
	}
}

// ended returns a context that has ended.
func ended(parent context.Context) context.Context {
	ctx, cancel := context.WithCancel(parent)
	cancel()
	return ctx
}

// ids returns the IDs of a batch's events.
func ids(batch queue.Batch) []string {
	all := make([]string, len(batch.Deliveries))
	for i, d := range batch.Deliveries {
		all[i] = d.Event.ID
	}
	return all
}

func sent(id string) queue.Settlement {
	return queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent, ID: id, Status: 200}}
}

func dead(reason string) queue.Settlement {
	return queue.Settlement{State: queue.Dead, Verdict: relay.Verdict{Outcome: relay.Refused, Reason: reason, Status: 400}}
}

func again(after time.Duration, reason string) queue.Settlement {
	return queue.Settlement{State: queue.Again, After: after, Verdict: relay.Verdict{Outcome: relay.Later, Reason: reason, Status: 503}}
}
