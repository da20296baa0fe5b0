package sinks_test

import (
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/sinks/discord"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/slack"
	"botrelay/sinks/telegram"
	"botrelay/sinks/transport"
)

// A conversation at each platform's stand-in: it goes on in one thread, begins
// anew once its first message was deleted, and a digest leads to it.
func TestConversations(t *testing.T) {
	for name, test := range map[string]struct {
		open func(transport.Config) (relay.Sink, error)
		link string // what the digest's link begins with
	}{
		"slack": {func(cfg transport.Config) (relay.Sink, error) {
			return slack.Open(slack.Options{Token: relay.NewSecret("xoxb-1234567890-AbCdEfGhIj"), Channel: "#sales"}, cfg)
		}, "https://app.slack.com/client/T0SANDBOX/C"},
		"discord": {func(cfg transport.Config) (relay.Sink, error) {
			return discord.Open(discord.Options{Token: relay.NewSecret("bot-token"), ChannelID: "42"}, cfg)
		}, "https://discord.com/channels/1/42/"},
		"telegram": {func(cfg transport.Config) (relay.Sink, error) {
			return telegram.Open(telegram.Options{Token: relay.NewSecret("123:abc"), ChatID: "-1001234567890"}, cfg)
		}, "https://t.me/c/1234567890/"},
		"telegram topic": {func(cfg transport.Config) (relay.Sink, error) {
			return telegram.Open(telegram.Options{Token: relay.NewSecret("123:abc"), ChatID: "-1001234567890", TopicID: 9}, cfg)
		}, "https://t.me/c/1234567890/9/"},
	} {
		t.Run(name, func(t *testing.T) {
			box, cfg := standIn(t, sandbox.Config{})
			sink, err := test.open(cfg)
			if err != nil {
				t.Fatal(err)
			}
			send := func(reply string) (relay.Verdict, sandbox.Message) {
				t.Helper()
				v := sink.Send(t.Context(), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, Reply: reply})
				all := box.Messages()
				if v.Outcome != relay.Sent || v.ID == "" {
					t.Fatalf("got %+v", v)
				}
				return v, all[len(all)-1]
			}
			first, root := send("")
			if v, m := send(first.ID); v.ReplyGone || m.ReplyTo != root.ID {
				t.Errorf("a reply: %+v, to %q", v, m.ReplyTo)
			}
			roots := []string{first.ID, first.ID}
			digest := relay.Post{Messages: []relay.Message{{Title: "a"}, {Title: "b"}}, Form: relay.Rich, Roots: roots}
			if v := sink.Send(t.Context(), digest); v.Outcome != relay.Sent {
				t.Errorf("a digest: %+v", v)
			}
			all := box.Messages()
			if n := strings.Count(string(all[len(all)-1].Request), test.link); n != 2 {
				t.Errorf("%d links that begin with %s: %s", n, test.link, all[len(all)-1].Request)
			}
			if !box.Delete(root.Platform, root.Place, root.ID) || box.Delete(root.Platform, root.Place, root.ID) {
				t.Fatal("the first message is not deleted, or twice")
			}
			v, m := send(first.ID)
			if !v.ReplyGone || m.ReplyTo != "" {
				t.Errorf("a reply to what was deleted: %+v, to %q", v, m.ReplyTo)
			}
			if v, again := send(v.ID); v.ReplyGone || again.ReplyTo != m.ID {
				t.Errorf("a reply to what began it anew: %+v, to %q", v, again.ReplyTo)
			}
		})
	}
}

// A thread that never was is refused in Slack's words.
func TestUnknownThread(t *testing.T) {
	_, cfg := standIn(t, sandbox.Config{})
	sink := opened[*slack.Sink](t)(slack.Open(slack.Options{Token: relay.NewSecret("xoxb-1234567890-AbCdEfGhIj"), Channel: "#sales"}, cfg))
	v := sink.Send(t.Context(), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, Reply: "C1/1700000000.000100"})
	if v.Outcome != relay.Later || !v.ReplyGone || v.Doubtful {
		t.Errorf("got %+v", v)
	}
}
