package slack

import (
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

func TestBudgets(t *testing.T) {
	place := func(key string) relay.Budget {
		return relay.Budget{Key: key, Limits: []relay.Limit{{Count: 1, Per: time.Second}}}
	}
	token := func(key string) relay.Budget { return relay.Budget{Key: key, Scope: relay.ScopeToken} }
	platform := relay.Budget{Key: "slack", Scope: relay.ScopePlatform}
	options := func(token, channel string) Options {
		return Options{Token: relay.NewSecret(token), Channel: channel}
	}
	// The digests are what sha256sum prints.
	for _, test := range []struct {
		name    string
		options Options
		want    []relay.Budget
	}{
		{"webhook", webhook(), []relay.Budget{place("slack webhook dc43bd8b69692660"), platform}},
		{"bot", bot(), []relay.Budget{place("slack channel sales of workspace 1234567890"), token("slack token 9e9135e884e03704"), platform}},
		{
			"another app of the workspace", options("xoxb-1234567890-other-token", "Sales"),
			[]relay.Budget{place("slack channel sales of workspace 1234567890"), token("slack token ff9973356ac6da47"), platform},
		},
		{
			"a channel's ID", options(botToken, "C024BE91L"),
			[]relay.Budget{place("slack channel C024BE91L of workspace 1234567890"), token("slack token 9e9135e884e03704"), platform},
		},
		{
			"a token that rotates", options("xoxe.xoxb-1-Mi0yLTEyMzQ1Njc4OTA", "#sales"),
			[]relay.Budget{place("slack channel sales of token d18f42a7a5837e9b"), token("slack token d18f42a7a5837e9b"), platform},
		},
		{
			"a token without a workspace", options("xoxp-abc-def", "#sales"),
			[]relay.Budget{place("slack channel sales of token 0fbd219e69fad007"), token("slack token 0fbd219e69fad007"), platform},
		},
	} {
		sinktest.Budgets(t, test.name, func(cfg transport.Config) (relay.Sink, error) { return Open(test.options, cfg) }, test.want...)
	}
}
