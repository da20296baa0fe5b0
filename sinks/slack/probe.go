package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Probe asks Slack who the bot is, which needs no permission, or, for a
// webhook, GETs it: Slack posts nothing for a GET, and refuses it with a word.
// See relay.Sink.
func (s *Sink) Probe(ctx context.Context) relay.Verdict {
	if s.options.Token.IsZero() {
		return s.client.Clean(judgeWebhookProbe(s.client.Attempt(ctx, s.getWebhook), time.Now()))
	}
	answer := s.client.Attempt(ctx, s.authTest)
	v := judgeAPIProbe(answer, time.Now())
	if v.Outcome == relay.Sent {
		s.workspace.learn(answer)
	}
	return s.client.Clean(v)
}

func (s *Sink) authTest(ctx context.Context, client *http.Client) error {
	_, err := s.bot(client).AuthTestContext(ctx)
	return err
}

// bot is the library's client of the Web API. It sends nothing by itself.
func (s *Sink) bot(client *http.Client) *slackapi.Client {
	return slackapi.New(s.options.Token.Reveal(), slackapi.OptionHTTPClient(client), slackapi.OptionAPIURL(apiURL))
}

// getWebhook does without the library, which can only post to a webhook.
func (s *Sink) getWebhook(ctx context.Context, client *http.Client) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.options.WebhookURL.Reveal(), nil)
	if err != nil {
		return fmt.Errorf("writing the request: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("asking the webhook: %w", err)
	}
	return resp.Body.Close() // the attempt has read it
}

// judgeWebhookProbe judges the answer to a GET. What Slack says to it is
// documented nowhere, so that any words will do.
func judgeWebhookProbe(a transport.Answer, now time.Time) relay.Verdict {
	if v, done := a.JudgeProbe("Slack", now); done {
		return v
	}
	if a.Status == http.StatusTooManyRequests {
		return tooFast(a, now)
	}
	return relay.Verdict{Outcome: relay.Sent, Status: a.Status}
}

// judgeAPIProbe judges the answer to auth.test. Slack is at work if it says
// who the bot is, and as well if it does not want to know the bot.
func judgeAPIProbe(a transport.Answer, now time.Time) relay.Verdict {
	if v, done := a.JudgeProbe("Slack", now); done {
		return v
	}
	if a.Status == http.StatusTooManyRequests {
		return tooFast(a, now)
	}
	var body answer
	if json.Unmarshal(a.Body, &body) != nil || !body.OK && body.Error == "" {
		return a.Strange()
	}
	if !body.OK {
		if v := byError(a, body, now); v.Outcome == relay.Later { // it has trouble of its own
			v.Doubtful = false
			return v
		}
	}
	return relay.Verdict{Outcome: relay.Sent, Status: a.Status}
}
