package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// Inspect asks who the bot is, for its chat, and what it is there. See
// relay.Inspector.
func (s *Sink) Inspect(ctx context.Context) []relay.Finding {
	var bot struct {
		ID       int64
		Username string
	}
	if a, ok := s.ask(ctx, "getMe", nil, &bot); !ok || bot.ID == 0 {
		return []relay.Finding{s.refused(a, "take the token anew from @BotFather")}
	}
	found := []relay.Finding{s.client.Found(relay.Fine, "the token is good: the bot @%s", bot.Username)}
	var chat struct {
		ID       int64
		Type     string
		Title    string
		Username string
	}
	if a, ok := s.ask(ctx, "getChat", tgbotapi.Params{"chat_id": s.options.ChatID}, &chat); !ok || chat.ID == 0 {
		return append(found, s.refused(a, "add @"+bot.Username+" to the chat, or let the person write to it first"))
	}
	if chat.Type == "private" {
		return append(found, s.client.Found(relay.Fine, "the person has written to the bot"))
	}
	return append(found, s.inspectMember(ctx, bot.ID, bot.Username, chat.Type, chat.Title))
}

// inspectMember asks what the bot is in its chat.
func (s *Sink) inspectMember(ctx context.Context, id int64, bot, kind, title string) relay.Finding {
	var member struct {
		Status          string
		CanSendMessages bool `json:"can_send_messages"` // of one who is restricted
		CanPostMessages bool `json:"can_post_messages"` // of a channel's administrator
	}
	params := tgbotapi.Params{"chat_id": s.options.ChatID, "user_id": strconv.FormatInt(id, 10)}
	if a, ok := s.ask(ctx, "getChatMember", params, &member); !ok || member.Status == "" {
		return s.refused(a, "add @"+bot+" to the chat")
	}
	administers := member.Status == "administrator" || member.Status == "creator"
	switch {
	case kind == "channel" && administers && (member.CanPostMessages || member.Status == "creator"):
		return s.client.Found(relay.Fine, "the bot may post to the channel %q", title)
	case kind == "channel":
		return s.client.Found(relay.Wrong, "the bot may not post to the channel %q: make @%s an administrator who can post messages", title, bot)
	case administers, member.Status == "member", member.Status == "restricted" && member.CanSendMessages:
		return s.client.Found(relay.Fine, "the bot is in the chat %q", title)
	case member.Status == "restricted":
		return s.client.Found(relay.Wrong, "the bot may not write to the chat %q: let members send messages, or make @%s an administrator", title, bot)
	}
	return s.client.Found(relay.Wrong, "the bot is not in the chat %q: add @%s to it", title, bot)
}

// ask calls a method and decodes its result.
func (s *Sink) ask(ctx context.Context, method string, params tgbotapi.Params, result any) (transport.Answer, bool) {
	a := s.client.Attempt(ctx, func(_ context.Context, client *http.Client) error {
		_, err := s.bot(client).MakeRequest(method, params)
		return err
	})
	var body struct {
		OK     bool
		Result json.RawMessage
	}
	ok := a.Status == http.StatusOK && json.Unmarshal(a.Body, &body) == nil && body.OK && json.Unmarshal(body.Result, result) == nil
	return a, ok
}

// refused says why an answer has no result.
func (s *Sink) refused(a transport.Answer, cure string) relay.Finding {
	var body answer
	if json.Unmarshal(a.Body, &body) == nil && body.Parameters.MigratedTo != 0 {
		return s.client.Found(relay.Wrong, "the group has become a supergroup: write chat_id = %d", body.Parameters.MigratedTo)
	}
	if a.Status/100 == 2 {
		return s.client.Found(relay.Unclear, "Telegram: an answer came that is not its own: %s", a.Summary())
	}
	return s.client.FoundBy(a, judge(a, way{}, time.Now()), cure)
}
