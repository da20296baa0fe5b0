package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/sandbox"
)

// TestCheckOnline: check asks the platforms, here the stand-in, posts nothing, and
// fails if a sink would be refused.
func TestCheckOnline(t *testing.T) {
	box := sandbox.New(sandbox.Config{})
	web := httptest.NewServer(box)
	defer web.Close()
	check := func(token string, flags ...string) (code int, stdout string) {
		file := filepath.Join(t.TempDir(), "routes.toml")
		text := `[sources.website]
vendor = "chatbase"
secret = "${SECRET}"
[sinks.sales]
type = "slack"
token = "${SLACK}"
channel = "C0123456789"
api_url = "` + web.URL + `"
[sinks.hook]
type = "slack"
webhook_url = "` + web.URL + `/services/T0/B0/s3cret-hook"
[sinks.night]
type = "telegram"
token = "123:s3cret-bot"
chat_id = -1001234567890
api_url = "` + web.URL + `"
[default]
to = ["sales", "hook", "night"]
`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		vars := map[string]string{"SECRET": "s3cret-vendor", "SLACK": token}
		getenv := func(name string) (string, bool) { value, ok := vars[name]; return value, ok }
		var out, errs bytes.Buffer
		code = run(t.Context(), append([]string{"check", "--config", file, "--online"}, flags...), getenv, strings.NewReader(""), &out, &errs)
		if said := out.String() + errs.String(); strings.Contains(said, "s3cret") || strings.Contains(said, token) {
			t.Errorf("a secret is told: %s", said)
		}
		return code, out.String()
	}
	code, out := check("xoxb-123456-xyzzy-1")
	for _, want := range []string{
		"sales  ✓ the token is good: the bot botrelay of Sandbox\n         ✓ the bot is in the channel #C0123456789\n",
		"hook   ✓ the webhook is there", "night  ✓ the token is good: the bot @", "         ✓ the bot is in the chat",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if code != exitGood {
		t.Errorf("exit code %d", code)
	}
	if code, out = check("xoxb-123456-revoked-1"); code != exitFailed || !strings.Contains(out, "sales  ✗ Slack: token_revoked") {
		t.Errorf("a revoked token: exit code %d\n%s", code, out)
	}
	if code, out = check("xoxb-123456-revoked-1", "--json"); code != exitFailed || !strings.Contains(out, `"standing": "wrong"`) {
		t.Errorf("a revoked token: exit code %d\n%s", code, out)
	}
	box.Fail(func(*http.Request) *sandbox.Response { return &sandbox.Response{Status: http.StatusBadGateway} })
	if code, out = check("xoxb-123456-xyzzy-1"); code != exitFailed || strings.Count(out, "? ") != 3 {
		t.Errorf("platforms with trouble of their own: exit code %d\n%s", code, out)
	}
	if posted := len(box.Messages()); posted != 0 {
		t.Errorf("%d messages were posted", posted)
	}
}

// TestUnknown: what no platform has told of may be well or not, and CI must not
// take it for well.
func TestUnknown(t *testing.T) {
	sink := func(name string, all ...relay.Standing) inspected {
		one := inspected{sink: name}
		for _, standing := range all {
			one.found = append(one.found, relay.Finding{Standing: standing})
		}
		return one
	}
	for _, c := range []struct {
		all  []inspected
		want string
	}{
		{[]inspected{sink("a", relay.Unclear), sink("b")}, "asked nobody: no platform could be reached, or would tell"},
		{[]inspected{sink("a", relay.Fine), sink("b", relay.Unclear), sink("c", relay.Unclear)}, "it is not known whether all is well: no platform told of b, c"},
		{[]inspected{sink("a", relay.Fine, relay.Unclear), sink("b", relay.Fine)}, ""},
	} {
		got := ""
		if err := unknown(c.all); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.all, got, c.want)
		}
	}
}
