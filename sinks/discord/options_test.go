package discord

import (
	"strings"
	"testing"

	"botrelay/relay"
)

func TestCheck(t *testing.T) {
	secret := relay.NewSecret
	for _, test := range []struct {
		name    string
		options Options
		want    []string // key: part of the text; a warning begins with "?"
	}{
		{"webhook", webhook(), nil},
		{"bot", bot(), nil},
		{"webhook of a version", Options{WebhookURL: secret("https://discord.com/api/v10/webhooks/1/a-b_c")}, nil},
		{"webhook of the canary", Options{WebhookURL: secret("https://canary.discord.com/api/webhooks/1/abc/")}, nil},
		{"webhook in a thread", Options{WebhookURL: secret(webhookURL), ThreadID: "1200000000000000002"}, nil},
		{"stand-in", Options{WebhookURL: secret("http://127.0.0.1:8082/api/webhooks/1/abc")}, nil},
		{"bot at a stand-in", Options{Token: secret("test"), ChannelID: "1200000000000000001", APIURL: "http://[::1]:8082/"}, nil},
		{"nothing", Options{}, []string{": needs webhook_url, or token and channel_id"}},
		{"both", Options{WebhookURL: secret(webhookURL), Token: secret(botToken), ChannelID: "1200000000000000001"}, []string{"webhook_url: not both"}},
		{"no channel", Options{Token: secret(botToken)}, []string{"channel_id: token goes with channel_id"}},
		{"channel by name", Options{Token: secret(botToken), ChannelID: "#general"}, []string{"channel_id: a number"}},
		{"channel too large", Options{Token: secret(botToken), ChannelID: "99999999999999999999"}, []string{"channel_id: a number"}},
		{"Slack's webhook", Options{WebhookURL: secret("https://hooks.slack.com/services/T0/B0/x")}, []string{`webhook_url: type = "slack"`}},
		{"channel that cannot be", Options{Token: secret(botToken), ChannelID: "42"}, []string{"?channel_id: 17 digits"}},
		{"channel of a stand-in", Options{Token: secret(botToken), ChannelID: "42", APIURL: "http://127.0.0.1:1"}, nil},
		{"thread by name", Options{Token: secret(botToken), ChannelID: "1200000000000000001", ThreadID: "-1"}, []string{"thread_id: a number"}},
		{"webhook and channel", Options{WebhookURL: secret(webhookURL), ChannelID: "1200000000000000001"}, []string{"channel_id: drop channel_id"}},
		{"webhook and api_url", Options{WebhookURL: secret(webhookURL), APIURL: "http://127.0.0.1:1"}, []string{"api_url: drop one"}},
		{"token with a space", Options{Token: secret("Bearer abc"), ChannelID: "1200000000000000001"}, []string{"token: a space"}},
		{"a channel URL", Options{WebhookURL: secret("https://discord.com/channels/1/2")}, []string{"webhook_url: Integrations"}},
		{"Slack style", Options{WebhookURL: secret(webhookURL + "/slack")}, []string{"webhook_url: drop what follows"}},
		{"no token", Options{WebhookURL: secret("https://discord.com/api/webhooks/1")}, []string{"webhook_url: looks like"}},
		{"no URL", Options{WebhookURL: secret("discord.com/api/webhooks/1/abc")}, []string{"webhook_url: begins with https://"}},
		{"plain http", Options{WebhookURL: secret("http://discord.example/api/webhooks/1/abc")}, []string{"?webhook_url: https"}},
		{"two at once", Options{ThreadID: "x", APIURL: "ftp://x"}, []string{"api_url: https://", "thread_id: a number", ": needs"}},
	} {
		got := test.options.Check()
		if len(got) != len(test.want) {
			t.Errorf("%s: got %+v", test.name, got)
			continue
		}
		for i, want := range test.want {
			warning := strings.HasPrefix(want, "?")
			key, text, _ := strings.Cut(strings.TrimPrefix(want, "?"), ": ")
			if got[i].Key != strings.TrimSuffix(key, ":") && key != "" || got[i].Warning != warning || !strings.Contains(got[i].Text, strings.TrimPrefix(text, ": ")) {
				t.Errorf("%s: got %+v, want %q", test.name, got[i], want)
			}
			if strings.Contains(got[i].Text, botToken) || strings.Contains(got[i].Text, hookToken) {
				t.Errorf("%s: the problem tells a secret: %s", test.name, got[i].Text)
			}
		}
	}
}
