package discord

import (
	"net/url"
	"regexp"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Budgets returns what the sink shares with others: its webhook or channel,
// its token, and Discord.
//
// A webhook, whatever thread it posts to, and a channel, of which a thread is
// one, take 5 requests in 2 seconds and 30 in a minute: what Discord's staff
// say and its headers show, but no document
// (https://github.com/discord/discord-api-docs/issues/367). A bot may make 50
// requests a second. Webhooks say nothing of who posts, and then the same limit
// is the address's (https://discord.com/developers/docs/topics/rate-limits),
// so that all of them share it, as if they had one token.
func (s *Sink) Budgets() []relay.Budget {
	place := relay.Budget{Limits: []relay.Limit{{Count: 5, Per: 2 * time.Second}, {Count: 30, Per: time.Minute}}}
	token := relay.Budget{Scope: relay.ScopeToken, Limits: []relay.Limit{{Count: 50, Per: time.Second}}}
	if s.options.Token.IsZero() {
		place.Key, token.Key = "discord webhook "+s.options.webhookID(), "discord webhooks"
	} else {
		place.Key = "discord channel " + s.options.channel()
		token.Key = "discord token " + transport.Fingerprint(relay.NewSecret(s.options.token()))
	}
	// Discord as a whole refuses for its own reasons, which are told by its
	// answers: an address that sends too much nonsense is blocked.
	return []relay.Budget{place, token, {Key: "discord", Scope: relay.ScopePlatform}}
}

// webhookID returns the public part of the webhook's URL, which Check has seen.
func (o Options) webhookID() string {
	u, err := url.Parse(o.WebhookURL.Reveal())
	if err != nil {
		return ""
	}
	if found := regexp.MustCompile(`/webhooks/0*(\d+)/`).FindStringSubmatch(u.Path); found != nil {
		return found[1]
	}
	return ""
}

// channel is where a bot posts to: to it, a thread is a channel.
func (o Options) channel() string {
	if o.ThreadID != "" {
		return o.ThreadID
	}
	return o.ChannelID
}
