package main

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"
	"testing"

	"botrelay/relay/config"
	"botrelay/relay/vendors"
	"botrelay/sinks"
)

// TestInit: every file that init writes is good without a warning once its
// variables are set, those that it names and no others; the schema takes it, and
// all that is commented out in it is good TOML of ours.
func TestInit(t *testing.T) {
	values := map[string]string{
		"SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T0/B0/x", "DISCORD_WEBHOOK_URL": "https://discord.com/api/webhooks/1180000000000000042/x",
		"TELEGRAM_BOT_TOKEN": "123:abc", "TELEGRAM_CHAT_ID": "-100123",
	}
	editor := compiled(t)
	for _, v := range vendors.Builtin() {
		for _, k := range sinks.Kinds() {
			start := startOf(v.Name, k.Name)
			text, err := start.text()
			if err != nil {
				t.Fatal(err)
			}
			set := make(map[string]string)
			for _, variable := range start.Variables {
				set[variable.Name] = values[variable.Name]
				if set[variable.Name] == "" {
					set[variable.Name] = "a-secret-of-" + v.Name
				}
			}
			env := configEnv(func(name string) (string, bool) { value, ok := set[name]; return value, ok })
			if _, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(text)}, env); len(problems) > 0 {
				t.Errorf("%s to %s: %s", v.Name, k.Name, problems)
			}
			whole := regexp.MustCompile(`(?m)^# (\[\[|(name|match|active|to|public_url|timezone|admin_listen|topic_id) +=)`).ReplaceAllString(text, "$1")
			if _, problems := config.Parse(config.File{Name: "whole", Data: []byte(whole)}, env); len(problems) > 0 {
				t.Errorf("%s to %s, with what is commented out: %s", v.Name, k.Name, problems)
			}
			if ok, err := validated(t, editor, text); !ok || err != nil {
				t.Errorf("%s to %s: the schema says %v", v.Name, k.Name, err)
			}
		}
	}
}

// TestAsk: who answers nothing gets the first, who misspells is asked again.
func TestAsk(t *testing.T) {
	for answer, want := range map[string]string{
		"\n": "slack", "": "slack", "Discord\n": "discord", " telegram \r\n": "telegram", "slak\ndiscord\n": "discord", "slak": "slack",
	} {
		var out bytes.Buffer
		if got := ask(&world{stdout: &out}, bufio.NewReader(strings.NewReader(answer)), "Who?", []string{"slack", "discord", "telegram"}, "; or else"); got != want {
			t.Errorf("%q: got %s, want %s", answer, got, want)
		}
		if !strings.HasPrefix(out.String(), "Who? slack, discord, telegram [slack] ") {
			t.Errorf("asked %q", out.String())
		}
		if told := strings.Contains(out.String(), "slak is not one of these; or else\n"); told != strings.HasPrefix(answer, "slak\n") {
			t.Errorf("%q: answered %q", answer, out.String())
		}
	}
}
