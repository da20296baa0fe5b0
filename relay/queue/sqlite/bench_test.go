package sqlite_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
)

// BenchmarkPut puts events of a lead's size from 64 goroutines, each owed to
// one sink and with a key to be recognised by.
func BenchmarkPut(b *testing.B) {
	store, err := sqlite.Open(b.Context(), sqlite.Config{Path: filepath.Join(b.TempDir(), "bench.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(max(64/runtime.GOMAXPROCS(0), 1))
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := store.Put(b.Context(), lead(n.Add(1)), []queue.Owed{{Sink: "sales", Route: "leads"}}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkHead takes the head of a lane that has fallen far behind.
func BenchmarkHead(b *testing.B) {
	store, err := sqlite.Open(b.Context(), sqlite.Config{Path: filepath.Join(b.TempDir(), "bench.db")})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	backlog(b, store, 20_000)
	lane, err := store.Lease(b.Context(), "sales", time.Hour, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if turn, err := lane.Next(b.Context(), 1); err != nil || len(turn.Batch.Deliveries) != 1 {
			b.Fatal(turn, err)
		}
	}
}

// BenchmarkWay takes deliveries one by one through a lane with the budgets of a
// Telegram group: next, begun, sent. Half of the time or more is the disk's.
func BenchmarkWay(b *testing.B) {
	clock := time.Now()
	path := filepath.Join(b.TempDir(), "bench.db")
	store, err := sqlite.Open(b.Context(), sqlite.Config{Path: path, Now: func() time.Time { return clock }})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	backlog(b, store, int64(b.N))
	lane, err := store.Lease(b.Context(), "sales", 1e6*time.Hour, group())
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		turn, err := lane.Next(b.Context(), 1)
		if err != nil || len(turn.Batch.Deliveries) != 1 {
			b.Fatal(turn, err)
		}
		if err := lane.Begin(b.Context(), turn.Batch); err != nil {
			b.Fatal(err)
		}
		if err := lane.Settle(b.Context(), turn.Batch, queue.Settlement{State: queue.Sent, Verdict: relay.Verdict{Outcome: relay.Sent}}); err != nil {
			b.Fatal(err)
		}
		clock = clock.Add(3 * time.Second)
	}
}

// group returns the budgets of a Telegram group.
func group() []relay.Budget {
	return []relay.Budget{
		{Key: "telegram chat -100123", Limits: []relay.Limit{{Count: 1, Per: time.Second}, {Count: 20, Per: time.Minute}}},
		{Key: "telegram bot 123", Scope: relay.ScopeToken, Limits: []relay.Limit{{Count: 30, Per: time.Second}}},
		{Key: "telegram", Scope: relay.ScopePlatform},
	}
}

// BenchmarkBehind asks a lane with budgets for a digest, with little and with
// very much pending.
func BenchmarkBehind(b *testing.B) {
	much := int64(100_000)
	if testing.Short() {
		much = 10_000
	}
	for _, pending := range []int64{100, much} {
		b.Run(fmt.Sprint(pending), func(b *testing.B) {
			store, err := sqlite.Open(b.Context(), sqlite.Config{Path: filepath.Join(b.TempDir(), "bench.db")})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = store.Close() }()
			backlog(b, store, pending)
			lane, err := store.Lease(b.Context(), "sales", time.Hour, group())
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if turn, err := lane.Next(b.Context(), 50); err != nil || len(turn.Batch.Deliveries) != 50 {
					b.Fatal(turn, err)
				}
			}
		})
	}
}

func backlog(tb testing.TB, store queue.Store, events int64) {
	const putters = 64
	failed := make(chan error, putters)
	for i := range int64(putters) {
		go func() {
			for n := i; n < events; n += putters {
				if _, err := store.Put(tb.Context(), lead(n), []queue.Owed{{Sink: "sales", Route: "leads"}}); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range putters {
		if err := <-failed; err != nil {
			tb.Fatal(err)
		}
	}
}

func lead(n int64) relay.Event {
	return relay.Event{
		ID: fmt.Sprintf("0192f0e0-7c3a-7000-8000-%012d", n), Vendor: "chatbase", Source: "website", EventType: "leads.submit",
		Kind: relay.Lead, BotID: "agent_abc123", ConversationID: fmt.Sprint("c", n),
		Contact:    relay.Contact{Name: "Ada Lovelace", Email: "ada@example.com", Phone: "+44 20 7946 0000"},
		ReceivedAt: time.Unix(1_750_000_000, 0).UTC(), DedupKey: fmt.Sprint("lead ", n),
		Payload: json.RawMessage(`{"eventType":"leads.submit","chatbotId":"agent_abc123","payload":{"conversationId":"c1",` +
			`"customerEmail":"ada@example.com","customerName":"Ada Lovelace","customerPhone":"+44 20 7946 0000"}}`),
	}
}
