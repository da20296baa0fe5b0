package sandbox_test

import (
	"encoding/json"
	"fmt"
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

// TestDiscordRefusals tells where in the tree of errors each fault stands.
func TestDiscordRefusals(t *testing.T) {
	embed := func(inside string) string { return `{"embeds":[{` + inside + `}]}` }
	list := func(n int, item string) string { return "[" + strings.Repeat(item+",", n-1) + item + "]" }
	for _, c := range []struct{ name, body, at, code string }{
		{"long content", `{"content":"` + words(2001) + `"}`, "content", "BASE_TYPE_MAX_LENGTH"},
		{"content is a number", `{"content":5}`, "content", "STRING_TYPE_CONVERT"},
		{"11 embeds", `{"embeds":` + list(11, `{"title":"x"}`) + `}`, "embeds", "BASE_TYPE_MAX_LENGTH"},
		{"embeds no list", `{"embeds":{}}`, "embeds", "LIST_TYPE_CONVERT"},
		{"embed no object", `{"embeds":["x"]}`, "embeds.0", "DICT_TYPE_CONVERT"},
		{"empty embed", embed(``), "embeds.0.description", "BASE_TYPE_REQUIRED"},
		{"blank embed", embed(`"title":" \n "`), "embeds.0.description", "BASE_TYPE_REQUIRED"},
		{"long title", embed(`"title":"` + words(257) + `"`), "embeds.0.title", "BASE_TYPE_MAX_LENGTH"},
		{"long description", embed(`"description":"` + words(4097) + `"`), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"},
		{"26 fields", embed(`"fields":` + list(26, `{"name":"n","value":"v"}`)), "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"},
		{"long name", embed(`"fields":[{"name":"` + words(257) + `","value":"v"}]`), "embeds.0.fields.0.name", "BASE_TYPE_MAX_LENGTH"},
		{"long value", embed(`"fields":[{"name":"n","value":"` + words(1025) + `"}]`), "embeds.0.fields.0.value", "BASE_TYPE_MAX_LENGTH"},
		{"empty value", embed(`"fields":[{"name":"n","value":" "}]`), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"},
		{"no name", embed(`"fields":[{"value":"v"}]`), "embeds.0.fields.0.name", "BASE_TYPE_REQUIRED"},
		{"inline is text", embed(`"fields":[{"name":"n","value":"v","inline":"yes"}]`), "embeds.0.fields.0.inline", "BOOLEAN_TYPE_CONVERT"},
		{"long footer", embed(`"title":"t","footer":{"text":"` + words(2049) + `"}`), "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"},
		{"long author", embed(`"title":"t","author":{"name":"` + words(257) + `"}`), "embeds.0.author.name", "BASE_TYPE_MAX_LENGTH"},
		{"6001 in sum", `{"embeds":[{"description":"` + words(4000) + `"},{"description":"` + words(2001) + `"}]}`, "embeds", "MAX_EMBED_SIZE_EXCEEDED"},
		{"link to a script", embed(`"title":"t","url":"javascript:alert(1)"`), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"},
		{"empty link", embed(`"title":"t","url":""`), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"},
		{"link to nowhere", embed(`"title":"t","url":"https://"`), "embeds.0.url", "URL_TYPE_INVALID_URL"},
		{"icon", embed(`"title":"t","footer":{"text":"f","icon_url":"x"}`), "embeds.0.footer.icon_url", "URL_TYPE_INVALID_SCHEME"},
		{"colour", embed(`"title":"t","color":16777216`), "embeds.0.color", "NUMBER_TYPE_MAX"},
		{"colour in hex", embed(`"title":"t","color":"#fff"`), "embeds.0.color", "NUMBER_TYPE_COERCE"},
		{"time", embed(`"title":"t","timestamp":"yesterday"`), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"},
		{"mentions", `{"content":"x","allowed_mentions":{"parse":["all"]}}`, "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"},
		{"mentions twice", `{"content":"x","allowed_mentions":{"parse":["users"],"users":["1"]}}`, "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"},
		{"long nonce", `{"content":"x","nonce":"` + words(26) + `"}`, "nonce", "NONCE_TYPE_TOO_LONG"},
		{"broken nonce", `{"content":"x","nonce":1.5}`, "nonce", "NUMBER_TYPE_COERCE"},
		{"mentions doubled", `{"content":"x","allowed_mentions":{"parse":["users","users"]}}`, "allowed_mentions.parse", "SET_TYPE_ALREADY_CONTAINS_VALUE"},
		{"reply to nothing", `{"content":"x","message_reference":{"message_id":"5"}}`, "message_reference", "REPLIES_UNKNOWN_MESSAGE"},
		{"reply to no ID", `{"content":"x","message_reference":{"message_id":"x"}}`, "message_reference.message_id", "NUMBER_TYPE_COERCE"},
		{"files", `{"content":"x","attachments":[{"id":0}]}`, "attachments", "SANDBOX"},
		{"a menu", `{"content":"x","components":[{"type":1,"components":[{"type":3}]}]}`, "components.0.components.0.type", "SANDBOX"},
		{"components alone", `{"flags":32768,"components":[]}`, "flags", "SANDBOX"},
		{"no object", `"x"`, "", "DICT_TYPE_CONVERT"},
		{"null", `null`, "", "DICT_TYPE_CONVERT"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, server := serve(t, sandbox.Config{})
			r := postJSON(t, server.URL+"/api/v10/channels/42/messages", c.body, "Authorization", "Bot x")
			if r.status != http.StatusBadRequest || r.field(t, "code") != "50035" || r.field(t, "message") != "Invalid Form Body" {
				t.Fatalf("got %d %s", r.status, r.body)
			}
			keys := append([]string{"errors"}, strings.Split(c.at, ".")...)
			if c.at == "" {
				keys = keys[:1]
			}
			if got := r.field(t, append(keys, "_errors")...); !strings.Contains(got, `"`+c.code+`"`) {
				t.Errorf("at %s: %s, want %s in %s", c.at, got, c.code, r.body)
			}
			if len(s.Messages()) != 0 {
				t.Error("a refused message was kept")
			}
		})
	}
}

func TestDiscordAccepts(t *testing.T) {
	for name, body := range map[string]string{
		"content": `{"content":"` + strings.Repeat("🙂", 2000) + `","embeds":null,"components":null,"tts":false,"sticker_ids":null}`,
		"embed":   `{"embeds":[{"title":"` + words(256) + `","description":"  ` + words(4096) + `  ","footer":{"text":"` + words(1648) + `"},"color":0}]}`,
		"nonce":   `{"content":"x","nonce":"` + words(25) + `","enforce_nonce":true}`,
		"number":  `{"content":"x","nonce":12345,"enforce_nonce":true}`,
		"reply":   `{"content":"x","message_reference":{"message_id":"5","fail_if_not_exists":false}}`,
		"silent":  `{"content":"x","allowed_mentions":{"parse":[],"replied_user":false},"flags":4096}`,
		"null":    `{"content":"x","allowed_mentions":{"parse":null}}`,
		"button":  `{"components":[{"type":1,"components":[{"type":2,"style":5,"label":"Open","url":"https://example.com"}]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, server := serve(t, sandbox.Config{})
			if r := postJSON(t, server.URL+"/api/v10/channels/42/messages", body, "Authorization", "Bot x"); r.status != 200 {
				t.Error(r.status, r.body)
			}
		})
	}
}

func TestDiscordAddresses(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	for _, c := range []struct {
		path, body, auth string
		status           int
		code, message    string
	}{
		{"/api/v10/channels/42/messages", `{"content":"x"}`, "", 401, "0", "401: Unauthorized"},
		{"/api/v10/channels/42/messages", `{"content":"x"}`, "Bot revoked", 401, "0", "401: Unauthorized"},
		{"/api/v10/channels/42/messages", `{"content":"x"}`, "Bearer x", 401, "0", "401: Unauthorized"},
		{"/api/v10/channels/10003/messages", `{"content":"x"}`, "Bot x", 404, "10003", "Unknown Channel"},
		{"/api/v10/channels/50001/messages", `{"content":"x"}`, "Bot x", 403, "50001", "Missing Access"},
		{"/api/v10/channels/50013/messages", `{"content":"x"}`, "Bot x", 403, "50013", "Missing Permissions"},
		{"/api/v10/channels/general/messages", `{"content":"x"}`, "Bot x", 400, "50035", "Invalid Form Body"},
		{"/api/v10/channels/42/messages", `{}`, "Bot x", 400, "50006", "Cannot send an empty message"},
		{"/api/v10/channels/42/messages", `{"content":" \n","embeds":[]}`, "Bot x", 400, "50006", "Cannot send an empty message"},
		{"/api/v10/channels/42/messages", `{`, "Bot x", 400, "50109", "The request body contains invalid JSON."},
		{"/api/v9/webhooks/10015/t", `{"content":"x"}`, "", 404, "10015", "Unknown Webhook"},
		{"/api/webhooks/7/revoked", `{"content":"x"}`, "", 401, "50027", "Invalid Webhook Token"},
		{"/api/webhooks/7/t?thread_id=10003", `{"content":"x"}`, "", 404, "10003", "Unknown Channel"},
		{"/api/webhooks/7/t", `{"content":"x","username":"Clyde"}`, "", 400, "50035", "Invalid Form Body"},
		{"/api/webhooks/7/t", `{"content":"x","username":""}`, "", 400, "50035", "Invalid Form Body"},
		{"/api/webhooks/7/t", `{"components":[{"type":1,"components":[{"type":2,"style":5,"label":"x","url":"https://x.org"}]}]}`, "", 400, "50006", "Cannot send an empty message"},
		{"/api/v10/nonsense", `{}`, "", 404, "0", "404: Not Found"},
	} {
		var headers []string
		if c.auth != "" {
			headers = []string{"Authorization", c.auth}
		}
		r := postJSON(t, server.URL+c.path, c.body, headers...)
		if r.status != c.status || r.field(t, "code") != c.code || r.field(t, "message") != c.message {
			t.Errorf("%s %s: %d %s", c.path, c.body, r.status, r.body)
		}
	}
	if r := postForm(t, server.URL+"/api/webhooks/7/t", url.Values{"content": {"x"}}); r.status != 400 {
		t.Errorf("a form: %d %s", r.status, r.body)
	}
	r := postJSON(t, server.URL+"/api/webhooks/7/t", `{"content":"x"}`)
	if r.status != http.StatusNoContent || r.body != "" {
		t.Errorf("without wait: %d %q", r.status, r.body)
	}
	if r.header.Get("X-RateLimit-Limit") != "5" || r.header.Get("X-RateLimit-Remaining") == "" || r.header.Get("X-RateLimit-Reset-After") == "" {
		t.Errorf("headers: %v", r.header)
	}
}

func TestDiscordNonce(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	post := func(author, body string) string {
		return postJSON(t, server.URL+"/api/v10/channels/42/messages", body, "Authorization", "Bot "+author).field(t, "id")
	}
	first := post("a", `{"content":"x","nonce":"n1","enforce_nonce":true}`)
	if again := post("a", `{"content":"x","nonce":"n1","enforce_nonce":true}`); again != first {
		t.Errorf("the same nonce made %s and %s", first, again)
	}
	for name, id := range map[string]string{
		"another nonce":  post("a", `{"content":"x","nonce":"n2","enforce_nonce":true}`),
		"another author": post("b", `{"content":"x","nonce":"n1","enforce_nonce":true}`),
		"not enforced":   post("a", `{"content":"x","nonce":"n1"}`),
	} {
		if id == first {
			t.Errorf("%s: the first message came back", name)
		}
	}
	if n := len(s.Messages()); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}

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
