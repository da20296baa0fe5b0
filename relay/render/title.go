package render

import (
	"cmp"
	"strings"

	"botrelay/relay"
)

// maxQuestion is how much of a question the title repeats, in runes.
const maxQuestion = 80

// title says what an event is, and who it is about.
func title(e relay.Event) string {
	switch e.Kind {
	case relay.Lead:
		return "🎯 New lead: " + who(e)
	case relay.Inbound:
		return inboundTitle(e)
	case relay.Appointment:
		return "📅 Appointment: " + who(e)
	case relay.Chat:
		return chatTitle(e)
	case relay.Escalation:
		return "🚨 Escalation: " + who(e)
	case relay.Other, relay.Notice:
	}
	name := line(e.EventType, maxLabel)
	if !isVisible(name) {
		name = "event of an unknown type"
	}
	return "🔔 " + vendorTitle(e.Vendor) + ": " + name
}

// inboundTitle is the title of a customer's message.
func inboundTitle(e relay.Event) string {
	from := " from " + who(e)
	switch channel(e.Channel) {
	case "whatsapp":
		return "💬 WhatsApp message" + from
	case "telegram":
		return "✈️ Telegram message" + from
	case "instagram":
		return "📸 Instagram message" + from
	case "messenger":
		return "🗨️ Messenger message" + from
	case "sms":
		return "📱 Text message" + from
	case "web":
		return "🌐 Web chat message" + from
	case "email":
		return emailTitle(e)
	}
	if name := channelTitle(e.Channel); name != "" {
		return "📨 " + name + " message" + from
	}
	return "📨 Message" + from
}

func emailTitle(e relay.Event) string {
	subject := line(e.Subject, maxWho)
	if !isVisible(subject) {
		return "✉️ Email from " + who(e)
	}
	return "✉️ Email from " + who(e) + ": " + subject
}

// chatTitle is the title of what a customer and the bot said to each other: the
// question, which tells most.
func chatTitle(e relay.Event) string {
	q, _ := question(e)
	q = line(q, maxQuestion)
	name := named(e.Contact)
	switch {
	case isVisible(q) && name != "":
		return "🤖 Chat with " + name + ": “" + q + "”"
	case isVisible(q):
		return "🤖 Chat: “" + q + "”"
	}
	return "🤖 Chat with " + cmp.Or(name, "someone")
}

// who names the customer by the first thing that is known of them.
func who(e relay.Event) string { return cmp.Or(named(e.Contact), "someone") }

// named is who, or "" if nothing is known.
func named(c relay.Contact) string {
	for _, s := range []string{c.Name, c.Email, c.Phone, c.Handle} {
		if s = line(s, maxWho); isVisible(s) {
			return s
		}
	}
	return ""
}

// channel folds the names that vendors have for one channel. Those that it does
// not know it returns as they are.
func channel(name string) string {
	name = strings.ToLower(name)
	switch name {
	case "facebook", "facebook_messenger", "facebook-messenger", "fb", "fb_messenger":
		return "messenger"
	case "website", "webchat", "web_chat", "web-chat", "widget", "iframe", "chat_widget":
		return "web"
	case "e-mail", "mail":
		return "email"
	case "ig", "instagram_dm":
		return "instagram"
	}
	return name
}

// channelTitle is a channel's name as it is written, or "" if there is none.
func channelTitle(name string) string {
	switch channel(name) {
	case "whatsapp":
		return "WhatsApp"
	case "telegram":
		return "Telegram"
	case "instagram":
		return "Instagram"
	case "messenger":
		return "Facebook Messenger"
	case "sms":
		return "SMS"
	case "web":
		return "Web chat"
	case "email":
		return "Email"
	case "api":
		return "API"
	}
	name = visibleLine(name)
	if name != "" && name[0] >= 'a' && name[0] <= 'z' { // decoding has lower-cased it
		name = strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

// vendorTitle is a vendor's name as the company writes it. A vendor that is
// described in routes.toml is called what it is called there.
func vendorTitle(name string) string {
	switch name {
	case "chatbase":
		return "Chatbase"
	case "chatdata":
		return "Chat Data"
	case "chatzuri":
		return "Chatzuri"
	case "newoaks":
		return "NewOaks"
	}
	return cmp.Or(visibleLine(name), "Unknown vendor")
}

// visibleLine returns s as a short line, or "" if there is nothing to see.
func visibleLine(s string) string {
	if s = line(s, maxLabel); isVisible(s) {
		return s
	}
	return ""
}
