package slack

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// TestInspectChannel: what conversations.info may say of a channel, and auth.test
// of what the bot may do.
func TestInspectChannel(t *testing.T) {
	const channel = `{"ok":true,"channel":{"id":"C0123456789","name":"sales",`
	for _, tc := range []struct{ scopes, info, want string }{
		{"chat:write", channel + `"is_member":true}}`, "fine: the bot is in the channel #sales"},
		{"chat:write", channel + `"is_member":false}}`, "wrong: the bot is not in the channel #sales: in the channel, /invite @flora"},
		{"chat:write,chat:write.public", channel + `"is_member":false}}`, "fine: the bot is not in the channel #sales, but may write to public ones"},
		{"chat:write,chat:write.public", channel + `"is_member":false,"is_private":true}}`, "wrong: the bot is not in the channel #sales: in the channel, /invite @flora"},
		{"chat:write", channel + `"is_archived":true,"is_member":true}}`, "wrong: the channel #sales is archived: take it out of the archive, or name another"},
		{"chat:write", `{"ok":false,"error":"channel_not_found"}`, "wrong: there is no channel C0123456789, or it is private and the bot is not in it: in the channel, /invite @flora"},
		{"chat:write", `{"ok":false,"error":"missing_scope","needed":"channels:read"}`, "unclear: whether the bot may write to the channel cannot be told without the scope channels:read"},
		{"chat:write", `{"ok":false,"error":"service_unavailable"}`, "unclear: Slack: service_unavailable"},
		{"channels:read", channel + `"is_member":true}}`, "wrong: the bot lacks the scope chat:write"},
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-OAuth-Scopes", tc.scopes)
			w.Header().Set("Content-Type", "application/json")
			answer := tc.info
			if strings.HasSuffix(r.URL.Path, "/auth.test") {
				answer = `{"ok":true,"user":"flora","team":"Acme"}`
			}
			_, _ = io.WriteString(w, answer)
		}))
		base, err := url.Parse(web.URL)
		if err != nil {
			t.Fatal(err)
		}
		sink, err := Open(Options{Token: relay.NewSecret("xoxb-1-2-xyzzy"), Channel: "C0123456789"}, transport.Config{Base: base})
		if err != nil {
			t.Fatal(err)
		}
		found := sink.Inspect(t.Context())
		web.Close()
		var said []string
		for _, f := range found {
			said = append(said, string(f.Standing)+": "+f.Text)
		}
		if all := strings.Join(said, "\n"); said[0] != "fine: the token is good: the bot flora of Acme" || !strings.Contains(all, "\n"+tc.want) {
			t.Errorf("%s %s\ngot %s\nwant %s", tc.scopes, tc.info, all, tc.want)
		}
	}
}
