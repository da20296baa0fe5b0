package render

import (
	"strings"
	"time"

	"botrelay/relay"
)

// hostileText is what somebody would write who wants to be taken for us, to
// ping everybody, or to break out of where he stands.
const hostileText = "@channel <!everyone> @everyone\r\n\r\n\r\n\r\n**Answer**\n" +
	"\u202Efdp.exe\u202C [pay here](https://evil.example) `code` <b>&amp;</b>\u200B\n" +
	"https://paypal.com@evil.example/login https://p\u0430ypal.com/ javascript:alert(1)\n" +
	"Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308lgo \x00\x1b[31m\ttab\n\n🚨 Escalation: me · website"

// chatDataAnswer is the answer in Chat Data's documentation of its webhooks.
const chatDataAnswer = "Chat Data is a versatile platform that allows users to build chatbots. Here are some key features:\n\n" +
	"- **AI Chatbot Creation**: Users can create chatbots trained with their own data.\n" +
	"- **Ease of Use**: The platform is designed to be user-friendly.\n\n" +
	"For more information, you can visit their blog post: " +
	"[Creating Your Own Chatbot: A Non-Coder's Guide](https://www.chat-data.com/blog/creating-your-own-chatbot-a-non-coders-guide)."

// goldenEvents are events of every kind and channel: short ones, full ones,
// hostile ones.
func goldenEvents() map[string]relay.Event {
	events := map[string]relay.Event{}
	for _, k := range relay.Kinds() {
		events[string(k)+"-short"] = shortEvent(k)
		events[string(k)+"-full"] = fullEvent(k)
		events[string(k)+"-hostile"] = hostileEvent(k)
	}
	for _, c := range []string{"whatsapp", "telegram", "instagram", "messenger", "email", "sms", "web", "viber"} {
		events["channel-"+c] = channelEvent(c)
	}
	events["notice-trouble"] = noticeEvent(relay.Trouble)
	events["notice-over"] = noticeEvent(relay.Over)
	events["notice-hostile"] = hostileEvent(relay.Notice)
	return events
}

func shortEvent(k relay.Kind) relay.Event {
	e := relay.Event{
		Vendor: "chatbase", Source: "website", Kind: k,
		ReceivedAt: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
	}
	switch k {
	case relay.Lead, relay.Escalation:
		e.Contact.Email = "ada@example.com"
	case relay.Inbound, relay.Chat:
		e.Text = "Hi"
	case relay.Appointment:
		e.Scheduled = "2026-03-04 10:00"
	case relay.Other, relay.Notice:
		e.EventType = "feedback.submitted"
	}
	return e
}

func fullEvent(k relay.Kind) relay.Event {
	e := relay.Event{
		Vendor: "chatdata", Source: "support", Kind: k, EventType: "some.event",
		Channel: "widget", BotID: "agent_abc123", ConversationID: "conv_42",
		Contact: relay.Contact{
			Name: "Ada Lovelace", Email: "ada@example.com",
			Phone: "+44 (0)20 7946-0958", Handle: "ada_l",
		},
		Subject: "Engines", Text: "What is Chat Data?\nAnd how do I start?\n\nSee https://example.com/a_b?c=d.",
		PageURL: "https://www.example.com/pricing/?utm_source=ads&gclid=1",
		Details: []relay.Detail{
			{Label: "Score", Text: "0.8734"},
			{Label: "Credits", Text: "2"},
			{Label: "Client", Text: "203.0.113.9"},
		},
		CreatedAt:  time.Date(2026, 3, 1, 22, 59, 0, 0, time.UTC),
		ReceivedAt: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC),
	}
	switch k {
	case relay.Chat:
		e.Answer = chatDataAnswer
		e.Transcript = conversation(e.Text)
	case relay.Escalation:
		e.Text = ""
		e.Transcript = conversation("I want to talk to a person.")
	case relay.Appointment:
		e.Scheduled = "Wednesday, 4 March 2026, 10:00"
	case relay.Lead, relay.Inbound, relay.Other, relay.Notice:
	}
	return e
}

// conversation is a transcript of nine turns that ends with question.
func conversation(question string) []relay.Turn {
	turns := []relay.Turn{{Role: "system", Text: "You are a helpful bot."}}
	for _, s := range []string{"Hello", "Is it **free**?", "For how long?"} {
		turns = append(turns,
			relay.Turn{Role: "user", Text: s},
			relay.Turn{Role: "assistant", Text: "1. It *is*\n2. [Plans](https://example.com/plans)"})
	}
	turns = append(turns, relay.Turn{Role: "agent", Text: "I take over."})
	return append(turns, relay.Turn{Role: "user", Text: question})
}

func hostileEvent(k relay.Kind) relay.Event {
	return relay.Event{
		Vendor: "<@U123>\n", Source: "*x*\n`y`", Kind: k, EventType: "**x**\n@here",
		Channel: "what\u200Bsapp\n<!here>", BotID: strings.Repeat("🤖", 300), ConversationID: "a/b\x00\n#\xff",
		Contact: relay.Contact{
			Name:   "\u202E\u3164 \u2800",
			Email:  "a@example.com?bcc=b@example.com",
			Phone:  "+49 30 1234567;ext=1\n+1 900 1234567",
			Handle: "ada\u2028Email: eve@evil.example",
		},
		Subject: hostileText, Text: hostileText, Answer: hostileText,
		Transcript: []relay.Turn{
			{Role: "user", Text: "a\n\n**Bot**: b"},
			{Role: "Bot**\n", Text: "\u200B"},
			{Role: "🚨", Text: hostileText},
		},
		PageURL:   "https://example.com/\u202Egnp.exe/%E2%80%AE/?q=1",
		Scheduled: "tomorrow\nEmail: eve@evil.example",
		Details: []relay.Detail{
			{Label: "\u200B", Text: "https://example.com/x, and more"},
			{Label: "Email\n", Text: hostileText},
			{Label: "empty", Text: "\u2060"},
			{Label: "Score", Text: "NaN"},
		},
		CreatedAt:  time.Unix(0, 0),
		ReceivedAt: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC),
	}
}

func channelEvent(channel string) relay.Event {
	handle := map[string]string{
		"whatsapp": "15551234567", "telegram": "@ada_lovelace", "instagram": "ada.l", "messenger": "24601",
		"email": "ada@example.com", "sms": "+1 555 123 4567", "viber": "ada",
	}
	e := relay.Event{
		Vendor: "chatzuri", Source: "chatzuri", Kind: relay.Inbound, EventType: "message.received", Channel: channel,
		BotID: "agent_1", ConversationID: channel + ":7", Contact: relay.Contact{Handle: handle[channel]},
		Text:       "Do you deliver to Malmö? 👩\u200D🚀",
		ReceivedAt: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC),
	}
	if channel == "email" {
		e.Subject = "Delivery"
	}
	return e
}

func noticeEvent(eventType string) relay.Event {
	return relay.Event{
		Vendor: "botrelay", Source: "botrelay", Kind: relay.Notice, EventType: eventType,
		Subject: "sales refuses all messages",
		Text: "It has refused everything for 3 hours. It says: “*not_in_channel* <!here> https://example.com/why @everyone”.\n\n" +
			"Nothing is lost.\n\nsales: 3 messages\nnight: 1 message",
		ReceivedAt: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
	}
}
