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

// burst posts until the platform has enough, and returns how many passed and
// the answer that ended it.
func burst(t *testing.T, most int, post func() reply) (passed int, late reply) {
	t.Helper()
	for passed = 0; passed < most; passed++ {
		if late = post(); late.status == http.StatusTooManyRequests {
			return passed, late
		}
		if late.status >= 400 {
			t.Fatalf("%d %s", late.status, late.body)
		}
	}
	return passed, late
}

func TestSlackRate(t *testing.T) {
	c := newClock()
	_, server := serve(t, sandbox.Config{Rates: true, Now: c.Now})
	to := func(channel string) func() reply {
		return func() reply {
			return postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":"`+channel+`","text":"t"}`, "Authorization", "Bearer x")
		}
	}
	n, late := burst(t, 10, to("#a"))
	if n != 4 || late.header.Get("Retry-After") != "4" || late.field(t, "error") != "ratelimited" {
		t.Errorf("%d passed, then %v %s", n, late.header, late.body)
	}
	if n, _ := burst(t, 1, to("#b")); n != 1 {
		t.Error("another channel is late too")
	}
	c.move(3999 * time.Millisecond)
	if n, late := burst(t, 1, to("#a")); n != 0 || late.header.Get("Retry-After") != "1" {
		t.Errorf("a moment too early: %d passed, Retry-After %q", n, late.header.Get("Retry-After"))
	}
	c.move(time.Millisecond)
	for range 20 { // one a second is never too fast
		if n, late := burst(t, 1, to("#a")); n != 1 {
			t.Fatalf("one a second: %s", late.body)
		}
		c.move(time.Second)
	}
	n, late = burst(t, 10, func() reply { return postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"t"}`) })
	if n != 4 || late.field(t, "error") != "rate_limited" || late.field(t, "retry_after") != "4" {
		t.Errorf("webhook: %d passed, then %s", n, late.body)
	}
}

func TestDiscordRate(t *testing.T) {
	c := newClock()
	_, server := serve(t, sandbox.Config{Rates: true, Now: c.Now})
	post := func() reply { return postJSON(t, server.URL+"/api/webhooks/7/t?wait=true", `{"content":"x"}`) }
	first := post()
	if first.header.Get("X-RateLimit-Remaining") != "4" || first.header.Get("X-RateLimit-Reset-After") != "2.000" {
		t.Errorf("first: %v", first.header)
	}
	c.move(500 * time.Millisecond)
	n, late := burst(t, 10, post)
	if n != 4 || late.field(t, "retry_after") != "1.5" || late.field(t, "global") != "false" ||
		late.header.Get("Retry-After") != "2" || late.header.Get("X-RateLimit-Scope") != "user" || late.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("%d passed, then %v %s", n, late.header, late.body)
	}
	passed := 5
	for passed < 40 {
		c.move(2 * time.Second)
		n, late = burst(t, 5, post)
		if passed += n; n < 5 {
			break
		}
	}
	if passed != 30 || late.header.Get("Retry-After") == "2" {
		t.Errorf("%d passed within a minute, want 30; then %s", passed, late.body)
	}
}

func TestTelegramRate(t *testing.T) {
	c := newClock()
	_, server := serve(t, sandbox.Config{Rates: true, Now: c.Now})
	to := func(chat string) func() reply {
		return func() reply {
			return postForm(t, server.URL+"/bot1:a/sendMessage", url.Values{"chat_id": {chat}, "text": {"x"}})
		}
	}
	n, late := burst(t, 10, to("-5"))
	if n != 3 || late.field(t, "parameters", "retry_after") != "3" || late.field(t, "description") != "Too Many Requests: retry after 3" {
		t.Errorf("%d passed, then %s", n, late.body)
	}
	count := func(chat string) (passed int) {
		for range 40 {
			c.move(time.Second)
			n, _ := burst(t, 1, to(chat))
			passed += n
		}
		return passed
	}
	if n := count("-6"); n != 20 {
		t.Errorf("a group took %d in 40 s, want 20", n)
	}
	if n := count("6"); n != 40 {
		t.Errorf("a person took %d in 40 s, want 40", n)
	}
	c.move(time.Minute)
	all := 0
	for chat := 100; ; chat++ {
		n, _ := burst(t, 1, to(strconv.Itoa(chat)))
		if n == 0 {
			break
		}
		all++
	}
	if all != 30 {
		t.Errorf("a bot sent %d at once, want 30", all)
	}
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
