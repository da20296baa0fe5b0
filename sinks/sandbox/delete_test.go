package sandbox_test

import (
	"encoding/json"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// TestDeleteLeavesThePage deletes messages of a thread, reply by reply and
// first message first.
func TestDeleteLeavesThePage(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	post := func(text, more string) string {
		return postJSON(t, server.URL+"/api/chat.postMessage", `{"channel":"#c","text":"`+text+`"`+more+`}`, "Authorization", "Bearer x").field(t, "ts")
	}
	page := func() string { return get(t, server.URL+"/").body }
	root := post("the root", "")
	one := post("reply one", `,"thread_ts":"`+root+`","reply_broadcast":true`)
	two := post("reply two", `,"thread_ts":"`+root+`"`)

	if !s.Delete(sandbox.Slack, "#c", root) || s.Delete(sandbox.Slack, "#c", root) {
		t.Error("the root cannot be deleted, or twice")
	}
	if n := len(s.Messages()); n != 2 {
		t.Errorf("%d messages are kept, want the replies", n)
	}
	body := page()
	if !strings.Contains(body, "This message was deleted.") || strings.Contains(body, "the root") ||
		!strings.Contains(body, ">2 replies<") || !strings.Contains(body, `<q class="quoted">This message was deleted.</q>`) {
		t.Errorf("without the root: %s", body)
	}
	s.Delete(sandbox.Slack, "#c", one)
	if body = page(); strings.Contains(body, "reply one") || !strings.Contains(body, ">1 reply<") {
		t.Errorf("without a reply: %s", body)
	}
	s.Delete(sandbox.Slack, "#c", two)
	if body = page(); strings.Count(body, "No messages yet") != 3 || !strings.Contains(body, `<span id="count">0</span>`) {
		t.Errorf("without any: %s", body)
	}
}

// TestLiveTellsOfDeletions holds that an open page hears of each deletion, also
// of one that happened while it was away.
func TestLiveTellsOfDeletions(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	id := postJSON(t, server.URL+"/api/v10/channels/42/messages", `{"content":"hello"}`, "Authorization", "Bot x").field(t, "id")
	type event struct {
		Platform, HTML, Gone, Quoted string
		Arrived                      int
	}
	next := func(last string, want func(event) bool) (mark string) {
		events(t, server.URL+"/live", last, func(id, _, data string) bool {
			var e event
			if data == "" {
				return false
			}
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatal(err)
			}
			mark = id
			return want(e)
		})
		return mark
	}
	var html string
	mark := next("", func(e event) bool {
		html = e.HTML
		return e.Arrived == 1
	})
	s.Delete(sandbox.Discord, "42", id)
	next(mark, func(e event) bool {
		if e.Gone == "" || !strings.Contains(html, `id="`+e.Gone+`"`) || e.HTML != "" || e.Arrived != 0 || e.Quoted != "Original message was deleted" {
			t.Errorf("event %+v", e)
		}
		return true
	})
}
