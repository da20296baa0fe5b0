package route

import (
	"cmp"
	"time"

	"botrelay/relay"
)

// fields are the names of an event in a condition. Those of templates are the
// same, with capitals.
type fields struct {
	Vendor          string    `expr:"vendor"`
	Source          string    `expr:"source"`
	EventType       string    `expr:"event_type"`
	Kind            string    `expr:"kind"`
	Channel         string    `expr:"channel"`
	BotID           string    `expr:"bot_id"`
	Bot             string    `expr:"bot"`
	ConversationID  string    `expr:"conversation_id"`
	ConversationURL string    `expr:"conversation_url"`
	Contact         contact   `expr:"contact"`
	Subject         string    `expr:"subject"`
	Text            string    `expr:"text"`
	Answer          string    `expr:"answer"`
	Transcript      []turn    `expr:"transcript"`
	PageURL         string    `expr:"page_url"`
	Scheduled       string    `expr:"scheduled"`
	CreatedAt       time.Time `expr:"created_at"` // zero: the vendor does not say
	ReceivedAt      time.Time `expr:"received_at"`
	ID              string    `expr:"id"`
	Payload         any       `expr:"payload"`
}

type contact struct {
	Name   string `expr:"name"`
	Email  string `expr:"email"`
	Phone  string `expr:"phone"`
	Handle string `expr:"handle"`
}

type turn struct {
	Role string `expr:"role"`
	Text string `expr:"text"`
}

// Names says what an event alone does not tell. The zero value is good.
type Names struct {
	// Bots are names by bot ID. A bot that has none goes by its ID.
	Bots map[string]string
	// ConversationURL returns where an event's conversation is, or ""; nil: nobody
	// knows.
	ConversationURL func(relay.Event) string
	// Zone is where times are told for; nil is UTC.
	Zone *time.Location
}

// fieldsOf shows an event to a condition.
func (n Names) fieldsOf(e *relay.Event, c *Condition) fields {
	zone := cmp.Or(n.Zone, time.UTC)
	f := fields{
		Vendor: e.Vendor, Source: e.Source, EventType: e.EventType, Kind: string(e.Kind), Channel: e.Channel,
		BotID: e.BotID, Bot: cmp.Or(n.Bots[e.BotID], e.BotID), ConversationID: e.ConversationID,
		Contact: contact(e.Contact), Subject: e.Subject, Text: e.Text, Answer: e.Answer,
		PageURL: e.PageURL, Scheduled: e.Scheduled, ReceivedAt: e.ReceivedAt.In(zone), ID: e.ID,
	}
	if created := e.Created(); !created.IsZero() {
		f.CreatedAt = created.In(zone)
	}
	for _, t := range e.Conversation() {
		f.Transcript = append(f.Transcript, turn(t))
	}
	if c.uses["payload"] {
		f.Payload = e.Values()
	}
	if c.uses["conversation_url"] && n.ConversationURL != nil {
		f.ConversationURL = n.ConversationURL(*e)
	}
	return f
}
