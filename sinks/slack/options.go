package slack

import (
	"net/url"
	"strings"
	"unicode"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Options is a Slack destination: an incoming webhook, or a bot token and a
// channel.
type Options struct {
	WebhookURL relay.Secret `toml:"webhook_url" example:"${SLACK_WEBHOOK_URL}" doc:"An incoming webhook, https://hooks.slack.com/services/…; or token and channel."`
	Token      relay.Secret `toml:"token" example:"${SLACK_BOT_TOKEN}" doc:"A bot's token, xoxb-…, with the scope chat:write."`
	Channel    string       `toml:"channel" example:"#sales" doc:"The channel, a name or an ID; only with token. The bot must be in it."`
	APIURL     string       `toml:"api_url" as:"url" example:"http://127.0.0.1:8082" doc:"Scheme, host and port in place of https://slack.com; only with token."`
}

// Check returns everything that is wrong with the options. It touches no
// network.
func (o Options) Check() []relay.Problem {
	webhook, token := !o.WebhookURL.IsZero(), !o.Token.IsZero()
	problems := transport.CheckAPI(o.APIURL, webhook)
	switch {
	case webhook && token:
		return append(problems, relay.Problem{Key: "webhook_url", Text: "a Slack sink has webhook_url, or token and channel, not both"})
	case webhook:
		return append(problems, o.checkWebhook()...)
	case token:
		return append(problems, o.checkBot()...)
	}
	return append(problems, relay.Problem{Text: "a Slack sink needs webhook_url, or token and channel"})
}

// Replies reports whether the sink can answer its own messages: a bot can, a
// webhook cannot.
func (o Options) Replies() bool { return !o.Token.IsZero() }

// Where says where messages go, without secrets.
func (o Options) Where() string {
	if o.Token.IsZero() {
		return "the channel of a webhook at " + transport.HostOf(o.WebhookURL.Reveal())
	}
	return "channel " + o.Channel + transport.Instead(o.APIURL)
}

func (o Options) checkWebhook() []relay.Problem {
	if strings.HasPrefix(o.WebhookURL.Reveal(), "xox") {
		return []relay.Problem{{Key: "webhook_url", Text: "this is a token: put it into token, and name the channel"}}
	}
	u, problems := transport.CheckWebhook(o.WebhookURL.Reveal())
	if u != nil {
		if text := webhookTrouble(u); text != "" {
			problems = append(problems, relay.Problem{Key: "webhook_url", Text: text})
		}
	}
	if o.Channel != "" {
		problems = append(problems, relay.Problem{Key: "channel", Text: "a Slack webhook posts to the channel it was made for: drop channel, or use a token"})
	}
	return problems
}

// webhookTrouble says what is wrong with a webhook's path, which is known for
// Slack's own hosts only.
func webhookTrouble(u *url.URL) string {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch {
	case parts[0] == "":
		return "the URL has no path: copy the whole webhook URL"
	case strings.HasPrefix(u.Path, "/api/webhooks/"), strings.HasSuffix(u.Hostname(), "discord.com"):
		return `this is a Discord webhook: write type = "discord", or take Slack's`
	case u.Hostname() == "api.telegram.org":
		return `Telegram has no such webhooks: write type = "telegram" with token and chat_id`
	case u.Hostname() == "slack.com", strings.HasSuffix(u.Hostname(), ".slack.com") && !strings.HasPrefix(u.Hostname(), "hooks."):
		return "this is no webhook's URL: one begins with https://hooks.slack.com/services/"
	case !strings.HasPrefix(u.Hostname(), "hooks.slack"):
		return ""
	case parts[0] == "workflows" || parts[0] == "triggers":
		return "this URL starts a workflow, which takes no messages: make an incoming webhook"
	case parts[0] != "services" || len(parts) != 4:
		return "a Slack webhook URL looks like https://hooks.slack.com/services/T…/B…/…"
	}
	return ""
}

func (o Options) checkBot() []relay.Problem {
	var problems []relay.Problem
	token := o.Token.Reveal()
	switch {
	case strings.HasPrefix(token, "https://"), strings.HasPrefix(token, "http://"):
		problems = append(problems, relay.Problem{Key: "token", Text: "this is a URL: put a webhook's into webhook_url"})
	case strings.ContainsFunc(token, notPrintable):
		problems = append(problems, relay.Problem{Key: "token", Text: "the token has a space or a line break in it"})
	case strings.HasPrefix(token, "xapp-"):
		problems = append(problems, relay.Problem{Key: "token", Text: "this is an app-level token: take the bot token, which begins with xoxb-"})
	case !strings.HasPrefix(token, "xox") && o.APIURL == "":
		problems = append(problems, relay.Problem{Key: "token", Text: "Slack's bot tokens begin with xoxb-", Warning: true})
	}
	switch {
	case o.Channel == "":
		problems = append(problems, relay.Problem{Key: "channel", Text: `token goes with channel: a name like "#sales", or the channel's ID`})
	case strings.Contains(o.Channel, "://"):
		problems = append(problems, relay.Problem{Key: "channel", Text: `channel is a name like "#sales", or the channel's ID, which is at the end of its link`})
	case strings.HasPrefix(o.Channel, "#") && strings.ToLower(o.Channel) != o.Channel:
		problems = append(problems, relay.Problem{Key: "channel", Text: "channel: Slack's names of channels are in lower case", Warning: true})
	case o.Channel == "#" || strings.HasPrefix(o.Channel, "##") || strings.ContainsFunc(o.Channel, notPrintable):
		problems = append(problems, relay.Problem{Key: "channel", Text: `channel is a name like "#sales", or the channel's ID`})
	}
	return problems
}

func notPrintable(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

// secrets returns every text that must not be shown.
func (o Options) secrets() []string {
	token := o.Token.Reveal()
	secrets := []string{o.WebhookURL.Reveal(), token}
	// What stands before a token's last part is its kind and who it is for.
	if key := token[strings.LastIndex(token, "-")+1:]; len(key) >= 8 {
		secrets = append(secrets, key)
	}
	if u, err := url.Parse(o.WebhookURL.Reveal()); err == nil && u.Path != "" {
		// A server that answers with the path it was asked for gives it away.
		secrets = append(secrets, u.RequestURI(), u.Path, u.Path[strings.LastIndex(u.Path, "/")+1:])
	}
	return secrets
}
