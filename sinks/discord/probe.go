package discord

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Probe asks Discord for the webhook, or for the bot's channel. See relay.Sink.
func (s *Sink) Probe(ctx context.Context) relay.Verdict {
	answer := s.client.Attempt(ctx, func(ctx context.Context, client *http.Client) error {
		return s.request(ctx, client, http.MethodGet, s.options.about(), nil)
	})
	v := judgeProbe(answer, time.Now())
	if v.Outcome == relay.Sent {
		s.guild.learn(answer)
	}
	return s.client.Clean(v)
}

// about is the address of the webhook or the channel itself.
func (o Options) about() string {
	if !o.Token.IsZero() {
		return apiURL + "/channels/" + o.channel()
	}
	u, err := url.Parse(o.WebhookURL.Reveal())
	if err != nil {
		return "" // Check has seen that it is a URL
	}
	u.RawQuery = ""
	return u.String()
}

// judgeProbe judges the answer to a GET. Discord is at work if it describes
// what it was asked for, and as well if it says in its own words why not.
func judgeProbe(a transport.Answer, now time.Time) relay.Verdict {
	if v, done := a.JudgeProbe("Discord", now); done {
		return v
	}
	body, err := read(a)
	switch {
	case a.Status == http.StatusTooManyRequests:
		return tooFast(a, body, now)
	case err != nil || body.Message == "" && !isID(body.ID):
		return a.Strange()
	case body.Code != 0:
		if outcome, scope := byCode(a.Status, body.Code); outcome == relay.Later { // it has trouble of its own
			return relay.Verdict{Outcome: outcome, Scope: scope, Status: a.Status, After: wait(a, body, now), Reason: reason(a, body)}
		}
	}
	return relay.Verdict{Outcome: relay.Sent, Status: a.Status}
}
