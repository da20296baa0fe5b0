package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"
)

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
