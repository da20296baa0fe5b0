// Package telegram sends messages to a Telegram chat as a bot. Telegram has no
// webhooks of its own to post to.
package telegram

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/relay"
	"botrelay/sinks/fit"
	"botrelay/sinks/transport"
)

// endpoint is where methods are: the library fills in token and method.
const endpoint = "https://api.telegram.org/bot%s/%s"

// Sink sends to one Telegram chat or topic. It may be used from several
// goroutines.
type Sink struct {
	options Options
	client  *transport.Client
}

// Open returns a Sink. It touches no network. The error says what is wrong
// with o, which Check tells in full.
func Open(o Options, cfg transport.Config) (*Sink, error) {
	for _, p := range o.Check() {
		if !p.Warning {
			return nil, errors.New(p.Text)
		}
	}
	return &Sink{o, transport.New(cfg.WithBase(o.APIURL).WithSecrets(o.secrets()...))}, nil
}

// CloseIdle closes connections that rest. See relay.Idler.
func (s *Sink) CloseIdle() { s.client.CloseIdle() }

// Send makes one request and returns what it came to. See relay.Sink.
func (s *Sink) Send(ctx context.Context, p relay.Post) relay.Verdict {
	answer := s.client.Attempt(ctx, func(_ context.Context, client *http.Client) error {
		params, err := s.params(p)
		if err != nil {
			return err
		}
		_, err = s.bot(client).MakeRequest("sendMessage", params)
		return err
	})
	v := judge(answer, s.way(p), time.Now())
	if id := s.replyTo(p); id != 0 {
		v = judgeReply(answer, v, id)
	}
	return s.client.Clean(v)
}

// bot is the library's client. It is not made by the library's constructor,
// which would ask Telegram who the bot is. The client brings the context, since
// the library takes none.
func (s *Sink) bot(client *http.Client) *tgbotapi.BotAPI {
	bot := &tgbotapi.BotAPI{Token: s.options.Token.Reveal(), Client: client}
	bot.SetAPIEndpoint(endpoint)
	return bot
}

// way is where a message is meant to go, and where it goes.
type way struct {
	configured string
	to         string // another chat if the configured one has moved
}

// way returns the way of p.
func (s *Sink) way(p relay.Post) way {
	w := way{s.options.ChatID, s.options.ChatID}
	if isGroup(p.MovedTo) {
		w.to = p.MovedTo
	}
	return w
}

// params is what sendMessage is called with. The library's own message type
// knows neither topics nor link previews. The topic is kept when the chat has
// moved: what moves is a plain group, which has no topics, into a supergroup,
// which may have. So whoever configured a topic means one of the new chat; one
// that is not there is refused, and a person is told.
func (s *Sink) params(p relay.Post) (tgbotapi.Params, error) {
	c := compose(p, s.links(p))
	params := tgbotapi.Params{"chat_id": s.way(p).to, "text": c.text}
	params.AddBool("disable_notification", s.options.Silent)
	if s.options.TopicID != generalTopic {
		params.AddNonZero64("message_thread_id", s.options.TopicID)
	}
	err := params.AddInterface("link_preview_options", map[string]bool{"is_disabled": true})
	if len(c.entities) > 0 && err == nil {
		err = params.AddInterface("entities", c.entities)
	}
	if c.page != "" && err == nil {
		err = params.AddInterface("reply_markup", tgbotapi.NewInlineKeyboardMarkup(
			tgbotapi.NewInlineKeyboardRow(tgbotapi.NewInlineKeyboardButtonURL(fit.Way(c.page), c.page)),
		))
	}
	if id := s.replyTo(p); id != 0 && err == nil {
		err = params.AddInterface("reply_parameters", map[string]any{
			"message_id": id, "allow_sending_without_reply": true,
		})
	}
	return params, err
}

// replyTo returns the number of the message that p answers; 0 for none. Plain
// text answers none: nothing about it must be refused. A message of another chat cannot be answered here: not even one of the group
// that this chat was, since its messages have other numbers now.
func (s *Sink) replyTo(p relay.Post) int64 {
	chat, message, _ := strings.Cut(p.Reply, "/")
	to := s.way(p).to
	if p.Form == relay.Text || !strings.HasPrefix(to, "@") && chat != normalChat(to) {
		return 0
	}
	id, err := strconv.ParseInt(message, 10, 64)
	if err != nil || id <= 0 {
		return 0
	}
	return id
}
