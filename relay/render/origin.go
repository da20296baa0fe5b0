package render

import (
	"cmp"
	"strings"

	"botrelay/relay"
)

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

// channelIcon is a channel's sign, or "" if it has none.
func channelIcon(name string) string {
	switch channel(name) {
	case "whatsapp":
		return "💬"
	case "telegram":
		return "✈️"
	case "instagram":
		return "📸"
	case "messenger":
		return "🗨️"
	case "sms":
		return "📱"
	case "web":
		return "🌐"
	case "email":
		return "✉️"
	}
	return ""
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
	return sentence(visibleLine(name)) // decoding has lower-cased it
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

// aside reports whether a fact of a vendor's is for the small print: how a bot
// judges itself, what an answer cost, and IDs, which people search by and do not
// read. Of an event that nobody has heard of every fact may be what it is about.
func aside(e relay.Event, d relay.Detail) bool {
	label := strings.ToLower(d.Label)
	return e.Kind != relay.Other && (label == "score" || label == "credits" || isID(label))
}

// isSession reports whether the customer's handle is one that a widget gave to a
// browser: nobody can reach them by it.
func isSession(e relay.Event) bool { return channel(e.Channel) == "web" && e.Kind != relay.Other }

func isID(label string) bool { return strings.HasSuffix(strings.ToLower(label), " id") }
