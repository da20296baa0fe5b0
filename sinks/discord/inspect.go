package discord

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Inspect asks for the webhook, or who the bot is and for its channel. See
// relay.Inspector.
func (s *Sink) Inspect(ctx context.Context) []relay.Finding {
	if s.options.Token.IsZero() {
		a := s.ask(ctx, s.options.about())
		name, ok := named(a)
		if !ok {
			return []relay.Finding{s.refused(a, "make another, "+webhookPlace)}
		}
		found := []relay.Finding{s.client.Found(relay.Fine, "the webhook %q is there", name)}
		if s.options.ThreadID != "" {
			found = append(found, s.client.Found(relay.Unclear, "whether the thread %s is in the webhook's channel cannot be told without writing", s.options.ThreadID))
		}
		return found
	}
	a := s.ask(ctx, apiURL+"/users/@me")
	name, ok := named(a)
	if !ok {
		return []relay.Finding{s.refused(a, "reset the bot's token, at "+tokenPage)}
	}
	found := []relay.Finding{s.client.Found(relay.Fine, "the token is good: the bot %s", name)}
	a = s.ask(ctx, s.options.about())
	channel, ok := named(a)
	if !ok {
		return append(found, s.refused(a, "invite the bot to the server, and let its role view the channel"))
	}
	return append(found, s.client.Found(relay.Fine, "the bot sees the channel %q", channel),
		s.client.Found(relay.Unclear, "whether it may write there cannot be told without writing: it needs Send Messages and Embed Links"))
}

// ask makes a GET request.
func (s *Sink) ask(ctx context.Context, target string) transport.Answer {
	return s.client.Attempt(ctx, func(ctx context.Context, client *http.Client) error {
		return s.request(ctx, client, http.MethodGet, target, nil)
	})
}

// named returns the name of what an answer describes.
func named(a transport.Answer) (name string, ok bool) {
	var body struct {
		ID       string
		Name     string
		Username string
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &body) != nil || !isID(body.ID) {
		return "", false
	}
	if body.Username != "" {
		return body.Username, true
	}
	return body.Name, true
}

// refused says why an answer describes nothing.
func (s *Sink) refused(a transport.Answer, cure string) relay.Finding {
	if a.Status/100 == 2 {
		return s.client.Found(relay.Unclear, "Discord: an answer came that is not its own: %s", a.Summary())
	}
	return s.client.FoundBy(a, judge(a, s.options.Token.IsZero(), time.Now()), cure)
}
