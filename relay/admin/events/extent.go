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
