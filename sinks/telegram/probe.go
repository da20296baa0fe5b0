package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Probe asks Telegram for the configured chat; for one that has moved it is as
// good, since an answer about the old one shows Telegram at work too. See
// relay.Sink.
func (s *Sink) Probe(ctx context.Context) relay.Verdict {
	answer := s.client.Attempt(ctx, func(_ context.Context, client *http.Client) error {
		_, err := s.bot(client).MakeRequest("getChat", tgbotapi.Params{"chat_id": s.options.ChatID})
		return err
	})
	return s.client.Clean(judgeProbe(answer, time.Now()))
}

// judgeProbe judges the answer to getChat. Telegram is at work if it describes
// the chat, and as well if it says in its own words why not.
func judgeProbe(a transport.Answer, now time.Time) relay.Verdict {
	if v, done := a.JudgeProbe("Telegram", now); done {
		return v
	}
	var body answer
	err := json.Unmarshal(a.Body, &body)
	code := body.code(a.Status)
	switch {
	case body.tooFast(code):
		return tooFast(a, body, now)
	case err != nil || !body.OK && body.Description == "" && body.ErrorCode == 0:
		return a.Strange()
	case code >= 500:
		return relay.Verdict{Outcome: relay.Later, Status: a.Status, After: a.RetryAfter(now), Reason: reason(a, body)}
	}
	return relay.Verdict{Outcome: relay.Sent, Status: a.Status}
}
