package wording

import (
	"time"

	"botrelay/relay"
	"botrelay/relay/render"
)

// ShortID is what people are shown of an ID: the end, which is random. The
// beginning is the time, and much the same for all of a day.
func ShortID(id string) string { return id[max(0, len(id)-8):] }

// Who says in one line of at most 62 runes whom an event is about: the contact,
// or failing that what it begins with, in quotation marks; "–" if there is
// nothing.
func Who(e *relay.Event) string {
	for _, s := range []string{e.Contact.Name, e.Contact.Email, e.Contact.Phone, e.Contact.Handle} {
		if s = render.Line(s, longestWho); s != "" {
			return s
		}
	}
	if s := render.Line(e.Subject, longestWho); s != "" {
		return s
	}
	if s := render.Line(e.Text, longestWho); s != "" {
		return "“" + s + "”"
	}
	return "–"
}

// Field is something that an event says in one line.
type Field struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// Fields are what an event says in one line each, in the order in which they are
// shown, without its ID, its times, and who sent it. What it does not say is left
// out.
func Fields(e *relay.Event) []Field {
	all := []Field{
		{"event type", e.EventType},
		{"channel", e.Channel},
		{"bot", e.BotID},
		{"conversation", e.ConversationID},
		{"name", e.Contact.Name},
		{"email", e.Contact.Email},
		{"phone", e.Contact.Phone},
		{"handle", e.Contact.Handle},
		{"scheduled", e.Scheduled},
		{"page", e.PageURL},
		{"subject", e.Subject},
	}
	for _, f := range e.Details {
		all = append(all, Field{f.Label, f.Text})
	}
	var said []Field
	for _, f := range all {
		if f.Text = Line(f.Text); f.Text != "" {
			said = append(said, Field{render.Line(f.Label, longestLabel), f.Text})
		}
	}
	return said
}

// Quote is text of several lines.
type Quote struct {
	Label string `json:"label"` // "text", "answer", or who spoke
	Text  string `json:"text"`  // harmless, and as long as it was
}

// Quotes are what was said: the event's text, the bot's answer, and the
// transcript, unless that is the text once more.
func Quotes(e *relay.Event) []Quote {
	all := []Quote{{"text", e.Text}, {"answer", e.Answer}}
	if len(e.Transcript) > 1 || e.Text == "" { // one turn is the text
		for _, t := range e.Transcript {
			all = append(all, Quote{t.Role, t.Text})
		}
	}
	var said []Quote
	for _, q := range all {
		if q.Text = render.Text(q.Text); q.Text != "" {
			said = append(said, Quote{render.Line(q.Label, longestLabel), q.Text})
		}
	}
	return said
}

// Full is a time with all that belongs to it, in its own zone: "Mon 2026-03-09
// 14:03:12 CET".
func Full(t time.Time) string { return t.Format("Mon 2006-01-02 15:04:05 MST") }
