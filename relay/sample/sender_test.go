package sample_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/receive"
	"botrelay/relay/sample"
	"botrelay/relay/vendors"
)

const secret = "hunter-of-the-source"

// relays returns a relay's front door over the real store, by HTTPS, and who sends
// samples to it.
func relays(t *testing.T) (*sample.Sender, *httptest.Server) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "x.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	cfg := receive.Config{Inbox: store, MaxBody: 1 << 20, Log: slog.New(slog.DiscardHandler), Route: func(*relay.Event) []relay.Owed { return nil }}
	for _, v := range vendors.Builtin() {
		cfg.Sources = append(cfg.Sources, receive.Source{Name: v.Name, Vendor: v, Secrets: []relay.Secret{relay.NewSecret("another"), relay.NewSecret(secret)}})
	}
	chatbase := cfg.Sources[0].Vendor
	cfg.Sources = append(cfg.Sources,
		receive.Source{Name: "pending", Vendor: chatbase, Pending: true},
		receive.Source{Name: "elsewhere", Vendor: chatbase, Secrets: []relay.Secret{relay.NewSecret(secret)}, AllowIPs: receive.NewNetworks([]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")})})
	mux := http.NewServeMux()
	mux.Handle("/hooks/{source}", receive.New(cfg))
	web := httptest.NewTLSServer(mux)
	t.Cleanup(web.Close)
	return &sample.Sender{URL: web.URL, Client: sample.Local(func() []byte { return web.Certificate().Raw }), Events: store}, web
}

// TestSend: every sample of every vendor goes through the relay, again and again, and
// the event that it has become is known.
func TestSend(t *testing.T) {
	sender, _ := relays(t)
	seen := make(map[string]bool)
	for _, v := range vendors.Builtin() {
		for _, s := range append(v.Samples, v.Samples...) {
			sent, err := sender.Send(t.Context(), sample.Source{Name: v.Name, Vendor: v, Secret: relay.NewSecret(secret)}, s)
			if err != nil || !sent.Accepted() || sent.Code != v.Accepted.Status || sent.Text != v.Accepted.Body || sent.Why != "" {
				t.Fatalf("%s %s: %+v, %v", v.Name, s.Name, sent, err)
			}
			if s.Name == "test" {
				if sent.Event != "" {
					t.Errorf("a test has become the event %s", sent.Event)
				}
				continue
			}
			records, err := sender.Events.Events(t.Context(), queue.Query{ID: sent.Event})
			if err != nil || len(records) != 1 || seen[sent.Event] {
				t.Fatalf("%s %s: the event %q: %v, %v", v.Name, s.Name, sent.Event, records, err)
			}
			seen[sent.Event] = true
			e := records[0].Event
			want := v.Decode(s.Header, s.Body)
			if e.Source != v.Name || e.Kind != want.Kind || e.EventType != want.EventType || e.Contact != want.Contact {
				t.Errorf("%s %s: became %+v", v.Name, s.Name, e)
			}
		}
	}
}

// TestSendRefused: what is not accepted is told with what it means, and never with the
// secret.
func TestSendRefused(t *testing.T) {
	sender, _ := relays(t)
	v, _ := vendors.Lookup("chatbase")
	for name, want := range map[string]string{
		"chatbase":  "the signature does not match",
		"pending":   "there source pending has no secret yet",
		"elsewhere": "source elsewhere does not listen to this machine",
		"gone":      "it has no source gone",
	} {
		sent, err := sender.Send(t.Context(), sample.Source{Name: name, Vendor: v, Secret: relay.NewSecret("hunter, but a wrong one")}, v.Samples[0])
		if err != nil || sent.Accepted() || sent.Event != "" || !strings.HasPrefix(sent.Why, want) || strings.Contains(sent.Why+sent.Text, "hunter") {
			t.Errorf("%s: %+v, %v", name, sent, err)
		}
	}
	if _, err := sender.Send(t.Context(), sample.Source{Name: "chatbase", Vendor: v}, v.Samples[0]); !errors.Is(err, sample.ErrNoSecret) {
		t.Errorf("without a secret: %v", err)
	}
}

// TestSendElsewhere: only this relay gets a sample, whoever answers at its address.
func TestSendElsewhere(t *testing.T) {
	sender, web := relays(t)
	v, _ := vendors.Lookup("chatbase")
	source := sample.Source{Name: "chatbase", Vendor: v, Secret: relay.NewSecret(secret)}
	for name, current := range map[string][]byte{"another certificate": []byte("x"), "none": nil} {
		sender.Client = sample.Local(func() []byte { return current })
		if sent, err := sender.Send(t.Context(), source, v.Samples[0]); err == nil || !strings.Contains(err.Error(), "not this relay") || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %+v, %v", name, sent, err)
		}
	}
	moved := httptest.NewServer(http.RedirectHandler(web.URL+"/hooks/chatbase", http.StatusTemporaryRedirect))
	t.Cleanup(moved.Close)
	sender.URL, sender.Client = moved.URL, sample.Local(func() []byte { return web.Certificate().Raw })
	if sent, err := sender.Send(t.Context(), source, v.Samples[0]); err != nil || sent.Accepted() || sent.Code != http.StatusTemporaryRedirect {
		t.Errorf("a redirect: %+v, %v", sent, err)
	}
	moved.Close()
	if _, err := sender.Send(t.Context(), source, v.Samples[0]); err == nil || !strings.Contains(err.Error(), "sending the sample") {
		t.Errorf("nobody there: %v", err)
	}
}
