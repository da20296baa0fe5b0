package telegram

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
		{"group", group(), nil},
		{"channel", Options{Token: secret(botToken), ChatID: "@salesleads"}, nil},
		{"person", Options{Token: secret("1:a"), ChatID: "42"}, nil},
		{"topic", Options{Token: secret(botToken), ChatID: "-100", TopicID: 42, Silent: true}, nil},
		{"general topic", Options{Token: secret(botToken), ChatID: "-100", TopicID: 1}, nil},
		{"stand-in", Options{Token: secret(botToken), ChatID: "-100", APIURL: "http://localhost:8082"}, nil},
		{"nothing", Options{}, []string{"token: BotFather", "chat_id: needs chat_id"}},
		{"bad token", Options{Token: secret("bot123:abc"), ChatID: "1"}, []string{`token: without "bot"`}},
		{"group without its sign", Options{Token: secret(botToken), ChatID: "1001234567890"}, []string{"?chat_id: put a - in front"}},
		{"token with a line break", Options{Token: secret(botToken + "\n"), ChatID: "1"}, []string{"token: 123456:ABC-DEF"}},
		{"token with a slash", Options{Token: secret("1:a/../b"), ChatID: "1"}, []string{"token: looks like"}},
		{"token with a verb", Options{Token: secret("1:a%s"), ChatID: "1"}, []string{"token: looks like"}},
		{"chat by name", Options{Token: secret(botToken), ChatID: "salesleads"}, []string{"chat_id: is a number"}},
		{"chat by link", Options{Token: secret(botToken), ChatID: "https://t.me/salesleads"}, []string{"chat_id: is a number"}},
		{"chat 0", Options{Token: secret(botToken), ChatID: "0"}, []string{"chat_id: is a number"}},
		{"chat too large", Options{Token: secret(botToken), ChatID: "-99999999999999999999"}, []string{"chat_id: is a number"}},
		{"negative topic", Options{Token: secret(botToken), ChatID: "1", TopicID: -1}, []string{"topic_id: not negative"}},
		{"api_url in plain http", Options{Token: secret(botToken), ChatID: "1", APIURL: "http://tg.example"}, []string{"?api_url: https"}},
		{"api_url with a path", Options{Token: secret(botToken), ChatID: "1", APIURL: "https://tg.example/bot"}, []string{"api_url: scheme, host and port"}},
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
			if strings.Contains(got[i].Text, botToken) || strings.Contains(got[i].Text, "AAF-") {
				t.Errorf("%s: the problem tells a secret: %s", test.name, got[i].Text)
			}
		}
	}
}
