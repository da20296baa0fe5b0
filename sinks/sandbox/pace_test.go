package sandbox_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"botrelay/sinks/sandbox"
)

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
	s, server := serve(t, sandbox.Config{Rates: true, Now: c.Now})
	as := func(token, channel string) func() reply {
		return func() reply {
			return postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":"`+channel+`","text":"t"}`, "Authorization", "Bearer "+token)
		}
	}
	to := func(channel string) func() reply { return as("xoxb-12-a", channel) }
	n, late := burst(t, 10, to("#a"))
	if n != 1 || late.header.Get("Retry-After") != "1" || late.field(t, "error") != "ratelimited" {
		t.Errorf("%d passed, then %v %s", n, late.header, late.body)
	}
	if n, _ := burst(t, 1, as("xoxb-12-b", "a")); n != 0 {
		t.Error("another app of the workspace is not late")
	}
	if n, _ := burst(t, 1, to("#b")); n != 1 {
		t.Error("another channel is late too")
	}
	if n, _ := burst(t, 1, as("xoxb-13-a", "#a")); n != 1 {
		t.Error("another workspace is late too")
	}
	c.move(999 * time.Millisecond)
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
	if n != 1 || late.field(t, "error") != "rate_limited" || late.field(t, "retry_after") != "1" {
		t.Errorf("webhook: %d passed, then %s", n, late.body)
	}
	if n := s.Throttled(); n != 4 {
		t.Errorf("%d refusals were counted, want 4", n)
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

// All webhooks share what one address may ask, and each bot has its own.
func TestDiscordGlobalRate(t *testing.T) {
	c := newClock()
	_, server := serve(t, sandbox.Config{Rates: true, Now: c.Now})
	many := func(post func(place int) reply) (passed int, late reply) {
		for place := 100; place < 200; place++ {
			if late = post(place); late.status != http.StatusOK {
				return passed, late
			}
			passed++
		}
		return passed, late
	}
	bot := func(token string) func(int) reply {
		return func(place int) reply {
			return postJSON(t, fmt.Sprintf("%s/api/channels/%d/messages", server.URL, place), `{"content":"x"}`, "Authorization", "Bot "+token)
		}
	}
	hook := func(place int) reply {
		return postJSON(t, fmt.Sprintf("%s/api/webhooks/%d/t%d?wait=true", server.URL, place, place), `{"content":"x"}`)
	}
	for name, post := range map[string]func(int) reply{"webhooks": hook, "a bot": bot("a"), "another bot": bot("b")} {
		n, late := many(post)
		if n != 50 || late.status != 429 || late.field(t, "global") != "true" || late.field(t, "retry_after") != "1" ||
			late.header.Get("X-RateLimit-Global") != "true" || late.header.Get("X-RateLimit-Scope") != "global" {
			t.Errorf("%s: %d passed, then %v %s", name, n, late.header, late.body)
		}
	}
	c.move(2 * time.Second)
	if r := hook(100); r.status != 200 {
		t.Errorf("later on: %s", r.body)
	}
}

func TestTelegramRate(t *testing.T) {
	c := newClock()
	s, server := serve(t, sandbox.Config{Rates: true, Now: c.Now})
	by := func(bot, chat string) func() reply {
		return func() reply {
			return postForm(t, server.URL+"/bot"+bot+"/sendMessage", url.Values{"chat_id": {chat}, "text": {"x"}})
		}
	}
	to := func(chat string) func() reply { return by("1:a", chat) }
	n, late := burst(t, 10, to("-5"))
	if n != 1 || late.field(t, "parameters", "retry_after") != "1" || late.field(t, "description") != "Too Many Requests: retry after 1" {
		t.Errorf("%d passed, then %s", n, late.body)
	}
	if n, _ := burst(t, 1, by("2:a", "-5")); n != 0 {
		t.Error("another bot in the chat is not late")
	}
	if n := s.Throttled(); n != 2 {
		t.Errorf("%d refusals were counted, want 2", n)
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
	if n := count("@channel"); n != 20 {
		t.Errorf("a channel took %d in 40 s, want 20", n)
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

// What posts nothing counts for nothing, and a fault's 429 is not the sandbox's.
func TestThrottledCountsOnlyPace(t *testing.T) {
	s, server := serve(t, sandbox.Config{Rates: true, Now: newClock().Now})
	for range 5 {
		for _, r := range []reply{
			get(t, server.URL+"/api/webhooks/7/t"), get(t, server.URL+"/api/channels/7", "Authorization", "Bot a"),
			get(t, server.URL+"/bot1:a/getChat?chat_id=-5"), postForm(t, server.URL+"/api/auth.test", url.Values{"token": {"xoxb-1-a"}}),
		} {
			if r.status != 200 {
				t.Fatalf("%d %s", r.status, r.body)
			}
		}
		if r := get(t, server.URL+"/services/T0/B0/x"); r.status != 405 || r.body != "method_not_allowed" {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	s.Fail(func(*http.Request) *sandbox.Response { return &sandbox.Response{Status: 429} })
	postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"t"}`)
	if n := s.Throttled(); n != 0 {
		t.Errorf("%d were counted", n)
	}
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
}

func TestGoneHooksSaySo(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	for path, want := range map[string]string{
		"/services/T0/B0/revoked": "404 no_service", "/services/T0/B0/invalid": "403 invalid_token", "/services/T0/B0/archived": "410 channel_is_archived",
	} {
		if r := get(t, server.URL+path); fmt.Sprintf("%d %s", r.status, r.body) != want {
			t.Errorf("%s: %d %s, want %s", path, r.status, r.body, want)
		}
	}
}

func TestMigrate(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	to := func(chat, reply string) reply {
		return postForm(t, server.URL+"/bot1:a/sendMessage", url.Values{
			"chat_id": {chat}, "text": {"x"}, "reply_parameters": {`{"message_id":` + reply + `}`},
		})
	}
	if r := to("-77", "0"); r.status != 200 || r.field(t, "result", "chat", "type") != "group" {
		t.Fatal(r.body)
	}
	s.Migrate(-77, -1001234567890)
	for range 2 { // it goes on refusing
		if r := to("-77", "0"); r.status != 400 || r.field(t, "parameters", "migrate_to_chat_id") != "-1001234567890" ||
			r.field(t, "description") != "Bad Request: group chat was upgraded to a supergroup chat" {
			t.Errorf("the old ID: %d %s", r.status, r.body)
		}
	}
	if r := to("-1001234567890", "1"); r.status != 400 || r.field(t, "description") != "Bad Request: message to be replied not found" {
		t.Errorf("a reply to a message of the old chat: %d %s", r.status, r.body)
	}
	if r := to("-1001234567890", "0"); r.status != 200 || r.field(t, "result", "chat", "type") != "supergroup" {
		t.Errorf("the new ID: %d %s", r.status, r.body)
	}
	if r := to("-78", "0"); r.status != 200 {
		t.Errorf("another group: %d %s", r.status, r.body)
	}
}
