package receive_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/receive"
	"botrelay/relay/vendors"
)

// TestReplies holds what each vendor hears against DESIGN's table.
func TestReplies(t *testing.T) {
	for _, tc := range []struct {
		vendor, body, accepted string
		refused                int
		refusal                string
	}{
		{"chatbase", `{"eventType":"leads.submit","chatbotId":"b1","payload":{"customerEmail":"a@example.com"}}`, "OK", 400, `{"message":"Signature didn't match"}`},
		{"chatdata", `{"messages":[{"role":"user","content":"hi"}],"answer":{"content":"hello"},"chatbot_id":"b1"}`, `{"message":"Webhook event received successfully"}`, 403, ""},
		{"chatzuri", `{"event":"lead.submit","agent_id":"b1","data":{"email":"a@example.com"}}`, `{"status":"accepted"}`, 400, `{"message":"Signature didn't match"}`},
		{"newoaks", `{"SerialNumber":"b1","Type":"Lead","Email":"a@example.com","URI":"https://x.example/?a=1&b=2"}`, `{"status":"success"}`, 401, ""},
	} {
		t.Run(tc.vendor, func(t *testing.T) {
			r := start(t, nil)
			header, signature := sign(tc.vendor, secret, tc.body, r.now)
			_, forged := sign(tc.vendor, "another secret", tc.body, r.now)

			got := r.send("POST", tc.vendor, tc.body, header, signature, "Content-Type", "text/plain")
			if got.status != 200 || got.body != tc.accepted {
				t.Errorf("accepted: got %d %q, want 200 %q", got.status, got.body, tc.accepted)
			}
			records := r.events()
			if len(records) != 1 {
				t.Fatalf("%d events stored", len(records))
			}
			e := records[0].Event
			if e.Vendor != tc.vendor || e.Source != tc.vendor || e.BotID != "b1" || e.ID == "" || !e.ReceivedAt.Equal(r.now) || string(e.Payload) != tc.body {
				t.Errorf("stored event: %+v, payload %s", e, e.Payload)
			}
			if d := records[0].Deliveries; len(d) != 1 || d[0].Sink != "sales" || d[0].State != queue.Pending {
				t.Errorf("deliveries: %+v", d)
			}

			for about, headers := range map[string][]string{
				"altered body":  {header, signature},
				"no signature":  nil,
				"empty":         {header, ""},
				"twice":         {header, signature, header, signature},
				"other secret":  {header, forged},
				"another field": {"X-Signature", signature},
			} {
				body := tc.body
				if about == "altered body" {
					body = strings.Replace(body, "b1", "b2", 1)
				}
				got := r.send("POST", tc.vendor, body, headers...)
				if got.status != tc.refused || tc.refusal != "" && got.body != tc.refusal {
					t.Errorf("%s: got %d %q, want %d %q", about, got.status, got.body, tc.refused, tc.refusal)
				}
			}
			if n := len(r.events()); n != 1 {
				t.Errorf("%d events after refused requests", n)
			}
		})
	}
}

// TestStatuses goes through everything that is not a good event.
func TestStatuses(t *testing.T) {
	r := start(t, nil)
	signed := func(vendorName, body string) []string {
		h, v := sign(vendorName, secret, body, r.now)
		return []string{h, v}
	}
	big := `{"eventType":"` + strings.Repeat("x", 4096) + `"}`
	for _, tc := range []struct {
		about, method, source, body string
		headers                     []string
		want                        int
	}{
		{"unknown source", "POST", "nobody", "{}", nil, 404},
		{"unknown source, wrong method", "GET", "nobody", "", nil, 404},
		{"GET", "GET", "chatbase", "", nil, 405},
		{"PUT", "PUT", "chatbase", "{}", signed("chatbase", "{}"), 405},
		{"too large, though signed", "POST", "chatbase", big, signed("chatbase", big), 413},
		{"too large by its length, unsigned", "POST", "chatbase", big, nil, 413},
		{"signed but not JSON", "POST", "chatbase", "hello", signed("chatbase", "hello"), 400},
		{"signed but two documents", "POST", "chatbase", "{}{}", signed("chatbase", "{}{}"), 400},
		{"signed and empty", "POST", "chatbase", "", signed("chatbase", ""), 400},
		{"newoaks' test", "POST", "newoaks", "{}", signed("newoaks", "{}"), 200},
		{"a test with white space", "POST", "newoaks", " {}\n", signed("newoaks", " {}\n"), 200},
		{"newoaks' test, unsigned", "POST", "newoaks", "{}", nil, 401},
		{"pending: test", "POST", "newoaks-pending", "{}", nil, 200},
		{"pending: nothing", "POST", "chatbase-pending", "", nil, 200},
		{"pending: an event", "POST", "newoaks-pending", `{"SerialNumber":"1","Type":"Lead","Name":"A"}`, nil, 503},
		{"pending: an event of chatbase", "POST", "chatbase-pending", `{"eventType":"leads.submit","payload":{}}`, nil, 503},
		{"pending: GET", "GET", "chatbase-pending", "", nil, 405},
	} {
		got := r.send(tc.method, tc.source, tc.body, tc.headers...)
		if got.status != tc.want {
			t.Errorf("%s: got %d %q, want %d", tc.about, got.status, got.body, tc.want)
		}
		if tc.want == 405 && got.header.Get("Allow") != "POST" {
			t.Errorf("%s: Allow is %q", tc.about, got.header.Get("Allow"))
		}
		if tc.want == 503 && got.header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", tc.about)
		}
	}
	if n := len(r.events()); n != 0 {
		t.Errorf("%d events were stored", n)
	}
}

// TestUnknownEvent: what nobody has heard of is kept.
func TestUnknownEvent(t *testing.T) {
	r := start(t, nil)
	for vendorName, body := range map[string]string{
		"chatbase": `{"eventType":"moon.landed","chatbotId":7,"payload":[1,2]}`,
		"chatdata": `[1,2,3]`,
		"chatzuri": `"just a text"`,
		"newoaks":  `{"Type":"Fax","SerialNumber":12}`,
	} {
		header, signature := sign(vendorName, secret, body, r.now)
		if got := r.send("POST", vendorName, body, header, signature); got.status != 200 {
			t.Errorf("%s: %d %s", vendorName, got.status, got.body)
		}
	}
	records := r.events()
	if len(records) != 4 {
		t.Errorf("%d events stored, want 4", len(records))
	}
	for _, rec := range records {
		if rec.Event.Kind != relay.Other {
			t.Errorf("%s: kind %s", rec.Event.Vendor, rec.Event.Kind)
		}
	}
}

// TestSentAgain: a vendor's retry is accepted and stored once.
func TestSentAgain(t *testing.T) {
	r := start(t, nil)
	body := `{"eventType":"leads.submit","chatbotId":"b","payload":{"conversationId":"c","customerEmail":"a@example.com"}}`
	corrected := strings.Replace(body, "a@", "b@", 1)
	for _, b := range []string{body, body, corrected, strings.ReplaceAll(body, ":", ": ")} {
		header, signature := sign("chatbase", secret, b, r.now)
		if got := r.send("POST", "chatbase", b, header, signature); got.status != 200 || got.body != "OK" {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	if n := len(r.events()); n != 2 {
		t.Errorf("%d events, want the lead and its correction", n)
	}
}

// TestStringified: what was signed as JSON.stringify makes it is stored in that form.
func TestStringified(t *testing.T) {
	r := start(t, nil)
	sent := `{ "eventType": "leads.submit", "chatbotId": "b\u0031", "payload": {"customerName": "\u00e9", "n": 1.0} }`
	signedForm := `{"eventType":"leads.submit","chatbotId":"b1","payload":{"customerName":"é","n":1}}` // by node: JSON.stringify(JSON.parse(sent))
	header, signature := sign("chatbase", secret, signedForm, r.now)
	if got := r.send("POST", "chatbase", sent, header, signature); got.status != 200 {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	if got := string(r.events()[0].Event.Payload); got != signedForm {
		t.Errorf("stored %s", got)
	}
}

// TestCrowd: bodies that are slow to come do not fill the memory, and once they
// are gone all is as before.
func TestCrowd(t *testing.T) {
	r := start(t, nil)
	body := `{"eventType":"x","n":"` + strings.Repeat("x", 4000) + `"}`
	header, signature := sign("chatbase", secret, body, r.now)
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(c, "POST /hooks/chatbase HTTP/1.1\r\nHost: x\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", header, signature, len(body), body[:2000])
	if err != nil {
		t.Fatal(err)
	}
	for r.handler.InFlight() != 2000 {
		runtime.Gosched()
	}
	r.handler.Crowd(32 << 20)
	if got := r.send("POST", "chatbase", body, header, signature); got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("in a crowd: got %d", got.status)
	}
	r.handler.Crowd(-(32 << 20))
	if got := r.send("POST", "chatbase", body, header, signature); got.status != 200 {
		t.Errorf("after it: got %d %s", got.status, got.body)
	}
	_ = c.Close()
	for r.handler.InFlight() != 0 {
		runtime.Gosched()
	}
}

// TestHalfClosed: a sender that closes its half of the connection is answered.
func TestHalfClosed(t *testing.T) {
	r := start(t, nil)
	body := `{"eventType":"leads.submit","payload":{}}`
	header, signature := sign("chatbase", secret, body, r.now)
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	_, err = fmt.Fprintf(c, "POST /hooks/chatbase HTTP/1.1\r\nHost: x\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", header, signature, len(body), body)
	if err == nil {
		err = c.(*net.TCPConn).CloseWrite()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(c)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200") || len(r.events()) != 1 {
		t.Errorf("got %q, %v, %d events", answer, err, len(r.events()))
	}
}

// TestLogIsShort: neither a stranger nor a customer writes the log.
func TestLogIsShort(t *testing.T) {
	r := start(t, nil)
	r.send("POST", strings.Repeat("%20", 3000), "{}")
	for _, eventType := range []string{strings.Repeat("x", 3000), "my card is 4111"} {
		body := `{"eventType":"` + eventType + `"}`
		header, signature := sign("chatbase", secret, body, r.now)
		r.send("POST", "chatbase", body, header, signature)
	}
	if log := r.log.String(); len(log) > 2000 || strings.Contains(log, "card") {
		t.Errorf("the log: %d bytes: %s", len(log), log)
	}
}

// failing is an Inbox whose store has no room.
type failing struct{ err error }

func (f failing) Put(context.Context, relay.Event, []relay.Owed) (queue.Receipt, error) {
	return queue.Receipt{}, f.err
}

func TestStoreUnavailable(t *testing.T) {
	for _, err := range []error{fmt.Errorf("disk full: %w", queue.ErrUnavailable), errors.New("anything else")} {
		r := start(t, func(queue.Inbox) queue.Inbox { return failing{err} })
		header, signature := sign("chatbase", secret, `{"eventType":"x"}`, r.now)
		got := r.send("POST", "chatbase", `{"eventType":"x"}`, header, signature)
		if got.status != 503 || got.header.Get("Retry-After") == "" {
			t.Errorf("%v: got %d, Retry-After %q", err, got.status, got.header.Get("Retry-After"))
		}
	}
}

// TestPanickingDecoder: an event is kept even when its decoder has a bug.
func TestPanickingDecoder(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	v, _ := vendors.Lookup("chatbase")
	broken := *v
	broken.Decode = func(http.Header, []byte) relay.Event { panic("a bug") }
	h := receive.New(receive.Config{
		Sources: []receive.Source{{Name: "s", Vendor: &broken, Secrets: []relay.Secret{relay.NewSecret(secret)}}},
		Route:   func(*relay.Event) []relay.Owed { return nil },
		Inbox:   store, MaxBody: 100, Log: slog.New(slog.DiscardHandler),
	})
	header, signature := sign("chatbase", secret, `{"a":1}`, time.Now())
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/s", strings.NewReader(`{"a":1}`))
	req.SetPathValue("source", "s")
	req.Header.Set(header, signature)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	records, err := store.Events(t.Context(), queue.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if rec.Code != 200 || len(records) != 1 || records[0].Event.Kind != relay.Other || string(records[0].Event.Payload) != `{"a":1}` {
		t.Errorf("got %d, %+v", rec.Code, records)
	}
}

// TestLargeBody: a body as large as the routes file lets it be is taken, also where that
// is more than what is held of all of them by default.
func TestLargeBody(t *testing.T) {
	store, err := sqlite.Open(t.Context(), sqlite.Config{Path: filepath.Join(t.TempDir(), "test.db"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	v, _ := vendors.Lookup("chatbase")
	body := `{"a":"` + strings.Repeat("x", 8<<20-8) + `"}`
	h := receive.New(receive.Config{
		Sources: []receive.Source{{Name: "s", Vendor: v, Secrets: []relay.Secret{relay.NewSecret(secret)}}},
		Route:   func(*relay.Event) []relay.Owed { return nil },
		Inbox:   store, MaxBody: int64(len(body)), Log: slog.New(slog.DiscardHandler),
	})
	header, signature := sign("chatbase", secret, body, time.Now())
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/s", strings.NewReader(body))
	req.SetPathValue("source", "s")
	req.Header.Set(header, signature)
	rec := httptest.NewRecorder()
	if h.ServeHTTP(rec, req); rec.Code != 200 {
		t.Errorf("got %d: %s", rec.Code, rec.Body)
	}
}

// TestLog: one line a request, with nothing that a customer wrote and no secret.
func TestLog(t *testing.T) {
	r := start(t, nil)
	body := `{"eventType":"leads.submit","chatbotId":"b","payload":{"customerEmail":"ada@example.com","customerName":"Ada"}}`
	header, signature := sign("chatbase", secret, body, r.now)
	r.send("POST", "chatbase", body, header, signature)
	r.send("POST", "chatbase", body, header, "forged")
	lines := strings.Split(strings.TrimSpace(r.log.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"event accepted"`) || !strings.Contains(lines[1], `"request refused"`) {
		t.Errorf("log: %s", r.log)
	}
	for _, private := range []string{"ada@", "Ada", secret, signature} {
		if strings.Contains(r.log.String(), private) {
			t.Errorf("the log holds %q: %s", private, r.log)
		}
	}
}
