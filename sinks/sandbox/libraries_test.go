package sandbox_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"botrelay/sinks/sandbox"

	"github.com/bwmarrin/discordgo"
	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"github.com/slack-go/slack"
)

// The payloads of this file are made and sent by the libraries that botrelay
// uses, so that what they really put on the wire is what the sandbox takes.

// slackBlocks is a message with every kind of block the sandbox knows.
func slackBlocks() []slack.Block {
	bold := &slack.RichTextSectionTextStyle{Bold: true}
	section := func(elements ...slack.RichTextSectionElement) *slack.RichTextSection {
		return slack.NewRichTextSection(elements...)
	}
	words := func(s string, style *slack.RichTextSectionTextStyle) *slack.RichTextSectionTextElement {
		return slack.NewRichTextSectionTextElement(s, style)
	}
	return []slack.Block{
		slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "New lead: Ada Lovelace", true, false)),
		slack.NewRichTextBlock("",
			section(words("Email ", bold), slack.NewRichTextSectionLinkElement("mailto:ada@example.com", "ada@example.com", nil),
				words("\nPhone ", bold), slack.NewRichTextSectionLinkElement("tel:+441234567890", "+44 1234 567890", nil)),
			&slack.RichTextQuote{Type: slack.RTEQuote, Elements: []slack.RichTextSectionElement{
				words("Do you ship to Malta? <!channel> *not bold*", nil),
			}},
			slack.NewRichTextList(slack.RTEListBullet, 0, section(words("one", nil)), section(words("two", &slack.RichTextSectionTextStyle{Code: true}))),
			slack.NewRichTextList(slack.RTEListOrdered, 1, section(words("nested", nil))),
			&slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{words("x := 1", nil)}},
			section(slack.NewRichTextSectionEmojiElement("tada", 0, nil), words(" done", &slack.RichTextSectionTextStyle{Strike: true, Italic: true})),
		),
		slack.NewDividerBlock(),
		slack.NewSectionBlock(nil, []*slack.TextBlockObject{
			slack.NewTextBlockObject("mrkdwn", "*Bot*\nSupport", false, true),
			slack.NewTextBlockObject("plain_text", "plain", false, false),
		}, nil),
		slack.NewMarkdownBlock("", "An **answer** with a [link](https://example.com)."),
		slack.NewActionBlock("", &slack.ButtonBlockElement{
			Type: "button", URL: "https://example.com", Text: slack.NewTextBlockObject("plain_text", "Open", false, false), Style: "primary",
		}),
		slack.NewContextBlock("", slack.NewTextBlockObject("mrkdwn", "website · <https://example.com|open>", false, false)),
	}
}

func slackClient(address string) *slack.Client {
	return slack.New("xoxb-sandbox", slack.OptionAPIURL(address+"/api/"))
}

func TestSlackLibraryBot(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	client := slackClient(server.URL)
	channel, ts, err := client.PostMessageContext(t.Context(), "#sales-leads",
		slack.MsgOptionText("fallback", false), slack.MsgOptionBlocks(slackBlocks()...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(channel, "C") || len(ts) != 17 || ts[10] != '.' {
		t.Errorf("channel %q, ts %q", channel, ts)
	}
	m := one(t, s)
	if m.Platform != sandbox.Slack || m.Place != "#sales-leads" || m.ID != ts {
		t.Errorf("kept as %s %s %s", m.Platform, m.Place, m.ID)
	}
	want := "New lead: Ada Lovelace\nEmail ada@example.com\nPhone +44 1234 567890\n" +
		"Do you ship to Malta? <!channel> *not bold*\none\ntwo\nnested\nx := 1\n:tada: done\n" +
		"Bot\nSupport\nplain\nAn answer with a link.\nOpen\nwebsite · open"
	if m.Text != want {
		t.Errorf("text:\n%s\nwant:\n%s", m.Text, want)
	}
	var request map[string]any
	if err := json.Unmarshal(m.Request, &request); err != nil {
		t.Fatal(err)
	}
	if _, there := request["token"]; there || strings.Contains(string(m.Request), "xoxb") {
		t.Error("the token is kept")
	}
	if blocks, ok := request["blocks"].([]any); !ok || len(blocks) != 7 || request["unfurl_links"] != "false" {
		t.Errorf("request: %s", m.Request)
	}
}

func TestSlackLibraryThread(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	client := slackClient(server.URL)
	id, ts, err := client.PostMessageContext(t.Context(), "sales", slack.MsgOptionText("first", false))
	if err != nil {
		t.Fatal(err)
	}
	// The answer's channel is an ID, and the thread is found by it as by the name.
	if _, _, err := client.PostMessageContext(t.Context(), id, slack.MsgOptionText("second", false), slack.MsgOptionTS(ts), slack.MsgOptionBroadcast()); err != nil {
		t.Fatal(err)
	}
	messages := s.Messages()
	if messages[1].ReplyTo != ts || messages[1].Place != "#sales" || messages[0].ReplyTo != "" {
		t.Errorf("reply to %q in %q, want %q in #sales", messages[1].ReplyTo, messages[1].Place, ts)
	}
	// A reply to a reply belongs to the thread.
	if _, _, err := client.PostMessageContext(t.Context(), id, slack.MsgOptionText("third", false), slack.MsgOptionTS(messages[1].ID)); err != nil {
		t.Fatal(err)
	}
	if got := s.Messages()[2].ReplyTo; got != ts {
		t.Errorf("a reply to a reply: in thread %q, want %q", got, ts)
	}
	if _, _, err := client.PostMessageContext(t.Context(), "#other", slack.MsgOptionText("x", false), slack.MsgOptionTS(ts)); err == nil || err.Error() != "thread_not_found" {
		t.Errorf("a thread of another channel: %v", err)
	}
}

func TestSlackLibraryChecks(t *testing.T) {
	_, server := serve(t, sandbox.Config{})
	who, err := slackClient(server.URL).AuthTestContext(t.Context())
	if err != nil || who.BotID == "" || who.Team == "" {
		t.Errorf("auth.test: %+v, %v", who, err)
	}
	info, err := slackClient(server.URL).GetConversationInfoContext(t.Context(), &slack.GetConversationInfoInput{ChannelID: "C0123456789"})
	if err != nil || info.ID != "C0123456789" || !info.IsMember {
		t.Errorf("conversations.info: %+v, %v", info, err)
	}
	bad := slack.New("xoxb-revoked", slack.OptionAPIURL(server.URL+"/api/"))
	if _, err := bad.AuthTestContext(t.Context()); err == nil || err.Error() != "token_revoked" {
		t.Errorf("a revoked token: %v", err)
	}
}

func TestSlackLibraryWebhook(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	blocks := slack.Blocks{BlockSet: slackBlocks()}
	off := false
	err := slack.PostWebhookContext(t.Context(), server.URL+"/services/T000/B000/XXXX",
		&slack.WebhookMessage{Text: "fallback", Blocks: &blocks, UnfurlLinks: &off})
	if err != nil {
		t.Fatal(err)
	}
	m := one(t, s)
	if m.Place != "T000/B000" || !strings.HasPrefix(m.Text, "New lead: Ada Lovelace\n") {
		t.Errorf("kept in %q: %q", m.Place, m.Text)
	}
	if strings.Contains(mustJSON(t, m), "XXXX") {
		t.Error("the webhook's secret is kept")
	}
}

// discordMessage is a message as rich as botrelay's.
func discordEmbed() *discordgo.MessageEmbed {
	return &discordgo.MessageEmbed{
		Title: "New lead: Ada Lovelace", URL: "https://example.com/c/1", Color: 0x2eb67d,
		Description: "> Do you ship to Malta? \\*not bold\\* \\<@1\\>\n**Answer:** yes, `always`",
		Fields: []*discordgo.MessageEmbedField{
			{Name: "Email", Value: "ada@example\\.com", Inline: true},
			{Name: "Phone", Value: "+44 1234 567890", Inline: true},
		},
		Footer: &discordgo.MessageEmbedFooter{Text: "Support bot · web"}, Timestamp: "2026-11-20T10:42:00Z",
		Author: &discordgo.MessageEmbedAuthor{Name: "website"},
	}
}

func TestDiscordLibraryWebhook(t *testing.T) {
	s, server := serve(t, sandbox.Config{Rates: true})
	session, err := discordgo.New("")
	if err != nil {
		t.Fatal(err)
	}
	session.Client.Transport = redirect{server.URL}
	params := &discordgo.WebhookParams{
		Username: "botrelay", Embeds: []*discordgo.MessageEmbed{discordEmbed()},
		AllowedMentions: &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}},
	}
	m, err := session.WebhookExecute("1234", "secret-token", true, params, discordgo.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	kept := one(t, s)
	if m.ID != kept.ID || m.ChannelID != "1234" || len(m.Embeds) != 1 || m.Embeds[0].Type != discordgo.EmbedTypeRich {
		t.Errorf("returned %+v", m)
	}
	want := "website\nNew lead: Ada Lovelace\nDo you ship to Malta? *not bold* <@1>\nAnswer: yes, always\n" +
		"Email\nada@example.com\nPhone\n+44 1234 567890\n"
	if kept.Place != "1234" || !strings.HasPrefix(kept.Text, want) {
		t.Errorf("kept in %q:\n%s\nwant:\n%s", kept.Place, kept.Text, want)
	}
	if strings.Contains(mustJSON(t, kept), "secret-token") {
		t.Error("the webhook's secret is kept")
	}
	if _, err := session.WebhookThreadExecute("1234", "secret-token", true, "77", params); err != nil {
		t.Error(err)
	}
	if topic := s.Messages()[1].Topic; topic != "77" {
		t.Errorf("topic %q", topic)
	}
	if hook, err := session.WebhookWithToken("1234", "t"); err != nil || hook.ChannelID == "" {
		t.Errorf("webhook info: %+v, %v", hook, err)
	}
}

func TestDiscordLibraryBot(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	session, err := discordgo.New("Bot sandbox")
	if err != nil {
		t.Fatal(err)
	}
	session.Client.Transport = redirect{server.URL}
	first, err := session.ChannelMessageSendComplex("42", &discordgo.MessageSend{Content: "hello", Embeds: []*discordgo.MessageEmbed{discordEmbed()}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := session.ChannelMessageSendComplex("42", &discordgo.MessageSend{
		Content: "reply", Reference: &discordgo.MessageReference{MessageID: first.ID, ChannelID: "42"},
	})
	if err != nil || second.Type != discordgo.MessageTypeReply {
		t.Fatalf("reply: %+v, %v", second, err)
	}
	if m := s.Messages()[1]; m.ReplyTo != first.ID || m.Place != "42" {
		t.Errorf("reply to %q in %q", m.ReplyTo, m.Place)
	}
	me, err := session.User("@me")
	if err != nil || !me.Bot {
		t.Errorf("users/@me: %+v, %v", me, err)
	}
	if channel, err := session.Channel("42"); err != nil || channel.ID != "42" {
		t.Errorf("channel: %+v, %v", channel, err)
	}
	var refused *discordgo.RESTError
	if _, err := session.ChannelMessageSend("10003", "x"); !errors.As(err, &refused) || refused.Message.Code != discordgo.ErrCodeUnknownChannel {
		t.Errorf("an unknown channel: %v", err)
	}
}

// redirect sends every request to another host.
type redirect struct{ base string }

func (r redirect) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = "http", strings.TrimPrefix(r.base, "http://")
	return http.DefaultTransport.RoundTrip(req)
}

func telegramBot(address string) *tgbotapi.BotAPI {
	bot := &tgbotapi.BotAPI{Token: "123:abc-DEF_1", Client: http.DefaultClient}
	bot.SetAPIEndpoint(address + "/bot%s/%s")
	return bot
}

func TestTelegramLibrary(t *testing.T) {
	s, server := serve(t, sandbox.Config{})
	bot := telegramBot(server.URL)
	params := tgbotapi.Params{"text": "🚨 New lead\nAda — hello"}
	params.AddNonZero64("chat_id", -1001234567890)
	params.AddNonZero("message_thread_id", 42)
	for key, value := range map[string]any{
		"entities": []tgbotapi.MessageEntity{
			{Type: "bold", Offset: 3, Length: 8}, {Type: "text_link", Offset: 12, Length: 3, URL: "https://example.com"},
		},
		"link_preview_options": map[string]any{"is_disabled": true},
	} {
		if err := params.AddInterface(key, value); err != nil {
			t.Fatal(err)
		}
	}
	resp, err := bot.MakeRequest("sendMessage", params)
	if err != nil {
		t.Fatal(err)
	}
	var sent tgbotapi.Message
	if err := json.Unmarshal(resp.Result, &sent); err != nil {
		t.Fatal(err)
	}
	m := one(t, s)
	if sent.Chat.ID != -1001234567890 || sent.Chat.Type != "supergroup" || m.ID != strconv.Itoa(sent.MessageID) || len(sent.Entities) != 2 {
		t.Errorf("returned %+v", sent)
	}
	if m.Place != "-1001234567890" || m.Topic != "42" || m.Text != params["text"] || strings.Contains(mustJSON(t, m), "abc-DEF") {
		t.Errorf("kept %s", mustJSON(t, m))
	}
	reply := tgbotapi.Params{"text": "more", "chat_id": "-1001234567890", "message_thread_id": "42"}
	if err := reply.AddInterface("reply_parameters", map[string]any{"message_id": sent.MessageID, "allow_sending_without_reply": true}); err != nil {
		t.Fatal(err)
	}
	if _, err := bot.MakeRequest("sendMessage", reply); err != nil {
		t.Fatal(err)
	}
	if got := s.Messages()[1].ReplyTo; got != m.ID {
		t.Errorf("reply to %q, want %q", got, m.ID)
	}
	me, err := bot.GetMe()
	if err != nil || me.ID != 123 || !me.IsBot {
		t.Errorf("getMe: %+v, %v", me, err)
	}
	chat, err := bot.GetChat(tgbotapi.ChatInfoConfig{ChatConfig: tgbotapi.ChatConfig{SuperGroupUsername: "@leads"}})
	if err != nil || chat.UserName != "leads" || !chat.IsChannel() {
		t.Errorf("getChat: %+v, %v", chat, err)
	}
	var refused *tgbotapi.Error
	if _, err := bot.MakeRequest("sendMessage", tgbotapi.Params{"chat_id": "-400", "text": "x"}); !errors.As(err, &refused) || refused.MigrateToChatID != -1000000000400 {
		t.Errorf("a migrated group: %v", err)
	}
}
