package config_test

import (
	"errors"
	"strings"
	"testing"

	"botrelay/relay/config"
)

// TestStandIn: who has not got the secrets can read a file all the same, and
// sees every other mistake.
func TestStandIn(t *testing.T) {
	const text = `
[server]
listen = ":${PORT}"
admin_listen = "${ADMIN}"
admin_token = "${ADMIN_TOKEN}"
timezone = "${ZONE}"
public_url = "${PUBLIC}"
[store]
url = "sqlite:${DATA}/relay.db"
retain = "${RETAIN}"
[sources.website]
vendor = "chatbase"
secret = ["${NEW}", "${OLD}"]
[sources.shop]
vendor = "chatdata"
secret_file = "/run/secrets/nothing"
[sinks.sales]
type = "slack"
token = "${TOKEN}"
channel = "#${CHANNEL}"
digest = "${DIGEST}"
[sinks.night]
type = "telegram"
token_file = "${FOLDER}/token"
chat_id = "${CHAT}"
topic_id = "${TOPIC}"
give_up_after = "${LONG}"
[[routes]]
match = { bot_id = "${BOT}" }
to = ["sales"]
message = "lead"
[messages.lead]
title = "${SET}, ${GREETING}, ${OTHER:-default}"
color = "${COLOR}"
`
	e := env(map[string]string{"SET": "hello"})
	e.ReadFile = func(string) ([]byte, error) { return nil, errors.New("none") }
	file := config.File{Name: "routes.toml", Data: []byte(text)}
	if cfg, problems := config.Parse(file, e); cfg != nil || len(problems) < 15 {
		t.Fatalf("with the variables needed: %v", problems)
	}
	var asked []string
	e.StandIn = func(sink, kind, key string) string {
		asked = append(asked, sink+" "+kind+" "+key)
		return map[string]string{"token": "stand-in", "chat_id": "-5"}[key]
	}
	cfg, problems := config.Parse(file, e)
	if cfg == nil {
		t.Fatal(problems)
	}
	if got := strings.Join(asked, ", "); got != "sales slack token, sales slack channel, night telegram token, night telegram chat_id, night telegram topic_id" {
		t.Errorf("asked for %s", got)
	}
	sales, _ := cfg.Sinks[0].Options.(*slackOptions)
	night, _ := cfg.Sinks[1].Options.(*chatOptions)
	if sales.Token.Reveal() != "stand-in" || sales.Channel != "#${CHANNEL}" || night.Token.Reveal() != "stand-in" || night.ChatID != "-5" || night.TopicID != 0 {
		t.Errorf("options %+v %+v", sales, night)
	}
	if s := cfg.Server; s.Listen != ":8080" && s.Listen != ":${PORT}" || s.Timezone.String() != "UTC" || !s.AdminToken.IsZero() {
		t.Errorf("server %+v", s)
	}
	if got := cfg.Routes[0].Match.BotID; len(got) != 1 || got[0] != "${BOT}" {
		t.Errorf("a pattern that is not known: %q", got) // it must not match more than it would
	}
	if got := *cfg.Messages[0].Title; got != "hello, ${GREETING}, default" {
		t.Errorf("title %q", got)
	}
	// Other mistakes are mistakes.
	for bad, want := range map[string]string{
		strings.Replace(text, `type = "slack"`, `type = "slak"`, 1):      "slak",
		strings.Replace(text, `"${RETAIN}"`, `"soon"`, 1):                `"retain"`,
		strings.Replace(text, `"${CHAT}"`, `"${CHAT"`, 1):                "closing",
		strings.Replace(text, `color = "${COLOR}"`, `colour = "red"`, 1): "colour",
	} {
		if cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(bad)}, e); cfg != nil || !strings.Contains(problems.String(), want) {
			t.Errorf("%s: %v", want, problems)
		}
	}
}
