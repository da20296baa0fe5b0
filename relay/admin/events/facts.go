package events

import (
	"html/template"

	"botrelay/relay"
	"botrelay/relay/render"
	"botrelay/relay/wording"
)

// fact is something that an event says in one line, and where that leads.
type fact struct {
	wording.Field

	Link    template.URL // mailto:, tel:, or http(s):; empty: nowhere
	Host    string       // of an http(s) link
	Within  string       // a page of ours, from the root
	Comment string
}

// facts are what an event says in one line each. What a stranger wrote leads nowhere
// but where it plainly says.
func (p *pages) facts(e *relay.Event) []fact {
	var all []fact
	own := make(map[string]bool) // of two of one label the first is the event's own
	for _, field := range wording.Fields(e) {
		f := fact{Field: field}
		if !own[field.Label] {
			own[field.Label] = true
			p.lead(&f, e)
		}
		all = append(all, f)
	}
	return all
}

// lead says where a fact of the event itself leads.
func (p *pages) lead(f *fact, e *relay.Event) {
	switch f.Label {
	case "email":
		f.Link = template.URL(render.Mailto(e.Contact.Email)) //nolint:gosec // it is plainly one
	case "phone":
		f.Link = template.URL(render.Tel(e.Contact.Phone)) //nolint:gosec // it is plainly one
	case "page":
		address, host := render.WebURL(e.PageURL)
		f.Link, f.Host = template.URL(address), host //nolint:gosec // it is plainly one
	case "bot":
		if name := p.botName(e.BotID); name != f.Text {
			f.Comment = f.Text
			f.Text = name
		}
		f.Within = listOf(byBot, e.BotID)
	case "channel":
		f.Within = listOf(byChannel, e.Channel)
	case "conversation":
		f.Within = conversationAt(e.Source, e.ConversationID)
	}
}
