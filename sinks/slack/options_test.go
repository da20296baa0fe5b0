package slack

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
		{"user token", Options{Token: secret("xoxp-1-2-3"), Channel: "C024BE91L"}, nil},
		{"rotated token", Options{Token: secret("xoxe.xoxb-1-abc"), Channel: "sales"}, nil},
		{"stand-in", Options{Token: secret("test"), Channel: "#sales", APIURL: "http://127.0.0.1:8082"}, nil},
		{"stand-in webhook", Options{WebhookURL: secret("http://localhost:8082/services/T/B/x")}, nil},
		{"another host", Options{WebhookURL: secret("https://chat.example.com/hooks/abc")}, nil},
		{"government", Options{WebhookURL: secret("https://hooks.slack-gov.com/services/T/B/x")}, nil},
		{"nothing", Options{}, []string{": needs webhook_url, or token and channel"}},
		{"both", Options{WebhookURL: secret(webhookURL), Token: secret(botToken), Channel: "#a"}, []string{"webhook_url: not both"}},
		{"no channel", Options{Token: secret(botToken)}, []string{"channel: token goes with channel"}},
		{"blank channel", Options{Token: secret(botToken), Channel: "my channel"}, []string{"channel: a name like"}},
		{"channel only", Options{Channel: "#a"}, []string{": needs webhook_url"}},
		{"webhook and channel", Options{WebhookURL: secret(webhookURL), Channel: "#a"}, []string{"channel: drop channel"}},
		{"webhook and api_url", Options{WebhookURL: secret(webhookURL), APIURL: "http://127.0.0.1:1"}, []string{"api_url: drop one"}},
		{"app token", Options{Token: secret("xapp-1-A"), Channel: "#a"}, []string{"token: xoxb-"}},
		{"another token", Options{Token: secret("123"), Channel: "#a"}, []string{"?token: xoxb-"}},
		{"token with a line break", Options{Token: secret(botToken + "\n"), Channel: "#a"}, []string{"token: a space or a line break"}},
		{"no URL", Options{WebhookURL: secret("hooks.slack.com/services/T/B/x")}, []string{"webhook_url: begins with https://"}},
		{"bad URL", Options{WebhookURL: secret("https://hooks.slack.com/services/T/B/%zz")}, []string{"webhook_url: not a URL"}},
		{"no path", Options{WebhookURL: secret("https://hooks.slack.com")}, []string{"webhook_url: whole webhook URL"}},
		{"short path", Options{WebhookURL: secret("https://hooks.slack.com/services/T/B")}, []string{"webhook_url: looks like"}},
		{"workflow", Options{WebhookURL: secret("https://hooks.slack.com/triggers/T/1/x")}, []string{"webhook_url: workflow"}},
		{"plain http", Options{WebhookURL: secret("http://chat.example.com/x")}, []string{"?webhook_url: https"}},
		{"api_url with a path", Options{Token: secret(botToken), Channel: "#a", APIURL: "https://slack.example/api/"}, []string{"api_url: scheme, host and port"}},
		{"api_url with a password", Options{Token: secret(botToken), Channel: "#a", APIURL: "https://a:b@slack.example"}, []string{"api_url: user and password"}},
		{"api_url in plain http", Options{Token: secret(botToken), Channel: "#a", APIURL: "http://slack.example"}, []string{"?api_url: https"}},
		{"two at once", Options{Token: secret("xapp-1"), APIURL: "slack"}, []string{"api_url: https://", "token: xoxb-", "channel: goes with"}},
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
			if strings.Contains(got[i].Text, botToken) || strings.Contains(got[i].Text, "SeCrEt") {
				t.Errorf("%s: the problem tells a secret: %s", test.name, got[i].Text)
			}
		}
	}
}
