package telegram

import (
	"strconv"
	"strings"
	"time"

	"botrelay/relay"
)

// Budgets returns what the sink shares with others: its chat, its bot, and
// Telegram.
//
// A chat takes a message a second, a group or a channel no more than 20 a
// minute besides, and a bot may send about 30 a second
// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
// Bots that write to one chat share its budget, since people have to read them
// all. The budget of a chat that has moved goes on under its old ID.
func (s *Sink) Budgets() []relay.Budget {
	chat := normalChat(s.options.ChatID)
	place := relay.Budget{Key: "telegram chat " + chat, Limits: []relay.Limit{{Count: 1, Per: time.Second}}}
	if strings.HasPrefix(chat, "-") || strings.HasPrefix(chat, "@") {
		place.Limits = append(place.Limits, relay.Limit{Count: 20, Per: time.Minute})
	}
	bot, _, _ := strings.Cut(s.options.Token.Reveal(), ":") // the bot's ID, which everybody may know
	return []relay.Budget{
		place,
		{Key: "telegram bot " + bot, Scope: relay.ScopeToken, Limits: []relay.Limit{{Count: 30, Per: time.Second}}},
		{Key: "telegram", Scope: relay.ScopePlatform}, // it holds everybody back only when it says so
	}
}

// normalChat returns the one spelling of a chat: a number, or a name in lower
// case, since Telegram does not tell capitals from others in names.
func normalChat(chat string) string {
	if id, err := strconv.ParseInt(chat, 10, 64); err == nil {
		return strconv.FormatInt(id, 10)
	}
	return strings.ToLower(chat)
}
