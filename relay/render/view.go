package render

import (
	"cmp"
	"encoding/json"
	"time"

	"botrelay/relay"
)

// view is an event as templates see it: routes.toml promises its names.
type view struct {
	Vendor          string     `json:"vendor"`
	Source          string     `json:"source"`
	EventType       string     `json:"event_type"`
	Kind            string     `json:"kind"`
	Channel         string     `json:"channel"`
	BotID           string     `json:"bot_id"`
	Bot             string     `json:"bot"` // its name, or its ID where it has none
	ConversationID  string     `json:"conversation_id"`
	ConversationURL webAddress `json:"conversation_url"`
	Contact         person     `json:"contact"`
	Subject         string     `json:"subject"`
	Text            string     `json:"text"`
	Answer          string     `json:"answer"`
	Transcript      []turn     `json:"transcript"`
	PageURL         string     `json:"page_url"`
	Scheduled       string     `json:"scheduled"`
	CreatedAt       *time.Time `json:"created_at"` // nil: the vendor does not say
	ReceivedAt      *time.Time `json:"received_at"`
	ID              string     `json:"id"`

	zone    *time.Location
	raw     json.RawMessage
	payload any // raw, once it has been asked for
}

type person struct {
	Name   string `json:"name"`
	Email  string `json:"email"`
	Phone  string `json:"phone"`
	Handle string `json:"handle"`
}

type turn struct {
	Role string `json:"role"`
	Text string `json:"text"`
}

// webAddress is an http or https URL that is ours to link to: whoever runs the
// relay has built it.
type webAddress string

// view shows an event to a template. address is where its conversation is.
func (r *Renderer) view(e relay.Event, address string) *view {
	v := &view{
		Vendor: e.Vendor, Source: e.Source, EventType: e.EventType, Kind: string(e.Kind), Channel: e.Channel,
		BotID: e.BotID, Bot: cmp.Or(r.cfg.Bots[e.BotID], e.BotID),
		ConversationID: e.ConversationID, ConversationURL: webAddress(address),
		Contact: person(e.Contact), Subject: e.Subject, Text: e.Text, Answer: e.Answer,
		PageURL: e.PageURL, Scheduled: e.Scheduled, ID: e.ID,
		CreatedAt: r.moment(e.Created()), ReceivedAt: r.moment(e.ReceivedAt),
		zone: r.cfg.Location, raw: e.Payload,
	}
	for _, t := range e.Conversation() {
		v.Transcript = append(v.Transcript, turn(t))
	}
	return v
}

// moment returns a time in the zone in which times are told; nil if it is not
// known.
func (r *Renderer) moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(r.cfg.Location)
	return &t
}

// ChannelName returns the channel's name as it is written: "WhatsApp".
func (v *view) ChannelName() string { return channelTitle(v.Channel) }

// Payload returns the vendor's JSON: see relay.Event.Values.
func (v *view) Payload() any {
	if v.payload == nil {
		v.payload = relay.Event{Payload: v.raw}.Values()
	}
	return v.payload
}
