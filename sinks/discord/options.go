package discord

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// leastID is how many digits Discord's IDs have at least: they count milliseconds
// since 2015 (https://discord.com/developers/docs/reference#snowflakes), and had
// as many within its first weeks.
const leastID = 17

// Options is a Discord destination: a webhook, or a bot token and a channel.
type Options struct {
	WebhookURL relay.Secret `toml:"webhook_url" example:"${DISCORD_WEBHOOK_URL}" doc:"A webhook, https://discord.com/api/webhooks/ID/TOKEN; or token and channel_id."`
	Token      relay.Secret `toml:"token" example:"${DISCORD_BOT_TOKEN}" doc:"A bot's token."`
	ChannelID  string       `toml:"channel_id,number" example:"1180000000000000042" doc:"The channel's ID; only with token."`
	ThreadID   string       `toml:"thread_id,number" example:"1180000000000000043" doc:"A thread, or a post of a forum, of the channel."`
	APIURL     string       `toml:"api_url" as:"url" example:"http://127.0.0.1:8082" doc:"Scheme, host and port in place of https://discord.com; only with token."`
}

// Check returns everything that is wrong with the options. It touches no
// network.
func (o Options) Check() []relay.Problem {
	webhook, token := !o.WebhookURL.IsZero(), !o.Token.IsZero()
	problems := transport.CheckAPI(o.APIURL, webhook)
	add := func(key, text string) { problems = append(problems, relay.Problem{Key: key, Text: text}) }
	for key, id := range map[string]string{"channel_id": o.ChannelID, "thread_id": o.ThreadID} {
		if isID(id) && len(id) < leastID && o.APIURL == "" {
			problems = append(problems, relay.Problem{Key: key, Text: key + " is too short for one of Discord's IDs, which have 17 digits or more", Warning: true})
		}
	}
	if o.ThreadID != "" && !isID(o.ThreadID) {
		add("thread_id", "thread_id is a number: in Discord's developer mode, right-click the thread and copy its ID")
	}
	switch {
	case webhook && token:
		add("webhook_url", "a Discord sink has webhook_url, or token and channel_id, not both")
	case webhook:
		u, found := transport.CheckWebhook(o.WebhookURL.Reveal())
		problems = append(problems, found...)
		if text := webhookTrouble(u); text != "" {
			add("webhook_url", text)
		}
		if o.ChannelID != "" {
			add("channel_id", "a Discord webhook posts to the channel it was made for: drop channel_id, or use a token")
		}
	case token:
		if strings.ContainsFunc(o.token(), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
			add("token", "the token has a space or a line break in it")
		}
		if !isID(o.ChannelID) {
			add("channel_id", "token goes with channel_id, a number: in Discord's developer mode, right-click the channel and copy its ID")
		}
	default:
		add("", "a Discord sink needs webhook_url, or token and channel_id")
	}
	return problems
}

// Replies reports whether the sink can answer its own messages: a bot can, a
// webhook cannot.
func (o Options) Replies() bool { return !o.Token.IsZero() }

// Where says where messages go, without secrets.
func (o Options) Where() string {
	where := "channel " + o.ChannelID
	if o.Token.IsZero() {
		where = "the channel of a webhook at " + transport.HostOf(o.WebhookURL.Reveal())
	}
	if o.ThreadID != "" {
		where += ", thread " + o.ThreadID
	}
	return where + transport.Instead(o.APIURL)
}

// webhookTrouble says what is wrong with a webhook's path.
func webhookTrouble(u *url.URL) string {
	const path = `^/api/(v\d+/)?webhooks/\d+/[\w-]+`
	switch {
	case u == nil, regexp.MustCompile(path + `/?$`).MatchString(u.Path):
		return ""
	case strings.HasPrefix(u.Hostname(), "hooks.slack"):
		return `this is a Slack webhook: write type = "slack", or take Discord's`
	case strings.HasPrefix(u.Path, "/channels/"):
		return "this is a channel's own address: make a webhook in the channel's settings, under Integrations"
	case regexp.MustCompile(path + `/(slack|github)/?$`).MatchString(u.Path):
		return "drop what follows the token: this address speaks another service's language"
	}
	return "a Discord webhook URL looks like https://discord.com/api/webhooks/ID/TOKEN"
}

// isID reports whether s is one of Discord's IDs, a positive 64-bit number.
func isID(s string) bool {
	id, err := strconv.ParseUint(s, 10, 64)
	return err == nil && id > 0
}

// token returns the bot's token without the word that some write before it.
func (o Options) token() string { return strings.TrimPrefix(o.Token.Reveal(), "Bot ") }

// secrets returns every text that must not be shown.
func (o Options) secrets() []string {
	secrets := []string{o.WebhookURL.Reveal(), o.token()}
	if u, err := url.Parse(o.WebhookURL.Reveal()); err == nil {
		path := strings.TrimSuffix(u.Path, "/")
		secrets = append(secrets, path[strings.LastIndex(path, "/")+1:])
	}
	return secrets
}
