package sandbox_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"botrelay/sinks/sandbox"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestNoRates(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	for range 50 {
		if r := postJSON(t, server.URL+"/api/webhooks/7/t", `{"content":"x"}`); r.status != 204 || r.header.Get("X-RateLimit-Remaining") != "5" {
			t.Fatalf("%d %v", r.status, r.header)
		}
	}
	if len(s.Messages()) != 50 {
		t.Error("not all arrived")
	}
}

func TestKeepsTheNewest(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	bot := func(text, reply string) reply {
		return postForm(t, server.URL+"/bot1:a/sendMessage", url.Values{"chat_id": {"5"}, "text": {text}, "reply_to_message_id": {reply}})
	}
	for i := range 1005 {
		bot(strconv.Itoa(i), "")
	}
	messages := s.Messages()
	if len(messages) != 1000 || messages[0].Text != "5" || messages[999].Text != "1004" {
		t.Errorf("%d kept, from %q to %q", len(messages), messages[0].Text, messages[len(messages)-1].Text)
	}
	if r := bot("x", "1"); r.status != 200 {
		t.Errorf("a reply to a message that is no longer kept: %s", r.body)
	}
	if err := s.Wait(t.Context(), 1006); err != nil {
		t.Error(err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	body := `{"text":"t","padding":"` + words(900_000) + `"}`
	for range 60 {
		if r := postJSON(t, server.URL+"/services/T0/B0/x", body); r.status != 200 {
			t.Fatal(r.body)
		}
	}
	if n := len(s.Messages()); n < 30 || n > 37 {
		t.Errorf("%d messages of 0.9 MB are kept, want as many as fit into 32 MiB", n)
	}
	if r := postJSON(t, server.URL+"/services/T0/B0/x", body+strings.Repeat(" ", 200_000)); r.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a request of 1.1 MB: %d", r.status)
	}
}

func TestConcurrently(t *testing.T) {
	s, server := serve(t, sandbox.Config{Rates: false})
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 20 {
				text := fmt.Sprintf("%d.%d", worker, i)
				postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"`+text+`"}`)
				postJSON(t, server.URL+"/api/v10/channels/5/messages", `{"content":"x","nonce":"same`+strconv.Itoa(i)+`","enforce_nonce":true}`, "Authorization", "Bot x")
				get(t, server.URL+"/bot1:a/sendMessage?chat_id=5&text="+text)
				get(t, server.URL+"/")
			}
		})
	}
	all.Wait()
	ids := map[string]bool{}
	count := map[sandbox.Platform]int{}
	for _, m := range s.Messages() {
		ids[string(m.Platform)+m.ID] = true
		count[m.Platform]++
	}
	if count[sandbox.Slack] != 160 || count[sandbox.Telegram] != 160 || count[sandbox.Discord] != 20 || len(ids) != 340 {
		t.Errorf("%v messages, %d different IDs", count, len(ids))
	}
}

// TestSameInstant holds that IDs differ though the clock stands still.
func TestSameInstant(t *testing.T) {
	s, server := serve(t, sandbox.Config{Now: newClock().Now})
	for range 3 {
		postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"t"}`)
		postJSON(t, server.URL+"/api/webhooks/7/t", `{"content":"x"}`)
	}
	ids := map[string]bool{}
	for _, m := range s.Messages() {
		ids[m.ID] = true
	}
	if len(ids) != 6 {
		t.Errorf("%d different IDs among 6", len(ids))
	}
}

func TestWait(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	done := make(chan error, 1)
	go func() { done <- s.Wait(t.Context(), 2) }()
	postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"1"}`)
	select {
	case err := <-done:
		t.Fatalf("one message was enough: %v", err)
	default:
	}
	postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"2"}`)
	if err := <-done; err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Wait(ctx, 3); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "3 messages, 2 have") {
		t.Errorf("got %v", err)
	}
}

func TestFail(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	answer := &sandbox.Response{Status: 503, Header: http.Header{"Retry-After": {"7"}}, Body: "busy"}
	s.Fail(func(r *http.Request) *sandbox.Response {
		if !strings.HasPrefix(r.URL.Path, "/services/") {
			return nil
		}
		return answer
	})
	hook := server.URL + "/services/T0/B0/x"
	if r := postJSON(t, hook, `{"text":"t"}`); r.status != 503 || r.body != "busy" || r.header.Get("Retry-After") != "7" {
		t.Errorf("%d %v %s", r.status, r.header, r.body)
	}
	if r := get(t, server.URL+"/bot1:a/getMe"); r.status != 200 {
		t.Errorf("where the hook says nothing: %d", r.status)
	}
	if r := get(t, server.URL+"/"); r.status != 200 {
		t.Errorf("the page: %d", r.status)
	}
	if len(s.Messages()) != 0 {
		t.Error("a failed message was kept")
	}
	post := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook, strings.NewReader(`{"text":"t"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	answer = &sandbox.Response{Reset: true, After: true}
	if err := post(t.Context()); !errors.Is(err, syscall.ECONNRESET) || len(s.Messages()) != 1 {
		t.Errorf("a reset after the fact: %v, %d messages", err, len(s.Messages()))
	}
	answer = &sandbox.Response{Hang: true}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := post(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a hang: %v", err)
	}
	hanging := make(chan error, 1)
	go func() { hanging <- post(t.Context()) }()
	s.Close()
	if err := <-hanging; err == nil {
		t.Error("a hang ended well")
	}
	s.Fail(nil)
	if err := post(t.Context()); err != nil || len(s.Messages()) != 2 {
		t.Errorf("after the faults: %v", err)
	}
}

// events reads server-sent events until stop returns true.
func events(t *testing.T, address, last string, stop func(id, name, data string) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if kind := resp.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("a %s", kind)
	}
	var id, name, data string
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "id":
			id = value
		case "event":
			name = value
		case "data":
			data = value
		case "":
			if stop(id, name, data) {
				return
			}
		}
	}
	t.Fatal("the events ended")
}

func TestLive(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	hook := server.URL + "/services/T0/B0/x"
	postJSON(t, hook, `{"text":"first"}`)
	var seen []string
	var mark string
	events(t, server.URL+"/live", "", func(id, _, data string) bool {
		if data == "" {
			return false
		}
		var e struct {
			Platform, Group, Label, HTML string
			Arrived                      int
		}
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			t.Fatal(err)
		}
		if seen = append(seen, e.HTML); len(seen) == 1 {
			mark = id
			go postJSON(t, hook, `{"text":"second"}`)
			return false
		}
		if e.Platform != "slack" || e.Label != "T0/B0" || e.Arrived != 2 || e.Group == "" {
			t.Errorf("event %+v", e)
		}
		return true
	})
	if !strings.Contains(seen[0], "first") || !strings.Contains(seen[1], "second") || strings.Contains(seen[1], "first") {
		t.Errorf("events: %q", seen)
	}
	// After a break, what was missed comes, and nothing twice.
	events(t, server.URL+"/live", mark, func(_, _, data string) bool {
		if strings.Contains(data, "first") {
			t.Error("the first message came again")
		}
		return strings.Contains(data, "second")
	})
	// A page of another sandbox loads itself anew.
	events(t, server.URL+"/live?after=ANOTHER-1", "", func(_, name, _ string) bool { return name == "reload" })
}

func TestCloseEndsLivePages(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	resp, err := http.Get(server.URL + "/live") //nolint:noctx // ended by Close, which is what is tested
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	s.Close()
	s.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		continue
	}
}

func TestMessagesJSON(t *testing.T) {
	_, server := serve(t, sandbox.Config{Now: newClock().Now})
	postJSON(t, server.URL+"/services/T0/B0/secret-part", `{"text":"*hi* &lt;b&gt;"}`)
	r := get(t, server.URL+"/api/sandbox/messages")
	want := `{"messages":[{"id":"1795168800.000000","platform":"slack","place":"T0/B0","time":"2026-11-20T10:00:00Z",` +
		`"request":{"text":"*hi* &lt;b&gt;"},"text":"hi <b>"}]}`
	if r.body != want {
		t.Errorf("got  %s\nwant %s", r.body, want)
	}
}
