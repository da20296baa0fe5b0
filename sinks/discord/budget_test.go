package discord

import (
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

func TestBudgets(t *testing.T) {
	place := func(key string) relay.Budget {
		return relay.Budget{Key: key, Limits: []relay.Limit{{Count: 5, Per: 2 * time.Second}, {Count: 30, Per: time.Minute}}}
	}
	token := func(key string) relay.Budget {
		return relay.Budget{Key: key, Scope: relay.ScopeToken, Limits: []relay.Limit{{Count: 50, Per: time.Second}}}
	}
	platform := relay.Budget{Key: "discord", Scope: relay.ScopePlatform}
	thread := func(o Options) Options { o.ThreadID = "1250000000000000001"; return o }
	versioned := Options{WebhookURL: relay.NewSecret("https://discord.com/api/v10/webhooks/123456789012345678/" + hookToken + "?wait=false")}
	named := bot()
	named.Token = relay.NewSecret("Bot " + botToken)
	const digest = "e3e3738d4643f177" // printf %s TOKEN | sha256sum
	for _, test := range []struct {
		name    string
		options Options
		want    []relay.Budget
	}{
		{"bot", bot(), []relay.Budget{place("discord channel 1200000000000000001"), token("discord token " + digest), platform}},
		{"bot whose token says so", named, []relay.Budget{place("discord channel 1200000000000000001"), token("discord token " + digest), platform}},
		{"bot in a thread", thread(bot()), []relay.Budget{place("discord channel 1250000000000000001"), token("discord token " + digest), platform}},
		{"webhook", webhook(), []relay.Budget{place("discord webhook 123456789012345678"), token("discord webhooks"), platform}},
		{"webhook in a thread", thread(webhook()), []relay.Budget{place("discord webhook 123456789012345678"), token("discord webhooks"), platform}},
		{"webhook, written in another way", versioned, []relay.Budget{place("discord webhook 123456789012345678"), token("discord webhooks"), platform}},
	} {
		sinktest.Budgets(t, test.name, func(cfg transport.Config) (relay.Sink, error) { return Open(test.options, cfg) }, test.want...)
	}
}
