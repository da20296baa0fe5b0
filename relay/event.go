package relay

import (
	"encoding/json"
	"strings"
	"time"
)

// Kind is what an event is, across vendors.
type Kind string

// The kinds of events. A signed event of a type nobody has heard of is Other.
const (
	Lead        Kind = "lead"
	Inbound     Kind = "message"
	Appointment Kind = "appointment"
	Chat        Kind = "chat"
	Escalation  Kind = "escalation"
	Other       Kind = "other"
)

// Notice is the kind of what the relay itself has to tell. No vendor sends it
// and no route matches it, so it is not among Kinds.
const Notice Kind = "notice"

// The event types of notices.
const (
	Trouble = "trouble" // something is wrong, and perhaps to be done
	Over    = "over"    // what a former notice told of has ended
)

// Kinds lists every kind of event that vendors send, in the order in which documentation shows them.
func Kinds() []Kind {
	return []Kind{Lead, Inbound, Appointment, Chat, Escalation, Other}
}

// KindNames returns the names of Kinds, for where people write them.
func KindNames() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return names
}

// Event is what every vendor's webhook becomes. Every string in it except ID,
// Vendor, Source and Kind may come from a stranger: it is data, never markup,
// and is cleaned only when it is rendered. An absent field is empty.
type Event struct {
	ID        string `json:"id"` // given by botrelay when the event is received; unique
	Vendor    string `json:"vendor"`
	Source    string `json:"source"`
	EventType string `json:"event_type,omitempty"` // the vendor's own name for it
	Kind      Kind   `json:"kind"`

	Channel        string `json:"channel,omitempty"` // lower case: whatsapp, telegram, web, …
	BotID          string `json:"bot_id,omitempty"`
	ConversationID string `json:"conversation_id,omitempty"`

	Contact    Contact  `json:"contact,omitzero"`
	Subject    string   `json:"subject,omitempty"`
	Text       string   `json:"text,omitempty"`       // what the customer wrote
	Answer     string   `json:"answer,omitempty"`     // what the bot answered: Markdown
	Transcript []Turn   `json:"transcript,omitempty"` // oldest first
	PageURL    string   `json:"page_url,omitempty"`
	Scheduled  string   `json:"scheduled,omitempty"` // an appointment's time, as the vendor wrote it: its zone is not known
	Details    []Detail `json:"details,omitempty"`   // what else the vendor says that a reader may want, in order

	CreatedAt  time.Time `json:"created_at,omitzero"` // by the vendor's clock, as it says: see Created
	ReceivedAt time.Time `json:"received_at"`

	// DedupKey is equal for two requests if and only if the vendor sent one
	// event twice. Empty: cannot be told, so the event is always a new one.
	DedupKey string `json:"-"`

	// Payload is the vendor's JSON as it was verified.
	Payload json.RawMessage `json:"-"`
}

// Created returns when the event happened by the vendor's clock; it is zero if
// the vendor does not say, or says what is obviously unset, such as 1970.
func (e *Event) Created() time.Time {
	if y := e.CreatedAt.Year(); y < 2000 || y > 9999 {
		return time.Time{}
	}
	return e.CreatedAt
}

// Conversation returns the transcript with the bot's answer at its end, also
// where the vendor gives that apart. The result may share memory with e.
func (e *Event) Conversation() []Turn {
	n := len(e.Transcript)
	if n == 0 || e.Answer == "" || strings.TrimSpace(e.Transcript[n-1].Text) == strings.TrimSpace(e.Answer) {
		return e.Transcript
	}
	return append(e.Transcript[:n:n], Turn{Role: "assistant", Text: e.Answer})
}

// Contact is the customer, as far as the vendor tells.
type Contact struct {
	Name   string `json:"name,omitempty"`
	Email  string `json:"email,omitempty"`
	Phone  string `json:"phone,omitempty"`
	Handle string `json:"handle,omitempty"` // the customer's name or number on the channel
}

// Turn is one utterance of a conversation.
type Turn struct {
	Role string `json:"role"` // user, assistant, or what the vendor calls it
	Text string `json:"text"`
}

// Detail is a labelled fact that has no field of its own in Event.
type Detail struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// Owed says that an event is to be sent to a sink, and by which route.
type Owed struct {
	Sink  string
	Route string
}
