package slack

import (
	"regexp"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Budgets returns what the sink shares with others: its webhook or channel,
// its token, and Slack.
//
// Slack takes "1 message per second" in a channel, from apps and from webhooks
// alike (https://api.slack.com/docs/rate-limits). It lets short bursts
// pass, but does not say how long ones, so none are made. A channel that is
// configured by its name here and by its ID there, or that has a webhook beside
// a bot, counts as two: nothing but Slack knows that it is one.
func (s *Sink) Budgets() []relay.Budget {
	// Slack holds a token and itself back only when it says so.
	platform := relay.Budget{Key: "slack", Scope: relay.ScopePlatform}
	place := relay.Budget{Limits: []relay.Limit{{Count: 1, Per: time.Second}}}
	if s.options.Token.IsZero() {
		place.Key = "slack webhook " + transport.Fingerprint(s.options.WebhookURL)
		return []relay.Budget{place, platform}
	}
	place.Key = "slack channel " + channelName(s.options.Channel) + " of " + s.options.workspace()
	token := relay.Budget{Key: "slack token " + transport.Fingerprint(s.options.Token), Scope: relay.ScopeToken}
	return []relay.Budget{place, token, platform}
}

// workspace tells whose channels the token's are. The number that follows a
// token's kind is the workspace's, so that two apps in one channel share it.
func (o Options) workspace() string {
	if found := regexp.MustCompile(`^xox[a-z]-(\d+)-.`).FindStringSubmatch(o.Token.Reveal()); found != nil {
		return "workspace " + found[1]
	}
	return "token " + transport.Fingerprint(o.Token)
}

// channelName returns the one spelling of a channel: an ID as it is, a name
// without "#" and in lower case, as Slack's names are.
func channelName(channel string) string {
	name := strings.TrimPrefix(channel, "#")
	if regexp.MustCompile(`^[CDGU][A-Z0-9]{7,}$`).MatchString(name) {
		return name
	}
	return strings.ToLower(name)
}
