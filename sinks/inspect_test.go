package sinks_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/discord"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/slack"
	"botrelay/sinks/telegram"
	"botrelay/sinks/transport"
)

// TestInspect: what is found of good and bad credentials, at the stand-in.
func TestInspect(t *testing.T) {
	box := sandbox.New(sandbox.Config{})
	web := httptest.NewServer(box)
	defer web.Close()
	base, err := url.Parse(web.URL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := transport.Config{Base: base}
	bot := func(token, channel string) relay.Sink {
		return opened[*slack.Sink](t)(slack.Open(slack.Options{Token: relay.NewSecret(token), Channel: channel}, cfg))
	}
	hook := func(last string) relay.Sink {
		return opened[*slack.Sink](t)(slack.Open(slack.Options{WebhookURL: relay.NewSecret("https://hooks.slack.com/services/T0/B0/" + last)}, cfg))
	}
	guild := func(token, channel string) relay.Sink {
		return opened[*discord.Sink](t)(discord.Open(discord.Options{Token: relay.NewSecret(token), ChannelID: channel}, cfg))
	}
	webhook := func(id, token, thread string) relay.Sink {
		return opened[*discord.Sink](t)(discord.Open(discord.Options{WebhookURL: relay.NewSecret("https://discord.com/api/webhooks/" + id + "/" + token), ThreadID: thread}, cfg))
	}
	chat := func(token, id string) relay.Sink {
		return opened[*telegram.Sink](t)(telegram.Open(telegram.Options{Token: relay.NewSecret("1:" + token), ChatID: id}, cfg))
	}
	for _, tc := range []struct {
		about string
		sink  relay.Sink
		want  []string // standing and a part of the text
	}{
		{"a bot in its channel", bot("xoxb-good", "C0123456789"), []string{"fine the token is good: the bot botrelay of Sandbox", "fine the bot is in the channel"}},
		{"a channel by its name", bot("xoxb-good", "#sales"), []string{"fine ", "unclear by its name: write its ID"}},
		{"a revoked bot", bot("xoxb-revoked", "C0123456789"), []string{"wrong take the bot's token anew"}},
		{"a bot without the scope to look", bot("xoxb-noscope", "C0123456789"), []string{"fine ", "unclear without the scope channels:read"}},
		{"a webhook", hook("xyzzy-1"), []string{"fine the webhook is there"}},
		{"a revoked webhook", hook("revoked"), []string{"wrong no_service"}},
		{"a webhook of an archived channel", hook("archived"), []string{"wrong make another"}},
		{"a Discord bot", guild("xyzzy-1", "1180000000000000042"), []string{"fine the token is good: the bot ", "fine the bot sees the channel", "unclear Send Messages and Embed Links"}},
		{"a revoked Discord bot", guild("revoked", "1180000000000000042"), []string{"wrong reset the bot's token"}},
		{"a channel that it may not see", guild("xyzzy-1", "50001"), []string{"fine ", "wrong invite the bot to the server"}},
		{"a Discord webhook", webhook("1180000000000000042", "xyzzy-1", ""), []string{"fine the webhook "}},
		{"one with a thread", webhook("1180000000000000042", "xyzzy-1", "1180000000000000043"), []string{"fine the webhook ", "unclear the thread 1180000000000000043"}},
		{"a revoked Discord webhook", webhook("1180000000000000042", "revoked", ""), []string{"wrong make another"}},
		{"a Telegram group", chat("xyzzy-1", "-1001234567890"), []string{"fine the token is good: the bot @", "fine the bot is in the chat"}},
		{"a Telegram channel", chat("xyzzy-1", "@salesleads"), []string{"fine ", "fine the bot may post to the channel"}},
		{"a person", chat("xyzzy-1", "42"), []string{"fine ", "fine the person has written to the bot"}},
		{"a revoked Telegram bot", chat("revoked", "-5"), []string{"wrong @BotFather"}},
		{"a chat that is not there", chat("xyzzy-1", "-404"), []string{"fine ", "wrong to the chat"}},
		{"a bot that was kicked", chat("xyzzy-1", "-403"), []string{"fine ", "wrong kicked"}},
		{"a group that moved", chat("xyzzy-1", "-400"), []string{"fine ", "wrong write chat_id = -1000000000400"}},
	} {
		inspector, ok := tc.sink.(relay.Inspector)
		if !ok {
			t.Fatalf("%s: a %T cannot be inspected", tc.about, tc.sink)
		}
		found := inspector.Inspect(t.Context())
		if len(found) != len(tc.want) {
			t.Errorf("%s: got %+v", tc.about, found)
			continue
		}
		for i, want := range tc.want {
			standing, part, _ := strings.Cut(want, " ")
			if string(found[i].Standing) != standing || !strings.Contains(found[i].Text, part) {
				t.Errorf("%s: got %+v, want %q", tc.about, found[i], want)
			}
		}
	}
	if posted := len(box.Messages()); posted != 0 {
		t.Errorf("%d messages were posted", posted)
	}
}
