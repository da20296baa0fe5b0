package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// TestTelegramRefusals takes its wording from tdlib/telegram-bot-api and
// tdlib/td, and from people who report it.
func TestTelegramRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		params map[string]string
		want   string
	}{
		{"no chat", map[string]string{"chat_id": ""}, "chat_id is empty"},
		{"unknown chat", map[string]string{"chat_id": "@missing"}, "chat not found"},
		{"chat by name", map[string]string{"chat_id": "leads"}, "chat not found"},
		{"no rights", map[string]string{"chat_id": "@readonly"}, "not enough rights to send text messages to the chat"},
		{"no text", map[string]string{"text": ""}, "message text is empty"},
		{"blank text", map[string]string{"text": " \n "}, "text must be non-empty"},
		{"long text", map[string]string{"text": words(4097)}, "message is too long"},
		{"huge text", map[string]string{"text": words(32769)}, "text is too long"},
		{"not UTF-8", map[string]string{"text": "a\xff"}, "strings must be encoded in UTF-8"},
		{"entities no JSON", map[string]string{"entities": "["}, "can't parse entities: expected an Array of MessageEntity"},
		{"entity no object", map[string]string{"entities": `["x"]`}, "can't parse MessageEntity: expected an Object"},
		{"entity without offset", map[string]string{"entities": `[{"type":"bold","length":1}]`}, `can't parse MessageEntity: Can't find field "offset"`},
		{"offset is text", map[string]string{"entities": `[{"type":"bold","offset":"x","length":1}]`}, `can't parse MessageEntity: Field "offset" must be of type Integer`},
		{"unknown entity", map[string]string{"entities": `[{"type":"fat","offset":0,"length":1}]`}, "can't parse MessageEntity: Unsupported type specified"},
		{"begins after the end", map[string]string{"entities": `[{"type":"bold","offset":100,"length":1}]`}, "entity begins after the end of the text at UTF-16 offset 100"},
		{"ends after the end", map[string]string{"entities": `[{"type":"bold","offset":0,"length":100}]`}, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100"},
		{"ends one after the end", map[string]string{"entities": `[{"type":"bold","offset":0,"length":6}]`}, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6"},
		{"begins at the end", map[string]string{"entities": `[{"type":"bold","offset":5,"length":1}]`}, "entity beginning at UTF-16 offset 5 ends after the end of the text at UTF-16 offset 6"},
		{"negative offset", map[string]string{"entities": `[{"type":"bold","offset":-1,"length":1}]`}, "receive an entity with incorrect offset -1"},
		{"negative length", map[string]string{"entities": `[{"type":"bold","offset":0,"length":-1}]`}, "receive an entity with incorrect length -1"},
		{"begins in a symbol", map[string]string{"text": "🙂x", "entities": `[{"type":"bold","offset":1,"length":2}]`}, "entity begins in a middle of a UTF-16 symbol at byte offset 4"},
		{"ends in a symbol", map[string]string{"text": "🙂x", "entities": `[{"type":"bold","offset":0,"length":1}]`}, "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 4"},
		{"link to a host", map[string]string{"entities": `[{"type":"text_link","offset":0,"length":1,"url":"localhost"}]`}, "entity URL 'localhost' is invalid: Wrong HTTP URL"},
		{"link to a path", map[string]string{"entities": `[{"type":"text_link","offset":0,"length":1,"url":"/Users/x.md"}]`}, "entity URL '/Users/x.md' is invalid: URL host is empty"},
		{"link to mail", map[string]string{"entities": `[{"type":"text_link","offset":0,"length":1,"url":"mailto:a@example.com"}]`}, "entity URL 'mailto:a@example.com' is invalid: Unsupported URL protocol"},
		{"link to a phone", map[string]string{"entities": `[{"type":"text_link","offset":0,"length":1,"url":"tel:+441234567890"}]`}, "entity URL 'tel:+441234567890' is invalid: Wrong port number specified in the URL"},
		{"link without address", map[string]string{"entities": `[{"type":"text_link","offset":0,"length":1}]`}, `can't parse MessageEntity: Can't find field "url"`},
		{"general topic", map[string]string{"message_thread_id": "1"}, "message thread not found"},
		{"unknown topic", map[string]string{"message_thread_id": "404"}, "message thread not found"},
		{"reply to nothing", map[string]string{"reply_parameters": `{"message_id":5}`}, "message to be replied not found"},
		{"reply no JSON", map[string]string{"reply_parameters": `{`}, "can't parse reply parameters JSON object"},
		{"preview no JSON", map[string]string{"link_preview_options": `{`}, "can't parse link preview options JSON object"},
		{"unknown mode", map[string]string{"parse_mode": "BBCode"}, "unsupported parse_mode"},
		{"HTML: unknown tag", map[string]string{"parse_mode": "HTML", "text": "a<br>b"}, `can't parse entities: Unsupported start tag "br" at byte offset 1`},
		{"HTML: bare <", map[string]string{"parse_mode": "HTML", "text": "a < b"}, "can't parse entities: Unsupported start tag \"\" at byte offset 2"},
		{"HTML: unclosed tag", map[string]string{"parse_mode": "HTML", "text": "a <b"}, "can't parse entities: Unclosed start tag at byte offset 2"},
		{"HTML: no end tag", map[string]string{"parse_mode": "HTML", "text": "<b>x"}, "can't parse entities: Can't find end tag corresponding to start tag b"},
		{"HTML: stray end tag", map[string]string{"parse_mode": "HTML", "text": "x</b>"}, "can't parse entities: Unexpected end tag at byte offset 1"},
		{"HTML: bad nesting", map[string]string{"parse_mode": "html", "text": "<b><i>x</b></i>"}, `can't parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"`},
		{"HTML: span", map[string]string{"parse_mode": "HTML", "text": `<span class="x">y</span>`}, `can't parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0`},
		{"MarkdownV2", map[string]string{"parse_mode": "MarkdownV2", "text": "a."}, `can't parse entities: Character '.' is reserved and must be escaped with the preceding '\'`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, server := serve(t, sandbox.Config{})
			form := url.Values{"chat_id": {"-100123"}, "text": {"hello"}}
			for key, value := range c.params {
				form.Set(key, value)
			}
			r := postForm(t, server.URL+"/bot1:a/sendMessage", form)
			if r.status != 400 || r.field(t, "ok") != "false" || r.field(t, "error_code") != "400" || r.field(t, "description") != "Bad Request: "+c.want {
				t.Errorf("got %d %s\nwant %s", r.status, r.body, c.want)
			}
			if len(s.Messages()) != 0 {
				t.Error("a refused message was kept")
			}
		})
	}
}

func TestTelegramAddresses(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/bot1:revoked/sendMessage?chat_id=1&text=x", 401, "Unauthorized"},
		{"/bot1/sendMessage", 404, "Not Found"},
		{"/botx:y/getMe", 404, "Not Found"},
		{"/bot1:a%20b/getMe", 404, "Not Found"},
		{"/bot1:a", 404, "Not Found"},
		{"/nonsense", 404, "Not Found"},
		{"/bot1:a/sendPhoto", 404, "Not Found: method not found"},
		{"/bot1:a/sendMessage?chat_id=403&text=x", 403, "Forbidden: bot was blocked by the user"},
		{"/bot1:a/sendMessage?chat_id=-403&text=x", 403, "Forbidden: bot was kicked from the supergroup chat"},
		{"/bot1:a/getChat?chat_id=404", 400, "Bad Request: chat not found"},
	} {
		r := get(t, server.URL+c.path)
		if r.status != c.status || r.field(t, "description") != c.want || r.field(t, "error_code") != fmt.Sprint(c.status) {
			t.Errorf("%s: %d %s", c.path, r.status, r.body)
		}
	}
}

func TestTelegramAccepts(t *testing.T) {
	bolds := make([]map[string]any, 150)
	for i := range bolds {
		bolds[i] = map[string]any{"type": "bold", "offset": i * 2, "length": 1}
	}
	for _, c := range []struct {
		name     string
		params   map[string]string
		text     string
		entities int
	}{
		{"4096 characters, 8192 units", map[string]string{"text": strings.Repeat("🙂", 4096)}, strings.Repeat("🙂", 4096), 0},
		{"space around it is not counted", map[string]string{"text": "\n " + words(4096) + " \n"}, words(4096), 0},
		{"more entities than count", map[string]string{"text": strings.Repeat("x ", 150), "entities": mustJSON(t, bolds)}, strings.TrimSpace(strings.Repeat("x ", 150)), 100},
		{"bold in code is dropped", map[string]string{"entities": `[{"type":"code","offset":0,"length":5},{"type":"bold","offset":1,"length":2}]`}, "hello", 1},
		{"code across code is dropped", map[string]string{"entities": `[{"type":"code","offset":0,"length":3},{"type":"code","offset":2,"length":3}]`}, "hello", 1},
		{"styles may cross", map[string]string{"entities": `[{"type":"bold","offset":0,"length":3},{"type":"italic","offset":2,"length":3}]`}, "hello", 2},
		{"mentions are found, not told", map[string]string{"entities": `[{"type":"mention","offset":0,"length":3}]`}, "hello", 0},
		{"HTML", map[string]string{"parse_mode": "HTML", "text": `<b>A &amp; &lt;B&gt;</b> <a href="https://example.com/?a=1&amp;b=2">c</a> &nbsp; &#x1F642; <pre><code class="language-go">x</code></pre>`}, "A & <B> c &nbsp; 🙂 x", 3},
		{"HTML, a bad link", map[string]string{"parse_mode": "HTML", "text": `<a href="javascript:alert(1)">c</a>`}, "c", 0},
		{"MarkdownV2, escaped", map[string]string{"parse_mode": "MarkdownV2", "text": `a\.b\\`}, `a.b\`, 0},
		{"no reply wanted", map[string]string{"reply_parameters": `{"message_id":5,"allow_sending_without_reply":true}`}, "hello", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, server := serve(t, sandbox.Config{})
			form := url.Values{"chat_id": {"7"}, "text": {"hello"}}
			for key, value := range c.params {
				form.Set(key, value)
			}
			r := postForm(t, server.URL+"/bot1:a/sendMessage", form)
			if r.status != 200 {
				t.Fatal(r.body)
			}
			var list []any
			if got := r.field(t, "result", "entities"); got != "null" {
				if err := json.Unmarshal([]byte(got), &list); err != nil {
					t.Fatal(err)
				}
			}
			if m := one(t, s); m.Text != c.text || len(list) != c.entities || m.ReplyTo != "" {
				t.Errorf("text %q, %d entities, want %q, %d", m.Text, len(list), c.text, c.entities)
			}
		})
	}
}
