package telegram

import (
	"regexp"
	"strconv"
	"strings"

	"botrelay/relay"
	"botrelay/sinks/transport"
)

// generalTopic is a forum's first topic. Messages reach it without a topic,
// and are refused with it.
const generalTopic = 1

// Options is a Telegram destination: a bot and a chat.
type Options struct {
	Token   relay.Secret `toml:"token" must:"yes" example:"${TELEGRAM_BOT_TOKEN}" doc:"A bot's token, as @BotFather gives it: 123456:ABC…"`
	ChatID  string       `toml:"chat_id,number" must:"yes" example:"-1001234567890" doc:"The chat: a number, negative for groups and channels, or @channelname. The bot must be in it."`
	TopicID int64        `toml:"topic_id" example:"42" doc:"A topic of a forum."` // 0 or 1 is General
	Silent  bool         `toml:"silent" default:"false" doc:"Without a sound."`
	APIURL  string       `toml:"api_url" as:"url" example:"http://127.0.0.1:8082" doc:"Scheme, host and port in place of https://api.telegram.org."`
}

// Check returns everything that is wrong with the options. It touches no
// network.
func (o Options) Check() []relay.Problem {
	problems := transport.CheckAPI(o.APIURL, false)
	add := func(key, text string) { problems = append(problems, relay.Problem{Key: key, Text: text}) }
	switch token := o.Token.Reveal(); {
	case token == "":
		add("token", "a Telegram sink needs token, the one that BotFather gives")
	case strings.HasPrefix(token, "bot"):
		add("token", `the token stands here without "bot" in front: 123456:ABC-DEF, as BotFather gives it`)
	case !regexp.MustCompile(`^\d+:[\w-]+$`).MatchString(token):
		add("token", "a bot's token looks like 123456:ABC-DEF, as BotFather gives it")
	}
	switch chat := o.ChatID; {
	case chat == "":
		add("chat_id", `a Telegram sink needs chat_id: the chat's number, or "@channelname"`)
	case !isChat(chat):
		add("chat_id", `chat_id is a number like -1001234567890, or "@channelname"`)
	case regexp.MustCompile(`^100\d{10}$`).MatchString(chat):
		problems = append(problems, relay.Problem{Key: "chat_id", Text: "chat_id of a group or a channel is negative: put a - in front", Warning: true})
	}
	if o.TopicID < 0 {
		add("topic_id", "topic_id is the number of a topic, which is not negative")
	}
	return problems
}

// Replies reports that the sink can answer its own messages.
func (o Options) Replies() bool { return true }

// Where says where messages go, without secrets.
func (o Options) Where() string {
	where := "chat " + o.ChatID
	if o.TopicID > generalTopic {
		where += ", topic " + strconv.FormatInt(o.TopicID, 10)
	}
	if o.Silent {
		where += ", without a sound"
	}
	return where + transport.Instead(o.APIURL)
}

func isChat(chat string) bool {
	if strings.HasPrefix(chat, "@") {
		return regexp.MustCompile(`^@[A-Za-z][A-Za-z0-9_]{3,31}$`).MatchString(chat)
	}
	id, err := strconv.ParseInt(chat, 10, 64)
	return err == nil && id != 0 && !strings.HasPrefix(chat, "+") // which is somebody's number
}

// isGroup reports whether chat is what the ID of a group or a channel may be:
// a negative number of at most 52 bits (https://core.telegram.org/bots/api#chat).
func isGroup(chat string) bool {
	const least = -1 << 52
	id, err := strconv.ParseInt(chat, 10, 64)
	return err == nil && id < 0 && id > least && chat == strconv.FormatInt(id, 10)
}

// secrets returns every text that must not be shown.
func (o Options) secrets() []string {
	token := o.Token.Reveal()
	_, key, _ := strings.Cut(token, ":")
	return []string{token, key}
}
