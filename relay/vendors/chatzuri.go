package vendors

import (
	"net/http"
	"net/mail"
	"strings"

	"botrelay/relay"
)

// chatzuri is Chatzuri, whose documentation knows three generations of
// webhooks, https://www.chatzuri.com/docs/webhooks-api (the first two) and
// https://www.chatzuri.com/guides/developers/webhooks. Which of them it sends
// is not known, so all are taken.
func chatzuri() *Vendor {
	return &Vendor{
		Name:  "chatzuri",
		Title: "Chatzuri",
		Schemes: []Scheme{
			{Header: "X-Chatzuri-Signature", Algorithm: SHA256, Prefix: "sha256=", Stringify: true},
			{Header: "X-Chatzuri-Signature", Algorithm: SHA1, Stringify: true},
		},
		Decode:   decodeChatzuri,
		Accepted: Reply{http.StatusOK, `{"status":"accepted"}`},
		Refused:  Reply{http.StatusBadRequest, `{"message":"Signature didn't match"}`},
		Sends: Sends{Kinds: [][2]string{
			{"lead.submit", "lead"},
			{"leads.submit", "lead"},
			{"message.received", "message"},
			{"escalation.triggered", "escalation"},
			{"message.sent", "other"},
			{"conversation.started", "other"},
			{"conversation.ended", "other"},
			{"feedback.submitted", "other"},
		}},
		Guide: Guide{
			Place: "the agent's Settings → Webhooks → New webhook", Paste: "Give it this URL.", Events: []string{"lead.submit", "message.received", "escalation.triggered"},
			Secret: "Set a signing secret there.",
		},
		Samples: samples("chatzuri", "lead", "lead-v1", "lead-v3",
			"whatsapp", "telegram", "facebook", "instagram", "email", "web", "escalation"),
	}
}

func decodeChatzuri(_ http.Header, body []byte) relay.Event {
	top, data := envelope(body)
	all := record{data, top}
	e := relay.Event{EventType: record{top}.text("eventtype", "event", "type")}
	e.Kind = chatzuriKind(e.EventType)
	e.BotID = record{top, data}.text("agentid", "chatbotid", "botid")
	e.Channel = lower(record{top, data}.text("channel", "platform"))
	e.ConversationID = all.text("conversationid", "threadid")
	from := origin{vendor: "chatzuri", id: all.text("messageid", "eventid", "id")}
	e.CreatedAt, from.created = all.created("timestamp", "createdat")
	e.Subject = all.text("subject")
	text := all.words("message", "text", "body", "content", "comment", "feedback", "reason")
	if e.EventType == "message.sent" {
		e.Answer = text
	} else {
		e.Text = text
	}
	e.PageURL = all.pageURL()
	people := append(record{}, data)
	for _, o := range []*fields{data, top} {
		people = append(people, o.open(false, "customer", "contact", "lead", "user", "visitor", "sender", "from"))
	}
	people = append(people, top)
	e.Contact = people.contact()
	people.handle(&e)
	e.DedupKey = chatzuriKey(from, e, body)
	e.Details = leftOver(top, body)
	return e
}

func chatzuriKind(eventType string) relay.Kind {
	switch eventType {
	case "lead.submit", "leads.submit":
		return relay.Lead
	case "message.received":
		return relay.Inbound
	case "escalation.triggered":
		return relay.Escalation
	default:
		return relay.Other
	}
}

// chatzuriKey: two messages that read alike are two messages, so only an ID
// can tell that one was sent again.
func chatzuriKey(from origin, e relay.Event, body []byte) string {
	switch {
	case e.Kind == relay.Lead:
		return leadKey(from, e)
	case e.Kind == relay.Inbound || e.EventType == "message.sent":
		return idKey(from, e)
	default:
		return bodyKey(from, e, body)
	}
}

// pageURL reads the page that the visitor is on. Under the shorter names there
// may be something else, so they must look like an address.
func (r record) pageURL() string {
	if page := r.text("pageurl", "currenturl"); page != "" {
		return page
	}
	return r.textIf(func(text string) bool {
		return strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "/")
	}, "url", "page", "uri")
}

// handle reads who the customer is on the channel.
func (r record) handle(e *relay.Event) {
	switch e.Channel {
	case "email":
		r.mailFrom(&e.Contact)
		return
	case "whatsapp", "sms":
		e.Contact.Handle = r.text("from", "phone", "waid", "senderid", "sender")
		if e.Contact.Handle == "" {
			e.Contact.Handle = e.Contact.Phone
		}
		if e.Contact.Phone == "" && isPhone(e.Contact.Handle) {
			e.Contact.Phone = e.Contact.Handle
		}
		return
	}
	if name := r.text("username", "handle"); name != "" {
		e.Contact.Handle = atName(e.Channel, name)
		return
	}
	e.Contact.Handle = r.text("from", "senderid", "sender", "igid")
	if e.Contact.Handle == "" && e.Kind == relay.Inbound {
		e.Contact.Handle = r.text("sessionid", "visitorid", "userid")
	}
	if e.Contact.Handle == "" {
		e.Contact.Handle = r.peek("chatid")
	}
}

// atName writes a user's name as the channel's users do.
func atName(channel, name string) string {
	if (channel == "telegram" || channel == "instagram") && isUsername(name) {
		return "@" + name
	}
	return name
}

// mailFrom reads a sender as mail has it, with or without a name.
func (r record) mailFrom(c *relay.Contact) {
	from := r.text("from", "sender", "fromemail", "senderemail")
	if c.Email == "" {
		if a, err := mail.ParseAddress(from); err == nil {
			c.Email = a.Address
			if c.Name == "" {
				c.Name = a.Name
			}
			return
		}
	}
	if from != c.Email {
		c.Handle = from
	}
}

// isPhone reports whether text could be dialled.
func isPhone(text string) bool {
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ -.()/", r):
			return false
		}
	}
	return digits >= 5 && digits <= 20
}

// isUsername reports whether text is a name as Telegram and Instagram have
// them, rather than a number that a program gave.
func isUsername(text string) bool {
	letters := 0
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letters++
		case r != '_' && r != '.' && (r < '0' || r > '9'):
			return false
		}
	}
	return letters > 0 && len(text) <= 32
}
