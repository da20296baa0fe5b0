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
