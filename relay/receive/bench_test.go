package receive_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/receive"
	"botrelay/relay/route"
	"botrelay/relay/vendors"
)

// connections is how many vendors' connections send at once.
const connections = 64

// BenchmarkReceive compares receiving with a bare handler that reads, verifies,
// decodes and answers, but stores nothing. The two take turns in one run, so
// that a slow moment of the machine meets both, and the result is their ratio:
// "share" is acknowledged durable events a second as a share of the bare
// handler's.
func BenchmarkReceive(b *testing.B) {
	store, err := sqlite.Open(b.Context(), sqlite.Config{Path: filepath.Join(b.TempDir(), "bench.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	durable := listen(b, receiver(b, store))
	bare := listen(b, bareHandler(website()))

	var sequence atomic.Int64
	var events [2]int64
	var spent [2]time.Duration
	for b.Loop() {
		for i, url := range []string{bare, durable} {
			began := time.Now()
			events[i] += drive(b, url, connections, &sequence, 500*time.Millisecond)
			spent[i] += time.Since(began)
		}
	}
	perSecond := func(i int) float64 { return float64(events[i]) / spent[i].Seconds() }
	b.ReportMetric(perSecond(0), "bare-events/s")
	b.ReportMetric(perSecond(1), "durable-events/s")
	b.ReportMetric(perSecond(1)/perSecond(0), "share")
	b.ReportMetric(0, "ns/op") // a turn has a fixed length
}

// website is the source that the benchmarks post to.
func website() receive.Source {
	v, _ := vendors.Lookup("chatbase")
	return receive.Source{Name: "website", Vendor: v, Secrets: []relay.Secret{relay.NewSecret(secret)}}
}

// receiver returns a handler that owes each event to one sink.
func receiver(b *testing.B, store queue.Inbox) http.Handler {
	b.Helper()
	table, err := route.New(route.Config{Rules: []route.Rule{{Name: "leads", Match: route.Match{Kind: []string{"lead"}}, To: []string{"sales"}}}, Default: []string{"sales"}})
	if err != nil {
		b.Fatal(err)
	}
	return receive.New(receive.Config{
		Sources: []receive.Source{website()},
		Route:   table.Route,
		Inbox:   store,
		MaxBody: 1 << 20,
		Log:     slog.New(slog.NewJSONHandler(devNull{}, nil)), // formatting is part of the work
	})
}

// devNull is where the log goes. io.Discard would let nothing be formatted.
type devNull struct{}

func (devNull) Write(p []byte) (int, error) { return len(p), nil }

// bareHandler does what every receiver must, and no more.
func bareHandler(source receive.Source) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		verified, err := source.Vendor.Verify(r.Header, body, source.Secrets, source.Options, time.Now())
		if err != nil || !json.Valid(verified) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if e := source.Vendor.Decode(r.Header, verified); e.Kind != relay.Lead {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, source.Vendor.Accepted.Body)
	})
}

func listen(b *testing.B, h http.Handler) string {
	b.Helper()
	mux := http.NewServeMux()
	mux.Handle("/hooks/{source}", h)
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	web := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = web.Serve(listener) }()
	b.Cleanup(func() { _ = web.Close() })
	return "http://" + listener.Addr().String() + "/hooks/website"
}

// drive sends leads over all connections for a while and returns how many were
// acknowledged. Each lead is one of its own.
func drive(b *testing.B, url string, connections int, sequence *atomic.Int64, d time.Duration) int64 {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	ctx := context.WithoutCancel(b.Context())
	var acknowledged atomic.Int64
	var workers sync.WaitGroup
	end := time.Now().Add(d)
	for range connections {
		workers.Go(func() {
			for time.Now().Before(end) {
				body := fmt.Sprintf(`{"eventType":"leads.submit","chatbotId":"bot_1","payload":{"conversationId":"c%d","customerEmail":"ada@example.com","customerName":"Ada Lovelace","customerPhone":"+441234567890"}}`, sequence.Add(1))
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				header, signature := sign("chatbase", secret, body, end)
				req.Header.Set(header, signature)
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Errorf("status %d", resp.StatusCode)
					return
				}
				acknowledged.Add(1)
			}
		})
	}
	workers.Wait()
	return acknowledged.Load()
}
