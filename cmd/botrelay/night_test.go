package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/vendors"
)

const watchedRoutes = `
[server]
notify = ["night"]
[store]
retain      = "48h"
retain_dead = "96h"
[sources.website]
vendor = "chatbase"
secret = "of-the-website"
[sources.booking]
vendor = "newoaks"
pending = true
[sinks.sales]
type = "slack"
webhook_url = "https://hooks.slack.com/services/T0/B0/sales"
[sinks.night]
type = "slack"
webhook_url = "https://hooks.slack.com/services/T0/B0/night"
[[routes]]
match = { kind = "lead" }
to = ["sales"]
`

// night is a relay as serve builds it, with a real store, whose clock moves when
// everything rests. Its lanes do not run: there is no network.
type night struct {
	t     *testing.T
	store *brittle
	parts *built
	start time.Time
}

// brittle is a store that may be out of order.
type brittle struct {
	queue.Store
	err atomic.Pointer[error]
}

func (b *brittle) Put(ctx context.Context, e relay.Event, owed []relay.Owed) (queue.Receipt, error) {
	if err := b.err.Load(); err != nil {
		return queue.Receipt{}, *err
	}
	return b.Store.Put(ctx, e, owed)
}

func (b *brittle) fail(err error) { b.err.Store(&err) }
func (b *brittle) mend()          { b.err.Store(nil) }

// watched runs test on a relay whose tasks run.
func watched(t *testing.T, test func(*night)) {
	t.Helper()
	cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(watchedRoutes)}, configEnv(shippedEnv))
	if cfg == nil {
		t.Fatal(problems)
	}
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		counts := countsOf(cfg, log)
		store, err := openStore(t.Context(), "sqlite:"+filepath.Join(folder, "botrelay.db"), counts, log)
		if err != nil {
			t.Fatal(err)
		}
		n := &night{t: t, store: &brittle{Store: store}, start: time.Now()}
		n.parts, err = build(relayConfig{Config: cfg, store: n.store, counts: counts, log: log})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var tasks sync.WaitGroup
		for _, task := range n.parts.Tasks {
			tasks.Go(func() { task(ctx) })
		}
		test(n)
		cancel()
		tasks.Wait()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
}

// after lets d pass.
func (n *night) after(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// post hands a request to the source website, and holds that it is answered with status.
func (n *night) post(secret, body string, status int) {
	n.t.Helper()
	v, _ := vendors.Lookup("chatbase")
	r := httptest.NewRequestWithContext(n.t.Context(), http.MethodPost, "/hooks/website", strings.NewReader(body))
	r.Header = v.Sign([]byte(body), relay.NewSecret(secret), time.Now())
	r.SetPathValue("source", "website")
	w := httptest.NewRecorder()
	n.parts.Parts.Hooks.ServeHTTP(w, r)
	if w.Code != status {
		n.t.Errorf("%s was answered %d, want %d", body, w.Code, status)
	}
}

// leadOf is a body with a name of its own.
func leadOf(name string) string {
	return fmt.Sprintf(`{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":%q,"customerName":%q}}`, name, name)
}

// told holds that exactly these notices, by their titles, were owed to night
// alone, the oldest first.
func (n *night) told(want ...string) {
	n.t.Helper()
	synctest.Wait()
	var got []string
	for _, r := range n.events(notice.Name) {
		got = append(got, r.Event.Subject)
		if len(r.Deliveries) != 1 || r.Deliveries[0].Sink != "night" {
			n.t.Errorf("%s is owed as %v", r.Event.Subject, r.Deliveries)
		}
	}
	if !slices.Equal(got, want) {
		n.t.Errorf("told %q, want %q", got, want)
	}
}

// events returns a source's events, the oldest first.
func (n *night) events(source string) []queue.Record {
	n.t.Helper()
	records, err := n.store.Events(context.Background(), queue.Query{Source: source, Oldest: true})
	if err != nil {
		n.t.Fatal(err)
	}
	return records
}
