package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"botrelay/relay/queue"
)

// sized returns how many of n things a benchmark has: with -short, which tells only
// that it works, a tenth.
func sized(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

// BenchmarkPutWhilePruning puts events from 8 goroutines, in turns with nothing
// else going on and while a big prune deletes or gives space back, so that both
// halves see the same machine, and tells how much longer a Put takes then.
func BenchmarkPutWhilePruning(b *testing.B) {
	b.Run("deleting", func(b *testing.B) {
		s := openAt(b, filepath.Join(b.TempDir(), "bench.db"), nil)
		fill(b, s, sized(400_000))
		benchmarkPutWhilePruning(b, s)
	})
	b.Run("giving back", func(b *testing.B) {
		s := openAt(b, filepath.Join(b.TempDir(), "bench.db"), nil)
		fill(b, s, sized(400_000))
		if _, err := s.db.writer.conn.sql.ExecContext(b.Context(), `DELETE FROM events; DELETE FROM deliveries`); err != nil {
			b.Fatal(err)
		}
		for range 2 { // looks at events, then at conversations: next comes the space
			if _, more, err := s.Prune(b.Context(), queue.Retention{}); err != nil || !more {
				b.Fatal(more, err)
			}
		}
		benchmarkPutWhilePruning(b, s)
		if count(b, s, "freelist_count FROM pragma_freelist_count") == 0 {
			b.Log("all space was given back before the end: this tells too little")
		}
	})
}

func benchmarkPutWhilePruning(b *testing.B, s *Store) {
	var idle, pruning []time.Duration
	pruned := 0
	for n := 0; b.Loop(); n++ {
		idle = append(idle, putSome(b, s, fmt.Sprint("idle ", n))...)
		stop := make(chan struct{})
		done := make(chan int)
		go func() { done <- pruneUntil(b, s, stop) }()
		pruning = append(pruning, putSome(b, s, fmt.Sprint("pruning ", n))...)
		close(stop)
		pruned += <-done
	}
	slices.Sort(idle)
	slices.Sort(pruning)
	for _, at := range []int{50, 99} {
		i, p := idle[len(idle)*at/100], pruning[len(pruning)*at/100]
		b.ReportMetric(float64(i.Microseconds()), fmt.Sprintf("p%d-idle-us", at))
		b.ReportMetric(float64(p.Microseconds()), fmt.Sprintf("p%d-pruning-us", at))
		b.ReportMetric(float64(p)/float64(i), fmt.Sprintf("p%d-ratio", at))
	}
	b.ReportMetric(float64(pruned)/float64(b.N), "pruned/op")
	b.ReportMetric(0, "ns/op")
}

// putSome puts 8 times 50 events, and returns how long each took.
func putSome(b *testing.B, s *Store, name string) (all []time.Duration) {
	const putters, each = 8, 50
	took := make(chan []time.Duration, putters)
	for p := range putters {
		go func() {
			var mine []time.Duration
			for n := range each {
				began := time.Now()
				if _, err := s.Put(b.Context(), testEvent(fmt.Sprintf("%s/%d/%d", name, p, n)), []queue.Owed{{Sink: "b"}}); err != nil {
					b.Error(err)
				}
				mine = append(mine, time.Since(began))
			}
			took <- mine
		}()
	}
	for range putters {
		all = append(all, <-took...)
	}
	return all
}

// pruneUntil prunes step by step, and returns how many events went.
func pruneUntil(b *testing.B, s *Store, stop <-chan struct{}) (pruned int) {
	for {
		select {
		case <-stop:
			return pruned
		default:
		}
		n, _, err := s.Prune(context.WithoutCancel(b.Context()), queue.Retention{Sent: time.Hour, Dead: time.Hour})
		if err != nil {
			b.Error(err)
			return pruned
		}
		pruned += n
	}
}

// BenchmarkLaneStatus asks for the state of the lanes with a million pending.
func BenchmarkLaneStatus(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "bench.db"), nil)
	pending := sized(1_000_000)
	fill(b, s, pending)
	if _, err := s.db.writer.conn.sql.ExecContext(b.Context(), `UPDATE deliveries SET state = 'pending'`); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		status, err := s.LaneStatus(b.Context())
		if err != nil || status["a"].Pending != pending*99/100 {
			b.Fatal(status, err)
		}
	}
}

// BenchmarkEvents asks the common questions among a million events.
func BenchmarkEvents(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "bench.db"), nil)
	all := sized(1_000_000)
	fill(b, s, all)
	for _, bc := range []struct {
		name string
		q    queue.Query
		want int
	}{
		{"newest", queue.Query{}, 100},
		{"by ID", queue.Query{ID: fmt.Sprint("event-", all/2), Attempts: true}, 1},
		{"dead", queue.Query{Status: queue.StatusDead}, 100},
		{"pending of a sink", queue.Query{Status: queue.StatusPending, Sink: "a"}, 100},
		{"unrouted", queue.Query{Status: queue.StatusUnrouted}, 100},
		{"since, the oldest first", queue.Query{Since: time.Duration(all/10) * time.Second, Oldest: true}, 100},
		{"dead, since", queue.Query{Status: queue.StatusDead, Since: time.Duration(all/4) * time.Second, Oldest: true}, 100},
		{"of a rare source", queue.Query{Source: "rare"}, 100},
		{"of a source that there is not", queue.Query{Source: "nobody"}, 0},
	} {
		b.Run(bc.name, func(b *testing.B) {
			for b.Loop() {
				if records, err := s.Events(b.Context(), bc.q); err != nil || len(records) != bc.want {
					b.Fatal(len(records), err)
				}
			}
		})
	}
}
