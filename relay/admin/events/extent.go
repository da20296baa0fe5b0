package events

import (
	"botrelay/relay"
	"botrelay/relay/admin/mask"
)

// extent is how many bytes of a stranger's texts are looked at: any of them may be a
// megabyte, and a list has many.
type extent struct {
	line, text int
	turns      int // of a transcript
}

// brief returns an event with what a line of a list needs of its texts.
func brief(e *relay.Event) *relay.Event { return extent{2000, 2000, 3}.of(e) }

// whole returns an event with all that its page shows of its texts.
func whole(e *relay.Event) *relay.Event { return extent{8 << 10, 128 << 10, mostTurns}.of(e) }

// mostDetails is how many details of an event a list has for programs.
const mostDetails = 20

// listing returns an event with what a list for programs has of its texts, and whether it
// has more.
func listing(e *relay.Event) (b relay.Event, cut bool) {
	few := *e
	few.Details = e.Details[:min(len(e.Details), mostDetails)]
	b = *extent{1000, 2000, 10}.of(&few)
	return b, size(e) != size(&b)
}

// size returns how long the texts of an event are.
func size(e *relay.Event) int {
	n := len(e.Text) + len(e.Answer) + len(e.Subject) + len(e.Scheduled) + len(e.PageURL) + len(e.EventType) + len(e.Channel) + len(e.BotID) +
		len(e.ConversationID) + len(e.Contact.Name) + len(e.Contact.Email) + len(e.Contact.Phone) + len(e.Contact.Handle)
	for _, d := range e.Details {
		n += len(d.Label) + len(d.Text)
	}
	for _, t := range e.Transcript {
		n += len(t.Role) + len(t.Text)
	}
	return n
}

// mostTurns is how much of a transcript is shown.
const mostTurns = 200

// of returns an event with the beginnings of its texts.
func (x extent) of(e *relay.Event) *relay.Event {
	b := *e
	for _, line := range []*string{
		&b.EventType, &b.Channel, &b.BotID, &b.ConversationID, &b.Contact.Name, &b.Contact.Email, &b.Contact.Phone, &b.Contact.Handle,
		&b.Scheduled, &b.PageURL, &b.Subject,
	} {
		*line = mask.Head(*line, x.line)
	}
	b.Text, b.Answer = mask.Head(b.Text, x.text), mask.Head(b.Answer, x.text)
	b.Details, b.Transcript = nil, nil
	for _, d := range e.Details {
		b.Details = append(b.Details, relay.Detail{Label: mask.Head(d.Label, x.line), Text: mask.Head(d.Text, x.line)})
	}
	for _, t := range e.Transcript[:min(len(e.Transcript), x.turns)] {
		b.Transcript = append(b.Transcript, relay.Turn{Role: mask.Head(t.Role, x.line), Text: mask.Head(t.Text, x.text)})
	}
	b.Payload = nil
	return &b
}
