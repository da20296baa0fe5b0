package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

// blocks is a chat.postMessage body with these blocks.
func blocks(list string) string {
	return `{"channel":"#c","text":"t","blocks":` + list + `}`
}

// rich is a body with one rich_text section of these elements.
func rich(elements string) string {
	return blocks(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":` + elements + `}]}]`)
}

func words(n int) string { return strings.Repeat("x", n) }

// TestSlackRefusals holds every refusal of chat.postMessage against what Slack's
// reference and its users report; at is the JSON pointer of the fault.
func TestSlackRefusals(t *testing.T) {
	section := func(text string) string { return blocks(`[{"type":"section","text":` + text + `}]`) }
	many := func(n int, block string) string { return blocks("[" + strings.Repeat(block+",", n-1) + block + "]") }
	for _, c := range []struct{ name, body, code, at string }{
		{"no channel", `{"text":"t"}`, "channel_not_found", ""},
		{"unknown channel", `{"channel":"#missing","text":"t"}`, "channel_not_found", ""},
		{"archived", `{"channel":"archived","text":"t"}`, "is_archived", ""},
		{"not invited", `{"channel":"uninvited","text":"t"}`, "not_in_channel", ""},
		{"read only", `{"channel":"readonly","text":"t"}`, "restricted_action_read_only_channel", ""},
		{"no text", `{"channel":"#c"}`, "no_text", ""},
		{"empty blocks", `{"channel":"#c","text":" ","blocks":[]}`, "no_text", ""},
		{"long text", `{"channel":"#c","text":"` + words(40001) + `"}`, "msg_too_long", ""},
		{"not JSON", `{`, "invalid_json", ""},
		{"no object", `[]`, "json_not_object", ""},
		{"text is a number", `{"channel":"#c","text":5}`, "invalid_arguments", ""},
		{"malformed thread", `{"channel":"#c","text":"t","thread_ts":"0"}`, "invalid_thread_ts", ""},
		{"unknown thread", `{"channel":"#c","text":"t","thread_ts":"1700000000.000100"}`, "thread_not_found", ""},
		{"blocks no list", blocks(`{}`), "invalid_blocks_format", ""},
		{"blocks as text", blocks(`"x"`), "invalid_blocks_format", ""},
		{"unknown block", blocks(`[{"type":"sektion"}]`), "invalid_blocks", "/blocks/0"},
		{"no type", blocks(`[{}]`), "invalid_blocks", "/blocks/0"},
		{"block no object", blocks(`["x"]`), "invalid_blocks", "/blocks/0"},
		{"51 blocks", many(51, `{"type":"divider"}`), "invalid_blocks", "/blocks"},
		{"stray key", blocks(`[{"type":"divider","text":"x"}]`), "invalid_blocks", "/blocks/0"},
		{"long block_id", blocks(`[{"type":"divider","block_id":"` + words(256) + `"}]`), "invalid_blocks", "/blocks/0/block_id"},
		{"section with nothing", blocks(`[{"type":"section"}]`), "invalid_blocks", "/blocks/0"},
		{"empty section", section(`{"type":"mrkdwn","text":""}`), "invalid_blocks", "/blocks/0/text/text"},
		{"long section", section(`{"type":"mrkdwn","text":"` + words(3001) + `"}`), "invalid_blocks", "/blocks/0/text/text"},
		{"section is a string", section(`"x"`), "invalid_blocks", "/blocks/0/text/type"},
		{"emoji in mrkdwn", section(`{"type":"mrkdwn","text":"x","emoji":true}`), "invalid_blocks", "/blocks/0/text"},
		{"verbatim in plain_text", section(`{"type":"plain_text","text":"x","verbatim":true}`), "invalid_blocks", "/blocks/0/text"},
		{"11 fields", blocks(`[{"type":"section","fields":[` + strings.Repeat(`{"type":"mrkdwn","text":"x"},`, 10) + `{"type":"mrkdwn","text":"x"}]}]`), "invalid_blocks", "/blocks/0/fields"},
		{"long field", blocks(`[{"type":"section","fields":[{"type":"mrkdwn","text":"` + words(2001) + `"}]}]`), "invalid_blocks", "/blocks/0/fields/0/text"},
		{"long header", blocks(`[{"type":"header","text":{"type":"plain_text","text":"` + words(151) + `"}}]`), "invalid_blocks", "/blocks/0/text/text"},
		{"header in mrkdwn", blocks(`[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`), "invalid_blocks", "/blocks/0/text/type"},
		{"header without text", blocks(`[{"type":"header"}]`), "invalid_blocks", "/blocks/0"},
		{"11 in context", blocks(`[{"type":"context","elements":[` + strings.Repeat(`{"type":"mrkdwn","text":"x"},`, 10) + `{"type":"mrkdwn","text":"x"}]}]`), "invalid_blocks", "/blocks/0/elements"},
		{"empty context", blocks(`[{"type":"context","elements":[]}]`), "invalid_blocks", "/blocks/0/elements"},
		{"button without text", blocks(`[{"type":"actions","elements":[{"type":"button"}]}]`), "invalid_blocks", "/blocks/0/elements/0"},
		{"button's style", blocks(`[{"type":"actions","elements":[{"type":"button","style":"red","text":{"type":"plain_text","text":"x"}}]}]`), "invalid_blocks", "/blocks/0/elements/0/style"},
		{"button's address", blocks(`[{"type":"actions","elements":[{"type":"button","url":"javascript:alert(1)","text":{"type":"plain_text","text":"x"}}]}]`), "invalid_blocks", "/blocks/0/elements/0/url"},
		{"image without alt text", blocks(`[{"type":"image","image_url":"https://example.com/x.png"}]`), "invalid_blocks", "/blocks/0"},
		{"long markdown", blocks(`[{"type":"markdown","text":"` + words(12001) + `"}]`), "invalid_blocks", "/blocks/0/text"},
		{"markdown in sum", blocks(`[{"type":"markdown","text":"` + words(6001) + `"},{"type":"markdown","text":"` + words(6000) + `"}]`), "msg_blocks_too_long", ""},
		{"all texts in sum", many(5, `{"type":"section","text":{"type":"plain_text","text":"`+words(2641)+`"}}`), "msg_blocks_too_long", ""},
		{"rich_text with nothing", blocks(`[{"type":"rich_text","elements":[]}]`), "invalid_blocks", "/blocks/0/elements"},
		{"unknown rich element", blocks(`[{"type":"rich_text","elements":[{"type":"text","text":"x"}]}]`), "invalid_blocks", "/blocks/0/elements/0"},
		{"empty rich text", rich(`[{"type":"text","text":""}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0/text"},
		{"unknown inline", rich(`[{"type":"strong","text":"x"}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0"},
		{"unknown style", rich(`[{"type":"text","text":"x","style":{"fat":true}}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0/style"},
		{"style no boolean", rich(`[{"type":"text","text":"x","style":{"bold":1}}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0/style/bold"},
		{"link without address", rich(`[{"type":"link","text":"x"}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0"},
		{"link to a script", rich(`[{"type":"link","url":"javascript:alert(1)"}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0/url"},
		{"broadcast to nobody", rich(`[{"type":"broadcast","range":"all"}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0/range"},
		{"list's style", blocks(`[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"star","elements":[{"type":"rich_text_section","elements":[]}]}]}]`), "invalid_blocks", "/blocks/0/elements/0/style"},
		{"list's depth", blocks(`[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","indent":9,"elements":[{"type":"rich_text_section","elements":[]}]}]}]`), "invalid_blocks", "/blocks/0/elements/0/indent"},
		{"code in a list", blocks(`[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_preformatted","elements":[]}]}]}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0"},
		{"emoji in code", blocks(`[{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[{"type":"emoji","name":"x"}]}]}]`), "invalid_blocks", "/blocks/0/elements/0/elements/0"},
		{"attachment's blocks", `{"channel":"#c","attachments":[{"blocks":[{"type":"x"}]}]}`, "invalid_attachments", "/blocks/0"},
		{"empty attachment", `{"channel":"#c","attachments":[{}]}`, "no_text", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, server := serve(t, sandbox.Config{})
			r := postJSON(t, server.URL+"/api/chat.postMessage", c.body, "Authorization", "Bearer xoxb-1")
			if r.status != http.StatusOK || r.field(t, "ok") != "false" || r.field(t, "error") != c.code {
				t.Fatalf("got %d %s, want %s", r.status, r.body, c.code)
			}
			messages := r.field(t, "response_metadata", "messages")
			if pointer := "[json-pointer:" + c.at + "]"; c.at != "" && (!strings.Contains(messages, pointer) || !strings.HasPrefix(messages, `["[ERROR] `)) {
				t.Errorf("messages %s do not point at %s", messages, c.at)
			}
			if len(s.Messages()) != 0 {
				t.Error("a refused message was kept")
			}
		})
	}
}

// TestSlackAccepts holds the limits from the other side: what is just small
// enough passes.
func TestSlackAccepts(t *testing.T) {
	for name, body := range map[string]string{
		"text":     `{"channel":"#c","text":"` + strings.Repeat("é", 40000) + `"}`,
		"section":  blocks(`[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("🙂", 3000) + `"}}]`),
		"header":   blocks(`[{"type":"header","text":{"type":"plain_text","text":"` + words(150) + `","emoji":false}}]`),
		"blocks":   blocks("[" + strings.Repeat(`{"type":"divider"},`, 49) + `{"type":"divider"}]`),
		"markdown": blocks(`[{"type":"markdown","text":"` + words(12000) + `"}]`),
		"sum":      blocks("[" + strings.Repeat(`{"type":"section","text":{"type":"plain_text","text":"`+words(2640)+`"}},`, 4) + `{"type":"section","text":{"type":"plain_text","text":"` + words(2640) + `"}}]`),
		"flags":    rich(`[{"type":"text","text":"x","style":{"bold":true,"italic":false,"strike":true,"code":true}}]`),
		"empty":    rich(`[]`),
		"colour":   `{"channel":"#c","attachments":[{"color":"#d83a3a","blocks":[{"type":"divider"}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, server := serve(t, sandbox.Config{})
			if r := postJSON(t, server.URL+"/api/chat.postMessage", body, "Authorization", "Bearer xoxb-1"); r.field(t, "ok") != "true" {
				t.Error(r.body)
			}
		})
	}
}

func TestSlackCredentials(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	for token, want := range map[string]string{
		"": "not_authed", "xoxb-revoked": "token_revoked", "xoxb-expired": "token_expired",
		"xoxb-inactive": "account_inactive", "xoxb-invalid": "invalid_auth", "xoxb-noscope": "missing_scope",
	} {
		r := postForm(t, server.URL+"/api/chat.postMessage", url.Values{"token": {token}, "channel": {"#c"}, "text": {"t"}})
		if r.field(t, "error") != want {
			t.Errorf("token %q: %s, want %s", token, r.body, want)
		}
	}
	if r := send(t, http.MethodPost, server.URL+"/api/chat.postMessage", "text/xml", "<a/>"); r.field(t, "error") != "invalid_post_type" {
		t.Errorf("XML: %s", r.body)
	}
	if r := send(t, http.MethodPost, server.URL+"/api/chat.postMessage", "application/x-www-form-urlencoded", "%zz"); r.field(t, "error") != "invalid_form_data" {
		t.Errorf("a broken form: %s", r.body)
	}
	if r := postForm(t, server.URL+"/api/chat.nonsense", nil); r.field(t, "error") != "unknown_method" {
		t.Errorf("an unknown method: %s", r.body)
	}
}

func TestSlackHookRefusals(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	for _, c := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"T0/B0/revoked", `{"text":"t"}`, 404, "no_service"},
		{"T0/B0", `{"text":"t"}`, 404, "no_service"},
		{"T0/B0/", `{"text":"t"}`, 404, "no_service"},
		{"X0/B0/x", `{"text":"t"}`, 404, "no_team"},
		{"T0/B0/invalid", `{"text":"t"}`, 403, "invalid_token"},
		{"T0/B0/prohibited", `{"text":"t"}`, 403, "action_prohibited"},
		{"T0/B0/missing", `{"text":"t"}`, 404, "channel_not_found"},
		{"T0/B0/archived", `{"text":"t"}`, 410, "channel_is_archived"},
		{"T0/B0/x", `{"text":`, 400, "invalid_payload"},
		{"T0/B0/x", `[]`, 400, "invalid_payload"},
		{"T0/B0/x", `null`, 400, "invalid_payload"},
		{"T0/B0/x", `{}`, 400, "no_text"},
		{"T0/B0/x", `{"blocks":[{"type":"x"}]}`, 400, "invalid_blocks"},
		{"T0/B0/x", `{"text":"t","thread_ts":"1700000000.000100"}`, 400, "thread_not_found"},
	} {
		r := postJSON(t, server.URL+"/services/"+c.path, c.body)
		if r.status != c.status || r.body != c.want {
			t.Errorf("%s %s: %d %s, want %d %s", c.path, c.body, r.status, r.body, c.status, c.want)
		}
	}
	if len(s.Messages()) != 0 {
		t.Error("a refused message was kept")
	}
	if r := postJSON(t, server.URL+"/services/T0/B0/x", `{"text":"t"}`); r.status != 200 || r.body != "ok" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
		t.Errorf("a good one: %d %s", r.status, r.body)
	}
	if r := get(t, server.URL+"/services/T0/B0/x"); r.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", r.status)
	}
}
