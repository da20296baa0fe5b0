package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Inspect asks who the bot is and what it may do, and about its channel; a
// webhook is asked with an empty message, which Slack refuses. See
// relay.Inspector.
func (s *Sink) Inspect(ctx context.Context) []relay.Finding {
	if s.options.Token.IsZero() {
		return []relay.Finding{s.inspectWebhook(s.client.Attempt(ctx, s.postNothing))}
	}
	a := s.client.Attempt(ctx, s.authTest)
	var bot struct {
		OK         bool
		User, Team string
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &bot) != nil || !bot.OK {
		return []relay.Finding{s.client.FoundBy(a, judgeAPI(a, time.Now()), "take the bot's token anew, at "+tokenPage)}
	}
	found := []relay.Finding{s.client.Found(relay.Fine, "the token is good: the bot %s of %s", bot.User, bot.Team)}
	scopes := strings.FieldsFunc(a.Header.Get("X-OAuth-Scopes"), func(c rune) bool { return c == ',' || c == ' ' })
	if len(scopes) > 0 && !slices.Contains(scopes, "chat:write") {
		found = append(found, s.client.Found(relay.Wrong, "the bot lacks the scope chat:write: add it at "+tokenPage+", and install the app anew"))
	}
	return append(found, s.inspectChannel(ctx, bot.User, slices.Contains(scopes, "chat:write.public")))
}

// postNothing posts a message without text to the webhook.
func (s *Sink) postNothing(ctx context.Context, client *http.Client) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.WebhookURL.Reveal(), strings.NewReader(`{"text":""}`))
	if err != nil {
		return fmt.Errorf("writing the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("asking the webhook: %w", err)
	}
	return resp.Body.Close() // the attempt has read it
}

// inspectWebhook judges the answer to an empty message. One that Slack refuses for
// being empty came to a webhook that is there.
func (s *Sink) inspectWebhook(a transport.Answer) relay.Finding {
	word := string(bytes.TrimSpace(a.Body))
	if a.Status == http.StatusBadRequest && slices.Contains([]string{"no_text", "missing_text_or_fallback_or_attachments", "missing_text", "invalid_payload"}, word) {
		return s.client.Found(relay.Fine, "the webhook is there: it refuses an empty message, as it should")
	}
	v := judgeWebhook(a, time.Now())
	if v.Outcome == relay.Sent || v.Outcome == relay.Refused {
		return s.client.Found(relay.Unclear, "the webhook answers, but not as Slack's do (%d): send something to see", a.Status)
	}
	return s.client.FoundBy(a, v, "make another, at "+webhookPage)
}

// inspectChannel asks for the bot's channel. Slack tells it by its ID alone.
func (s *Sink) inspectChannel(ctx context.Context, bot string, public bool) relay.Finding {
	channel := s.options.Channel
	if !regexp.MustCompile(`^[CGD][A-Z0-9]{6,}$`).MatchString(channel) {
		return s.client.Found(relay.Unclear, "Slack tells nothing of a channel by its name: write its ID in place of %q (in Slack, at the end of the channel's details), or send something to see", channel)
	}
	a := s.client.Attempt(ctx, func(ctx context.Context, client *http.Client) error {
		_, err := s.bot(client).GetConversationInfoContext(ctx, &slackapi.GetConversationInfoInput{ChannelID: channel})
		return err
	})
	var info struct {
		OK            bool
		Error, Needed string
		Channel       struct {
			Name       string
			IsArchived bool `json:"is_archived"`
			IsMember   bool `json:"is_member"`
			IsPrivate  bool `json:"is_private"`
			IsIM       bool `json:"is_im"`
		}
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &info) != nil {
		return s.client.FoundBy(a, judgeAPI(a, time.Now()), "")
	}
	c := info.Channel
	switch {
	case info.Error == "missing_scope":
		return s.client.Found(relay.Unclear, "whether the bot may write to the channel cannot be told without the scope %s", info.Needed)
	case info.Error == "channel_not_found":
		return s.client.Found(relay.Wrong, "there is no channel %s, or it is private and the bot is not in it: in the channel, /invite @%s", channel, bot)
	case !info.OK:
		return s.client.FoundBy(a, judgeAPI(a, time.Now()), "")
	case c.IsArchived:
		return s.client.Found(relay.Wrong, "the channel #%s is archived: take it out of the archive, or name another", c.Name)
	case c.IsMember, c.IsIM:
		return s.client.Found(relay.Fine, "the bot is in the channel #%s", c.Name)
	case public && !c.IsPrivate:
		return s.client.Found(relay.Fine, "the bot is not in the channel #%s, but may write to public ones", c.Name)
	}
	return s.client.Found(relay.Wrong, "the bot is not in the channel #%s: in the channel, /invite @%s", c.Name, bot)
}
