package postgres

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
)

// BenchmarkLanes begins and settles in many lanes of one platform at once, on three
// relays: each lane has a pace of its own, and all share a budget that has none.
func BenchmarkLanes(b *testing.B) {
	for _, n := range []int{1, 16, 128} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			lanes := leaseLanes(b, n)
			b.ResetTimer()
			var pairs atomic.Int64
			var all sync.WaitGroup
			for _, lane := range lanes {
				all.Go(func() { lane.work(b, &pairs) })
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

// busyLane is a lane with one delivery that is never done with.
type busyLane struct {
	queue.Lane
	batch queue.Batch
}

// leaseLanes leases n lanes of one platform on three relays.
func leaseLanes(b *testing.B, n int) (lanes []*busyLane) {
	b.Helper()
	url := server.Database(b)
	var relays [3]*Store
	for i := range relays {
		s, err := Open(b.Context(), Config{URL: url})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
		relays[i] = s
	}
	for i := range n {
		s, sink := relays[i%len(relays)], fmt.Sprint("sink-", i)
		if _, err := s.Put(b.Context(), lead(sink), []queue.Owed{{Sink: sink}}); err != nil {
			b.Fatal(err)
		}
		place := relay.Budget{Key: "slack channel " + sink, Limits: []relay.Limit{{Count: 1, Per: time.Microsecond}}}
		lane, err := s.Lease(b.Context(), sink, time.Hour, []relay.Budget{place, {Key: "slack"}})
		if err != nil {
			b.Fatal(err)
		}
		turn, err := lane.Next(b.Context(), 1)
		if err != nil || len(turn.Batch.Deliveries) != 1 {
			b.Fatal(turn, err)
		}
		lanes = append(lanes, &busyLane{lane, turn.Batch})
	}
	return lanes
}

// work begins and settles until all lanes together have done so b.N times.
func (l *busyLane) work(b *testing.B, pairs *atomic.Int64) {
	for n := pairs.Add(1); n <= int64(b.N); n = pairs.Add(1) {
		l.batch.ID = fmt.Sprint(n)
		err := l.Begin(b.Context(), l.batch)
		if err == nil {
			err = l.Settle(b.Context(), l.batch, queue.Settlement{State: queue.Again, Verdict: relay.Verdict{Outcome: relay.Sent}})
		}
		if err != nil {
			b.Error(err)
			return
		}
	}
}
