package render

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"

	"github.com/rivo/uniseg"
)

// maxQuestion is how much of a question the title repeats, in runes.
const maxQuestion = 80

// heading is the default title of a message: what an event is, and who it is
// about.
type heading struct {
	icon, noun string // what it is: "🎯", "new lead"
	title      string
	// told are texts, each one line, that the title shows as a whole: the message
	// need not say them again.
	told []string
}

// headingOf returns what stands above e.
func headingOf(e relay.Event) heading {
	h := heading{}
	h.icon, h.noun = nounOf(e)
	switch e.Kind {
	case relay.Lead, relay.Appointment, relay.Escalation:
		h.say(sentence(h.noun) + ": ")
		h.tell(who(e), maxWho)
	case relay.Inbound:
		h.say(sentence(h.noun) + " from ")
		h.tell(who(e), maxWho)
		if channel(e.Channel) == "email" && isVisible(line(e.Subject, maxWho)) {
			h.say(": ")
			h.tell(e.Subject, maxWho)
		}
	case relay.Chat:
		h.chat(e)
	case relay.Other, relay.Notice:
		name := line(e.EventType, maxLabel)
		if !isVisible(name) {
			name = "event of an unknown type"
		}
		h.say(vendorTitle(e.Vendor) + ": " + name)
	}
	h.title = h.icon + " " + h.title
	return h
}

// chat is the title of what a customer and the bot said to each other: the
// question, which tells most.
func (h *heading) chat(e relay.Event) {
	q, _ := question(e)
	name, asked := named(e), isVisible(line(q, maxQuestion))
	h.say("Chat")
	if name != "" || !asked {
		h.say(" with ")
		h.tell(who(e), maxWho)
	}
	if asked {
		h.say(": “")
		h.tell(q, maxQuestion)
		h.say("”")
	}
}

// say adds words of ours.
func (h *heading) say(words string) { h.title += words }

// tell adds a stranger's text, at most limit runes of it.
func (h *heading) tell(text string, limit int) {
	short := line(text, limit)
	h.title += short
	if whole := strings.TrimSpace(text); short == line(whole, maxLine) && !strings.ContainsAny(whole, "\r\n") {
		h.told = append(h.told, short)
	}
}

// nounOf says what an event is: an emoji, and a noun in the singular.
func nounOf(e relay.Event) (icon, noun string) {
	switch e.Kind {
	case relay.Lead:
		return "🎯", "new lead"
	case relay.Inbound:
		return inboundNoun(e.Channel)
	case relay.Appointment:
		return "📅", "appointment"
	case relay.Chat:
		return "🤖", "chat"
	case relay.Escalation:
		return "🚨", "escalation"
	case relay.Notice:
		return noticeIcon(e), "notice"
	case relay.Other:
	}
	return "🔔", "event"
}

// inboundNoun is what a customer's message on a channel is called.
func inboundNoun(on string) (icon, noun string) {
	icon = cmp.Or(channelIcon(on), "📨")
	switch channel(on) {
	case "messenger":
		return icon, "Messenger message"
	case "sms":
		return icon, "text message"
	case "web":
		return icon, "web chat message"
	case "email":
		return icon, "email"
	}
	if name := channelTitle(on); name != "" {
		return icon, name + " message"
	}
	return icon, "message"
}

// sentence returns words as they begin a sentence.
func sentence(words string) string {
	if words == "" {
		return ""
	}
	r, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(r)) + words[size:]
}

// who names the customer by the first thing that is known of them.
func who(e relay.Event) string {
	if name := named(e); name != "" {
		return name
	}
	if isSession(e) {
		return "a visitor"
	}
	return "someone"
}

// named is who, or "" if nothing is known.
func named(e relay.Event) string {
	c := e.Contact
	handle := c.Handle
	switch channel(e.Channel) {
	case "web":
		handle = ""
	case "whatsapp", "sms":
		handle = grouped(handle, e.Channel)
	}
	for _, s := range []string{c.Name, c.Email, grouped(c.Phone, e.Channel), handle} {
		if isVisible(line(s, maxWho)) {
			return s
		}
	}
	return ""
}

// leadingEmoji returns the emoji that a title begins with, or "".
func leadingEmoji(title string) string {
	first, rest, _, _ := uniseg.FirstGraphemeClusterInString(title, -1)
	if r, _ := utf8.DecodeRuneInString(first); !isPictograph(r) && !strings.ContainsRune(first, '\uFE0F') && !unicode.Is(unicode.Regional_Indicator, r) {
		return ""
	}
	if next, _ := utf8.DecodeRuneInString(rest); rest != "" && !unicode.IsSpace(next) {
		return ""
	}
	return first
}
