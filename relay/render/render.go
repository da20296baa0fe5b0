// Package render turns an event into a message that a person understands at a
// glance, whatever the platform: what it is, who it is from, how to reach
// them, what they said, and where it came from. It is pure: no I/O, no clock.
//
// Everything in an event may come from a stranger, and becomes part of a
// message in two ways only: as literal text (clean, literal, quote), or, for
// what the bot answered, as Markdown (markdown) that goes through the same
// cleaning. How a message looks on a platform, what a platform would read as
// markup, and how much it takes are left to the sinks.
package render

import (
	"cmp"
	"net/url"
	"time"

	"botrelay/relay"
)

// Config is what a Renderer needs to know. The zero value is good.
type Config struct {
	// Bots are names to show instead of bot IDs.
	Bots map[string]string
	// Location is where times are told for; nil is UTC.
	Location *time.Location
	// ConversationURL returns where an event's conversation can be read; the
	// title leads there. A result that is not an absolute http or https URL
	// counts as none, and so does a nil function. It must be safe to call from
	// several goroutines.
	ConversationURL func(relay.Event) string
	// ConversationURLs are templates of the same, by the name of the source.
	ConversationURLs map[string]*Template
	// Messages are those that are not to look as they do by default: by kind,
	// and by the names that Routes has.
	Messages map[string]*Custom
	// Routes tells which of Messages the deliveries of a route get, by the
	// route's name, whatever the kind.
	Routes map[string]string
	// Failed is told that a template failed, and that the default stands in its
	// place. message is the name in Messages, or ConversationMessage. nil: nobody
	// is told. It must be safe to call from several goroutines.
	Failed func(e relay.Event, message string, err error)
}

// ConversationMessage stands for the name of a message where it is a template of
// ConversationURLs that failed.
const ConversationMessage = "conversation_url"

// Renderer makes messages of events. It may be used from several goroutines.
type Renderer struct {
	cfg      Config
	markdown markdown
}

// New returns a Renderer. The maps in cfg must not be changed afterwards.
func New(cfg Config) *Renderer {
	if cfg.Location == nil {
		cfg.Location = time.UTC
	}
	if cfg.Failed == nil {
		cfg.Failed = func(relay.Event, string, error) {}
	}
	return &Renderer{cfg: cfg, markdown: newMarkdown()}
}

// MessageFor renders e as the route of that name wants it. Like Message, it never
// fails and returns nothing blank. A name that no route has is no error: the
// routes file may have changed since the event came in.
func (r *Renderer) MessageFor(e relay.Event, route string) relay.Message {
	if e.Kind == relay.Notice {
		return r.notice(e)
	}
	m := r.standard(e)
	name, named := r.cfg.Routes[route]
	if !named {
		name = string(e.Kind)
	}
	c := r.cfg.Messages[name]
	if c == nil {
		return m
	}
	custom, err := r.customised(e, m, c)
	if err != nil {
		r.cfg.Failed(e, name, err)
		return m
	}
	return custom
}

// Message renders e as its kind wants it. It never fails, and its title is never
// blank. There is a body or a field, unless a template wants neither. Texts of
// any size are taken; of each, at most 20,000 characters are rendered.
func (r *Renderer) Message(e relay.Event) relay.Message { return r.MessageFor(e, "") }

// ConversationURL returns where the conversation of e can be read, or "" if
// nobody knows.
func (r *Renderer) ConversationURL(e relay.Event) string { return r.link(e) }

// standard renders e as it looks by default.
func (r *Renderer) standard(e relay.Event) relay.Message {
	h := headingOf(e)
	m := relay.Message{
		Title:  h.title,
		Icon:   h.icon,
		Noun:   h.noun,
		Link:   r.link(e),
		Color:  color(e.Kind),
		Footer: r.footer(e),
		Origin: r.origin(e),
		Thread: thread(e),
		Loud:   isLoud(e.Kind),
		Urgent: e.Kind == relay.Escalation,
		Time:   eventTime(e).In(r.cfg.Location),
	}
	m.Body, m.Fields = r.content(e, h.told)
	return m
}

// content returns what a message says below a title that has told some of it.
func (r *Renderer) content(e relay.Event, told []string) ([]relay.Block, []relay.Field) {
	body, facts := r.body(e, told), r.fields(e, told)
	if len(body) == 0 && len(facts) == 0 {
		body = nothingMore()
	}
	return body, facts
}

// nothingMore stands where a message would be blank.
func nothingMore() []relay.Block {
	return []relay.Block{{Spans: []relay.Span{{Text: "Nothing more was sent with it."}}}}
}

// link returns where the title leads: to the conversation, if it can be told
// where that is.
func (r *Renderer) link(e relay.Event) string {
	if t := r.cfg.ConversationURLs[e.Source]; t != nil {
		link, err := linkOf(t, r.view(e, ""))
		if err != nil {
			r.cfg.Failed(e, ConversationMessage, err)
		}
		return link
	}
	if r.cfg.ConversationURL == nil {
		return ""
	}
	return ownURL(r.cfg.ConversationURL(e))
}

// thread returns the key of the conversation that e belongs to. It is printable
// ASCII and of bounded length, so that any store takes it, and as escaping
// leaves no "/" and no "#" in it, no two conversations share one.
func thread(e relay.Event) string {
	if e.ConversationID == "" {
		return ""
	}
	return url.PathEscape(e.Source) + "/" + short(url.PathEscape(e.ConversationID))
}

// isLoud reports whether a person is waited for.
func isLoud(k relay.Kind) bool {
	switch k {
	case relay.Lead, relay.Appointment, relay.Escalation:
		return true
	case relay.Inbound, relay.Chat, relay.Other, relay.Notice:
	}
	return false
}

// color returns the accent of a kind. Each stands out by at least 3:1, WCAG's
// measure for graphics, from white and from Discord's dark background.
func color(k relay.Kind) relay.Color {
	switch k {
	case relay.Lead:
		return 0x2E9E5B // green
	case relay.Inbound:
		return 0x3B8EDB // blue
	case relay.Appointment:
		return 0x9B6FD0 // violet
	case relay.Chat:
		return 0x2C9AA0 // teal
	case relay.Escalation:
		return 0xE0524D // red
	case relay.Other, relay.Notice:
	}
	return 0x8A8F98 // grey
}

// eventTime returns when e happened: by the vendor's clock, if it says, else when
// it was received.
func eventTime(e relay.Event) time.Time { return cmp.Or(e.Created(), e.ReceivedAt) }
