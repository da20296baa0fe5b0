// Package slack sends messages to Slack, as a bot or through an incoming
// webhook. A webhook says less when it fails, returns no ID, and cannot reply
// in a thread.
package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// apiURL is where Slack's methods are. The library appends a method's name.
const apiURL = "https://slack.com/api/"

// Sink sends to one Slack channel. It may be used from several goroutines.
type Sink struct {
	options   Options
	client    *transport.Client
	workspace workspace
}

// Open returns a Sink. It touches no network. The error says what is wrong
// with o, which Check tells in full.
func Open(o Options, cfg transport.Config) (*Sink, error) {
	for _, p := range o.Check() {
		if !p.Warning {
			return nil, errors.New(p.Text)
		}
	}
	return &Sink{options: o, client: transport.New(cfg.WithBase(o.APIURL).WithSecrets(o.secrets()...))}, nil
}

// CloseIdle closes connections that rest. See relay.Idler.
func (s *Sink) CloseIdle() { s.client.CloseIdle() }

// Send makes one request and returns what it came to. See relay.Sink.
func (s *Sink) Send(ctx context.Context, p relay.Post) relay.Verdict {
	if s.options.Token.IsZero() {
		return s.client.Clean(judgeWebhook(s.client.Attempt(ctx, s.postWebhook(p)), time.Now()))
	}
	answer := s.client.Attempt(ctx, s.postMessage(p))
	v := judgeAPI(answer, time.Now())
	if v.Outcome == relay.Sent {
		s.workspace.learn(answer)
	}
	if threadOf(p) != "" {
		v = judgeReply(answer, v)
	}
	return s.client.Clean(v)
}

// postWebhook posts through the webhook.
func (s *Sink) postWebhook(p relay.Post) func(context.Context, *http.Client) error {
	return func(ctx context.Context, client *http.Client) error {
		c := compose(p, nil) // what a webhook posts has no ID, so nothing links to it
		off := false
		msg := &slackapi.WebhookMessage{Text: c.text, Parse: "none", UnfurlLinks: &off, UnfurlMedia: &off}
		if len(c.blocks) > 0 {
			msg.Blocks = &slackapi.Blocks{BlockSet: c.blocks}
		}
		return slackapi.PostWebhookCustomHTTPContext(ctx, s.options.WebhookURL.Reveal(), client, msg)
	}
}

// postMessage posts as a bot, with chat.postMessage.
func (s *Sink) postMessage(p relay.Post) func(context.Context, *http.Client) error {
	return func(ctx context.Context, client *http.Client) error {
		_, _, err := s.bot(client).PostMessageContext(ctx, s.options.Channel, messageOptions(p, s.workspace.links(p.Roots))...)
		return err
	}
}

// messageOptions is what chat.postMessage is called with. The threads are the
// links for compose.
func messageOptions(p relay.Post, threads []string) []slackapi.MsgOption {
	c := compose(p, threads)
	options := []slackapi.MsgOption{
		slackapi.MsgOptionText(c.text, false), // escaped already, since that makes it longer
		slackapi.MsgOptionParse(false),
		slackapi.MsgOptionDisableMarkdown(),
		slackapi.MsgOptionDisableLinkUnfurl(),
		slackapi.MsgOptionDisableMediaUnfurl(),
	}
	if len(c.blocks) > 0 {
		options = append(options, slackapi.MsgOptionBlocks(c.blocks...))
	}
	if thread := threadOf(p); thread != "" {
		options = append(options, slackapi.MsgOptionTS(thread))
		if p.Broadcast {
			options = append(options, slackapi.MsgOptionBroadcast())
		}
	}
	return options
}

// threadOf returns the ts of the message that p answers, or "". Plain text
// answers none and goes to the channel, so that a thread which refuses it for a
// reason that we do not know does not lose it.
func threadOf(p relay.Post) string {
	_, ts, _ := strings.Cut(p.Reply, "/")
	if p.Form == relay.Text || !isTS(ts) {
		return ""
	}
	return ts
}
