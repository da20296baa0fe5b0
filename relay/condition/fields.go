package condition

import (
	"cmp"
	"reflect"
	"time"

	"botrelay/relay"

	"github.com/expr-lang/expr/vm"
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

	Spend func(...any) any `expr:"$spend"` // see meter.spend
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

// View is an event as conditions see it, one after the other. What takes time is
// made once, and only if a condition uses it; the work that they may do is counted
// for all of them together. It is for one goroutine at a time.
type View struct {
	event   *relay.Event
	names   Names
	work    meter
	machine vm.VM // runs the conditions
	env     *fields
	has     map[string]bool // which of its lazy fields are made
}

// NewView returns a view of an event, which must not change while it is used.
func NewView(e *relay.Event, names Names) *View { return &View{event: e, names: names} }

// fields shows the event to a condition.
func (v *View) fields(c *Condition) *fields {
	if v.env == nil {
		v.env = v.plain()
		v.has = make(map[string]bool)
	}
	if v.needs(c, "payload") {
		v.env.Payload = v.event.Values()
	}
	if v.needs(c, "conversation_url") && v.names.ConversationURL != nil {
		v.env.ConversationURL = v.names.ConversationURL(*v.event)
	}
	if v.needs(c, "transcript") {
		for _, t := range v.event.Conversation() {
			v.env.Transcript = append(v.env.Transcript, turn(t))
		}
	}
	return v.env
}

// needs says whether a condition uses a field that is not made yet, and takes it
// for made.
func (v *View) needs(c *Condition, name string) bool {
	if !c.uses[name] || v.has[name] {
		return false
	}
	v.has[name] = true
	return true
}

// plain are the fields that are there already.
func (v *View) plain() *fields {
	e, zone := v.event, cmp.Or(v.names.Zone, time.UTC)
	f := &fields{
		Vendor: e.Vendor, Source: e.Source, EventType: e.EventType, Kind: string(e.Kind), Channel: e.Channel,
		BotID: e.BotID, Bot: cmp.Or(v.names.Bots[e.BotID], e.BotID), ConversationID: e.ConversationID,
		Contact: contact(e.Contact), Subject: e.Subject, Text: e.Text, Answer: e.Answer,
		PageURL: e.PageURL, Scheduled: e.Scheduled, ReceivedAt: e.ReceivedAt.In(zone), ID: e.ID,
		Spend: v.work.spend,
	}
	if created := e.Created(); !created.IsZero() {
		f.CreatedAt = created.In(zone)
	}
	return f
}

// FieldNames returns the names that a condition may have, in the order in which
// documentation shows them.
func FieldNames() []string { return namesOf(reflect.TypeFor[fields]()) }

func namesOf(t reflect.Type) []string {
	var names []string
	for field := range t.Fields() {
		if name := field.Tag.Get("expr"); name != meterName {
			names = append(names, name)
		}
	}
	return names
}
