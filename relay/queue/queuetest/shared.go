package queuetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

func sharedTests() []test {
	return []test{
		{"shared/64 putters and a sender for each of 4 lanes with one budget lose nothing and keep the order", func(f *fixture) {
			const putters, each = 64, 10
			sinks := []string{"a", "b", "c", "d"}
			orders := make([][]string, len(sinks))
			ctx, cancel := context.WithCancel(f.Context())
			defer cancel()
			var senders, putting sync.WaitGroup
			for i, sink := range sinks {
				lane := f.lease(sink, budget("crowd at "+sink, 1, crowd), budget("all of them", 3, crowd))
				senders.Go(func() { orders[i] = f.consume(ctx, lane, f.Store.Wake(sink), i+1, putters*each) })
			}
			for p := range putters {
				putting.Go(func() {
					for n := range each {
						f.putQuietly(event(fmt.Sprintf("%d/%d", p, n)), sinks...)
					}
				})
			}
			putting.Wait()
			if f.Failed() {
				cancel() // the senders would wait for ever
			}
			senders.Wait()
			if f.Failed() {
				return
			}
			for _, order := range orders[1:] {
				f.want("all lanes have the same order", slices.Equal(order, orders[0]), true)
			}
			checkOrder(f, orders[0], putters)
			for _, sink := range sinks {
				f.want(sink, f.status()[sink], queue.LaneStatus{Sent: putters * each})
			}
		}},
		{"shared/of 12 lanes that begin at once no more do than their budget holds, while others settle", func(f *fixture) {
			sinks := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
			f.putMany(10, sinks...)
			var lanes []queue.Lane
			for _, sink := range sinks {
				lanes = append(lanes, f.lease(sink, budget("at "+sink, 10, time.Hour), budget("token", 5, time.Hour), relay.Budget{Key: "platform"}))
			}
			for range 5 {
				f.want("requests in an hour", f.rush(lanes), 5)
				f.pass(time.Hour)
			}
		}},
	}
}

// rush lets lanes begin at once, each of which settles at once too, and returns how
// many could.
func (f *fixture) rush(lanes []queue.Lane) int {
	f.Helper()
	var began atomic.Int64
	var all sync.WaitGroup
	batches := make([]queue.Batch, len(lanes))
	for i, lane := range lanes {
		batches[i] = f.next(lane, 1)
	}
	for i, lane := range lanes {
		batch := batches[i]
		all.Go(func() {
			switch err := lane.Begin(f.Context(), batch); {
			case errors.Is(err, queue.ErrNoRoom):
				return
			case err != nil:
				f.Error(err)
			}
			began.Add(1)
			if err := lane.Settle(f.Context(), batch, sent("m")); err != nil {
				f.Error(err)
			}
		})
	}
	all.Wait()
	return int(began.Load())
}

// consume sends everything from a lane until n events have been sent, and
// returns their order. Every third attempt fails at first.
func (f *fixture) consume(ctx context.Context, lane queue.Lane, wake <-chan struct{}, limit, n int) []string {
	var order []string
	for attempt := 0; len(order) < n && !f.Failed(); attempt++ {
		turn, err := lane.Next(f.Context(), limit)
		batch := turn.Batch
		if err != nil {
			f.Error(err)
			return nil
		}
		if len(batch.Deliveries) == 0 {
			if turn.Wait > 0 {
				f.Advance(turn.Wait) // for the others too, who wait no longer by that
				continue
			}
			select {
			case <-wake:
			case <-ctx.Done():
				return nil
			}
			continue
		}
		s := sent("m")
		if attempt%3 == 0 {
			s = again(0, "busy")
		}
		err = lane.Begin(f.Context(), batch)
		if errors.Is(err, queue.ErrNoRoom) {
			continue
		}
		if err != nil {
			f.Error(err)
			return nil
		}
		if err := lane.Settle(f.Context(), batch, s); err != nil {
			f.Error(err)
			return nil
		}
		if s.State == queue.Sent {
			order = append(order, ids(batch)...)
		}
	}
	return order
}

// checkOrder checks that each putter's events are there, once, and in the
// order in which it put them, one after the other.
func checkOrder(f *fixture, order []string, putters int) {
	next := make([]int, putters)
	for _, id := range order {
		var putter, n int
		if _, err := fmt.Sscanf(id, "%d/%d", &putter, &n); err != nil {
			f.Fatal(err)
		}
		if next[putter] != n {
			f.Fatalf("putter %d: event %d came when %d was due", putter, n, next[putter])
		}
		next[putter]++
	}
}
