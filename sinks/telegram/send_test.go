package telegram

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

const botToken = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_1234"

func group() Options {
	return Options{Token: relay.NewSecret(botToken), ChatID: "-1001234567890"}
}

func TestConforms(t *testing.T) {
	sinktest.Run(t, sinktest.Case{
		Open:    func(cfg transport.Config) (relay.Sink, error) { return Open(group(), cfg) },
		Secrets: []string{"AAF-abcdefghijklmnopqrstuvwxyz_1234"}, // what stands before it is the bot's public ID
		Good: sinktest.Answer{
			Status: 200, Type: "application/json",
			Body: `{"ok":true,"result":{"message_id":77,"date":1700000000,"chat":{"id":-1001234567890,"type":"supergroup"},"text":"x"}}`,
		},
		ID: "-1001234567890/77",
		Replies: &sinktest.Replies{
			To: "-1001234567890/5512",
			Answered: sinktest.Answer{
				Status: 200, Type: "application/json",
				Body: `{"ok":true,"result":{"message_id":77,"date":1700000000,"chat":{"id":-1001234567890,"type":"supergroup"},"text":"x",` +
					`"reply_to_message":{"message_id":5512,"date":1690000000,"chat":{"id":-1001234567890,"type":"supergroup"},"text":"first"}}}`,
			},
			Alone: sinktest.Answer{
				Status: 200, Type: "application/json",
				Body: `{"ok":true,"result":{"message_id":77,"date":1700000000,"chat":{"id":-1001234567890,"type":"supergroup"},"text":"x"}}`,
			},
			Refused: []sinktest.Answer{
				{Status: 400, Type: "application/json", Body: `{"ok":false,"error_code":400,"description":"Bad Request: message to be replied not found"}`},
				{Status: 400, Type: "application/json", Body: `{"ok":false,"error_code":400,"description":"Bad Request: REPLY_MESSAGE_ID_INVALID"}`},
			},
		},
		Alive: sinktest.Answer{
			Status: 200, Type: "application/json",
			Body: `{"ok":true,"result":{"id":-1001234567890,"title":"Leads","type":"supergroup"}}`,
		},
		Gone: []sinktest.Answer{
			{Status: 400, Type: "application/json", Body: `{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}`},
			{Status: 400, Type: "application/json", Body: `{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}`},
			{Status: 401, Type: "application/json", Body: `{"ok":false,"error_code":401,"description":"Unauthorized"}`},
			{Status: 403, Type: "application/json", Body: `{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked from the supergroup chat"}`},
			{Status: 404, Type: "application/json", Body: `{"ok":false,"error_code":404,"description":"Not Found"}`},
		},
		CheckProbe: func(r sinktest.Request) error {
			if r.URL != "/bot"+botToken+"/getChat" || string(r.Body) != "chat_id=-1001234567890" {
				return fmt.Errorf("%s: %s", r.URL, r.Body)
			}
			return nil
		},
		Globals: func() any { return []any{tgbotapi.APIEndpoint, tgbotapi.FileEndpoint} },
		Check: func(r sinktest.Request) error {
			form, err := url.ParseQuery(string(r.Body))
			if err != nil {
				return err
			}
			return checkForm(r, form)
		},
	})
}

func TestParams(t *testing.T) {
	with := func(change func(*Options)) Options { o := group(); change(&o); return o }
	post := func(reply string, form relay.Form) relay.Post {
		return relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: form, Reply: reply}
	}
	page := func(form relay.Form, links ...string) relay.Post {
		p := relay.Post{Form: form}
		for _, link := range links {
			p.Messages = append(p.Messages, relay.Message{Title: "a", Link: link})
		}
		return p
	}
	for _, test := range []struct {
		name    string
		options Options
		post    relay.Post
		want    map[string]string // "" means absent
	}{
		{"plain", group(), post("", relay.Rich), map[string]string{
			"chat_id": "-1001234567890", "text": "a", "link_preview_options": `{"is_disabled":true}`,
			"message_thread_id": "", "disable_notification": "", "reply_parameters": "", "parse_mode": "", "reply_markup": "",
		}},
		{"channel", with(func(o *Options) { o.ChatID = "@salesleads" }), post("-100777/5", relay.Rich), map[string]string{
			"chat_id": "@salesleads", "reply_parameters": `{"allow_sending_without_reply":true,"message_id":5}`,
		}},
		{"topic", with(func(o *Options) { o.TopicID = 42 }), post("", relay.Rich), map[string]string{"message_thread_id": "42"}},
		{"general topic", with(func(o *Options) { o.TopicID = 1 }), post("", relay.Rich), map[string]string{"message_thread_id": ""}},
		{"silent", with(func(o *Options) { o.Silent = true }), post("", relay.Rich), map[string]string{"disable_notification": "true"}},
		{"reply", group(), post("-1001234567890/77", relay.Rich), map[string]string{
			"reply_parameters": `{"allow_sending_without_reply":true,"message_id":77}`,
		}},
		{"reply in a chat that has moved", group(), post("-5/77", relay.Rich), map[string]string{"reply_parameters": ""}},
		{"reply to nonsense", group(), post("-1001234567890/x", relay.Rich), map[string]string{"reply_parameters": ""}},
		{"a chat that has moved", group(), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, Reply: "-1001234567890/77", MovedTo: "-1009"}, map[string]string{
			"chat_id": "-1009", "reply_parameters": "", // the numbers of the old chat's messages mean nothing there
		}},
		{"a reply in the chat that it moved to", group(), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, Reply: "-1009/78", MovedTo: "-1009"}, map[string]string{
			"chat_id": "-1009", "reply_parameters": `{"allow_sending_without_reply":true,"message_id":78}`,
		}},
		{"a topic where it moved to", with(func(o *Options) { o.TopicID = 42 }), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, MovedTo: "-1009"}, map[string]string{
			"chat_id": "-1009", "message_thread_id": "42",
		}},
		{"moved to nonsense", group(), relay.Post{Messages: []relay.Message{{Title: "a"}}, Form: relay.Rich, MovedTo: "../x"}, map[string]string{"chat_id": "-1001234567890"}},
		{"a chat that is written in another way", with(func(o *Options) { o.ChatID = "-0100" }), post("-100/5", relay.Rich), map[string]string{
			"reply_parameters": `{"allow_sending_without_reply":true,"message_id":5}`,
		}},
		{"a page", group(), page(relay.Rich, "https://app.example.com/c/1"), map[string]string{
			"reply_markup": `{"inline_keyboard":[[{"text":"Open on app.example.com","url":"https://app.example.com/c/1"}]]}`,
		}},
		{"a page that Telegram does not open", group(), page(relay.Rich, "http://crm:8080/c/1"), map[string]string{"reply_markup": ""}},
		{"a page in plain text", group(), page(relay.Text, "https://app.example.com/c/1"), map[string]string{"reply_markup": ""}},
		{"two pages", group(), page(relay.Rich, "https://app.example.com/c/1", "https://app.example.com/c/2"), map[string]string{"reply_markup": ""}},
		{"plain text", group(), post("-1001234567890/77", relay.Text), map[string]string{"reply_parameters": "", "entities": "", "text": "a"}},
	} {
		sink, err := Open(test.options, transport.Config{})
		if err != nil {
			t.Fatal(err)
		}
		params, err := sink.params(test.post)
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range test.want {
			if params[key] != want {
				t.Errorf("%s: %s is %q, want %q", test.name, key, params[key], want)
			}
		}
	}
}

// entities reads the entities of a request.
func entities(raw string) ([]tgbotapi.MessageEntity, error) {
	var list []tgbotapi.MessageEntity
	if raw == "" {
		return nil, nil
	}
	err := json.Unmarshal([]byte(raw), &list)
	return list, err
}
