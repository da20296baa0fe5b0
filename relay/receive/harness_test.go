package receive_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is what two of the vendors sign with
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/receive"
	"botrelay/relay/vendors"
)

const secret = "s3cret-of-the-source"

// mac computes an HMAC apart from the code under test.
func mac(h func() hash.Hash, key, text string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func sign(vendorName, key, body string, now time.Time) (header, value string) {
	switch vendorName {
	case "chatbase":
		return "x-chatbase-signature", hex.EncodeToString(mac(sha1.New, key, body))
	case "chatdata":
		return "x-chat-data-hmac-sha256", base64.StdEncoding.EncodeToString(mac(sha256.New, key, body))
	case "chatzuri":
		return "x-chatzuri-signature", "sha256=" + hex.EncodeToString(mac(sha256.New, key, body))
	default:
		t := fmt.Sprint(now.Unix())
		return "X-Webhook-Signature", "t=" + t + ",v1=" + hex.EncodeToString(mac(sha256.New, key, t+"."+body))
	}
}

// relayUnderTest is a Handler over the real store, on loopback.
type relayUnderTest struct {
	t     *testing.T
	url   string
	store queue.Store
	now   time.Time
	log   *strings.Builder
	seen  chan receive.Request // what the observer was told

	handler *receive.Handler
}

func start(t *testing.T, inbox func(queue.Inbox) queue.Inbox) *relayUnderTest {
	t.Helper()
	r := &relayUnderTest{t: t, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), log: &strings.Builder{}, seen: make(chan receive.Request, 64)}
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	r.store = store
	cfg := receive.Config{
		Route:   func(*relay.Event) []relay.Owed { return []relay.Owed{{Sink: "sales", Route: "all"}} },
		Inbox:   store,
		MaxBody: 4096,
		Now:     func() time.Time { return r.now },
		Observe: func(seen receive.Request) {
			select {
			case r.seen <- seen:
			default: // a test that sends so many does not look
			}
		},
		Log: slog.New(slog.NewJSONHandler(r.log, nil)),
	}
	if inbox != nil {
		cfg.Inbox = inbox(store)
	}
	for _, v := range append(vendors.Builtin(), acme(t)) {
		cfg.Sources = append(cfg.Sources,
			receive.Source{Name: v.Name, Vendor: v, Secrets: []relay.Secret{relay.NewSecret("the former one"), relay.NewSecret(secret)}},
			receive.Source{Name: v.Name + "-pending", Vendor: v, Pending: true})
	}
	r.handler = receive.New(cfg)
	mux := http.NewServeMux()
	mux.Handle("/hooks/{source}", r.handler)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	r.url = web.URL
	return r
}

// send posts body to a source; headers are names and values in turn.
func (r *relayUnderTest) send(method, source, body string, headers ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+"/hooks/"+source, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{resp.StatusCode, string(text), resp.Header}
}

// answer is what a vendor hears.
type answer struct {
	status int
	body   string
	header http.Header
}

func (r *relayUnderTest) events() []queue.Record {
	r.t.Helper()
	records, err := r.store.Events(r.t.Context(), queue.Query{})
	if err != nil {
		r.t.Fatal(err)
	}
	return records
}
