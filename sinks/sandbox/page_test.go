package sandbox_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// TestPageIsSafe puts hostile text wherever a stranger's words can get to.
func TestPageIsSafe(t *testing.T) {
	const evil = `</q></script><script>alert(1)</script><img src=x onerror=alert(2)>"'><a href="javascript:alert(3)">`
	_, server := serve(t, sandbox.Config{Names: map[string]string{"7": evil}})
	quoted := mustJSON(t, evil)
	first := postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":`+quoted+`,"username":`+quoted+`,"text":`+quoted+`}`, "Authorization", "Bearer x")
	postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":`+quoted+`,"thread_ts":"`+first.field(t, "ts")+`","blocks":[
		{"type":"header","text":{"type":"plain_text","text":`+quoted+`}},{"type":"markdown","text":`+quoted+`},
		{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":`+quoted+`},{"type":"user","user_id":`+quoted+`}]}]},
		{"type":"image","alt_text":`+quoted+`,"image_url":"https://example.com/\"onload=alert(4)"}]}`, "Authorization", "Bearer x")
	postJSON(t, server.URL+"/api/webhooks/7/t", `{"content":`+quoted+`,"username":`+quoted[:60]+`","embeds":[{"title":`+quoted+
		`,"description":`+quoted+`,"footer":{"text":`+quoted+`},"author":{"name":`+quoted+`},"fields":[{"name":`+quoted+`,"value":`+quoted+`}]}]}`)
	postForm(t, server.URL+"/bot1:a/sendMessage", url.Values{"chat_id": {"@" + evil}, "text": {evil}, "entities": {`[{"type":"text_link","offset":0,"length":9,"url":"https://a.b/\"onclick=\"alert(5)"}]`}})

	r := get(t, server.URL+"/")
	if r.status != 200 || strings.Count(r.body, "<article") != 4 {
		t.Fatalf("%d with %d messages", r.status, strings.Count(r.body, "<article"))
	}
	if n := strings.Count(r.body, "<script"); n != 1 || strings.Contains(r.body, "<img") {
		t.Errorf("%d scripts", n)
	}
	for _, tag := range regexp.MustCompile(`<[a-zA-Z][^>]*>`).FindAllString(r.body, -1) {
		attributes := regexp.MustCompile(`"[^"]*"`).ReplaceAllString(tag, `""`)
		if strings.Contains(attributes, " on") || strings.Contains(tag, `="javascript:`) {
			t.Errorf("a live tag: %s", tag)
		}
	}
	if strings.Contains(r.body, " style=") {
		t.Error("an inline style, which the page's policy forbids")
	}
}

func TestPagePolicy(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	for path, kind := range map[string]string{"/": "text/html", "/page.css": "text/css", "/page.js": "text/javascript", "/api/sandbox/messages": "application/json"} {
		r := get(t, server.URL+path)
		policy := r.header.Get("Content-Security-Policy")
		if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), kind) || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", path, r.status, r.header)
		}
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if strings.Contains(r.body, "//cdn") || regexp.MustCompile(`(src|href)="https?:`).MatchString(r.body) {
			t.Errorf("%s takes something from elsewhere", path)
		}
	}
}

// TestPageShows says what a reader finds on the page.
func TestPageShows(t *testing.T) {
	_, server := serve(t, sandbox.Config{Now: newClock().Now, Names: map[string]string{"42": "community"}})
	for _, want := range []string{"<title>botrelay sandbox</title>", "No messages yet", "botrelay send --sandbox --source NAME", `role="log" aria-live="polite"`} {
		if body := get(t, server.URL+"/").body; !strings.Contains(body, want) {
			t.Errorf("the empty page has no %q", want)
		}
	}
	first := postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":"#sales-leads","text":"parent text"}`, "Authorization", "Bearer x")
	postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":"sales-leads","text":"child","reply_broadcast":true,"thread_ts":"`+first.field(t, "ts")+`"}`, "Authorization", "Bearer x")
	postJSON(t, server.URL+"/api/v10/channels/42/messages", `{"content":"hello"}`, "Authorization", "Bot x")
	postForm(t, server.URL+"/bot1:a/sendMessage", url.Values{"chat_id": {"-5"}, "message_thread_id": {"9"}, "text": {"night"}})
	body := get(t, server.URL+"/").body
	for _, want := range []string{
		"<title>(4) botrelay sandbox</title>", `">sales-leads</h3>`, `">community</h3>`, `">-5 › topic 9</h3>`,
		`replied to a thread: <q class="quoted">parent text</q>`, `datetime="2026-11-20T10:00:00.000Z"`, "&#34;channel&#34;: &#34;#sales-leads&#34;",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Count(body, "<h3") != 3 {
		t.Error("a channel with # and without are two")
	}
}

// A reply stands in its thread, below a line that tells how many there are, and
// in the channel only if it is to be seen there.
func TestPageShowsThreads(t *testing.T) {
	_, server := serve(t, sandbox.Config{Now: newClock().Now})
	post := func(text, more string) string {
		return postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":"#c","text":"`+text+`"`+more+`}`, "Authorization", "Bearer x").field(t, "ts")
	}
	root := post("first", "")
	body := get(t, server.URL+"/").body
	if !strings.Contains(body, `<details class="thread" hidden><summary>`) {
		t.Error("a message without replies shows a thread")
	}
	thread := `,"thread_ts":"` + root + `"`
	post("quiet", thread)
	if body = get(t, server.URL+"/").body; !strings.Contains(body, `<details class="thread"><summary>`) || !strings.Contains(body, ">1 reply<") || strings.Count(body, ">quiet<") != 1 || strings.Contains(body, "in thread") {
		t.Errorf("one reply: %s", body)
	}
	post("loud", thread+`,"reply_broadcast":true`)
	body = get(t, server.URL+"/").body
	if !strings.Contains(body, ">2 replies<") || strings.Count(body, ">loud<") != 2 || strings.Count(body, `replied to a thread: <q class="quoted">first</q>`) != 1 {
		t.Errorf("two replies: %s", body)
	}
	if ids := regexp.MustCompile(` id="([^"]+)"`).FindAllString(body, -1); len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
		t.Errorf("an id is there twice: %q", ids)
	}
}
