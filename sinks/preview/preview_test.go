package preview_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/discord"
	"botrelay/sinks/preview"
	"botrelay/sinks/slack"
	"botrelay/sinks/telegram"
	"botrelay/sinks/transport"
)

func lead() relay.Post {
	return relay.Post{Messages: []relay.Message{{Title: "New lead: Ada", Body: []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "[1] <!here>"}}}}}}, Form: relay.Rich, Nonce: "n"}
}

// opener opens a sink of any kind.
type opener = func(transport.Config) (relay.Sink, error)

func slackOf(o slack.Options) opener {
	return func(c transport.Config) (relay.Sink, error) { return slack.Open(o, c) }
}

func discordOf(o discord.Options) opener {
	return func(c transport.Config) (relay.Sink, error) { return discord.Open(o, c) }
}

func telegramOf(o telegram.Options) opener {
	return func(c transport.Config) (relay.Sink, error) { return telegram.Open(o, c) }
}

// TestTake: whatever a sink is configured with, its request is told without a
// secret, and its message arrives.
func TestTake(t *testing.T) {
	secret := relay.NewSecret
	for _, c := range []struct {
		name, url, place string
		open             opener
		in               []string // of the body
	}{
		{"a Slack webhook", "https://hooks.slack.com/services/T1/B1/***", "webhook", slackOf(slack.Options{WebhookURL: secret("https://hooks.slack.com/services/T1/B1/s3cret")}), []string{`"type":"header"`, `[1] \u003c!here\u003e`}},
		{"one whose secret looks revoked", "https://hooks.slack.com/services/T1/B1/***", "webhook", slackOf(slack.Options{WebhookURL: secret("https://hooks.slack.com/services/T1/B1/s3cret-revoked")}), nil},
		{"one of another server", "https://chat.example.com/***?key=***", "webhook", slackOf(slack.Options{WebhookURL: secret("https://chat.example.com/hooks/s3cret?key=s3cret")}), nil},
		{"a Slack bot", "https://slack.com/api/chat.postMessage", "#sales", slackOf(slack.Options{Token: secret("xoxb-s3cret"), Channel: "#sales"}), []string{`"channel":"#sales"`, `"blocks":[{"type":"header"`}},
		{"another API", "http://127.0.0.1:8082/api/chat.postMessage", "C1", slackOf(slack.Options{Token: secret("xoxb-s3cret"), Channel: "C1", APIURL: "http://127.0.0.1:8082"}), nil},
		{"a Discord webhook", "https://discord.com/api/webhooks/7/***?thread_id=9&wait=true", "webhook, thread 9", discordOf(discord.Options{WebhookURL: secret("https://discord.com/api/webhooks/7/s3cret"), ThreadID: "9"}), []string{`"embeds":[`}},
		{"of an older version", "https://discord.com/api/v8/webhooks/7/***/?wait=true", "webhook", discordOf(discord.Options{WebhookURL: secret("https://discord.com/api/v8/webhooks/7/s3cret/")}), nil},
		{"a Discord bot", "https://discord.com/api/v10/channels/42/messages", "channel 42", discordOf(discord.Options{Token: secret("s3cret"), ChannelID: "42"}), []string{`"nonce":"n"`}},
		{"a Telegram bot", "https://api.telegram.org/bot***/sendMessage", "chat -5, topic 4", telegramOf(telegram.Options{Token: secret("1:s3cret"), ChatID: "-5", TopicID: 4}), []string{`"chat_id":"-5"`, `"entities":[{`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			studio := preview.New(func() time.Time { return time.Unix(1_800_000_000, 0) })
			shot, err := studio.Take(t.Context(), "sales", c.open, lead())
			if err != nil {
				t.Fatal(err)
			}
			if shot.URL != c.url || shot.Place != c.place || shot.Method != "POST" {
				t.Errorf("%s %s to %s, want %s to %s", shot.Method, shot.URL, shot.Place, c.url, c.place)
			}
			if shot.Refused != "" || !strings.Contains(shot.Message.Text, "New lead: Ada\n") || !strings.Contains(shot.Message.Text, "\n[1] <!here>") {
				t.Errorf("refused: %s, arrived: %q", shot.Refused, shot.Message.Text)
			}
			if !json.Valid(shot.Body) || strings.Contains(string(shot.Body), "s3cret") {
				t.Errorf("body %s", shot.Body)
			}
			for _, want := range c.in {
				if !strings.Contains(string(shot.Body), want) {
					t.Errorf("no %s in %s", want, shot.Body)
				}
			}
			var page strings.Builder
			if err := studio.WritePage(&page, "x"); err != nil || !strings.Contains(page.String(), "New lead: Ada") || strings.Contains(page.String(), "s3cret") {
				t.Errorf("the page: %v", err)
			}
		})
	}
}

// TestRefused: what the platform would not take is told with its reason.
func TestRefused(t *testing.T) {
	studio := preview.New(nil)
	shot, err := studio.Take(t.Context(), "gone", telegramOf(telegram.Options{Token: relay.NewSecret("1:a"), ChatID: "404"}), lead())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(shot.Refused, "chat not found") || shot.Message.Text != "" || len(shot.Body) == 0 {
		t.Errorf("%+v", shot)
	}
	wrong := errors.New("wrong options")
	if _, err := studio.Take(t.Context(), "x", func(transport.Config) (relay.Sink, error) { return nil, wrong }, lead()); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
}
