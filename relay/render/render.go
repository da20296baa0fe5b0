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
	"net/url"
	"strings"
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
}

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
	return &Renderer{cfg: cfg, markdown: newMarkdown()}
}

// MessageFor renders e as the route of that name wants it. Like Message, it never
// fails and returns nothing blank. A name that no route has is no error: the
// routes file may have changed since the event came in.
func (r *Renderer) MessageFor(e relay.Event, _ string) relay.Message {
	return r.Message(e)
}

// Message renders e. It never fails, its title is never blank, and there is
// always a body or a field. Texts of any size are taken; of each, at most
// 20,000 characters are rendered.
func (r *Renderer) Message(e relay.Event) relay.Message {
	if e.Kind == relay.Notice {
		return r.notice(e)
	}
	m := relay.Message{
		Title:  title(e),
		Link:   r.link(e),
		Color:  color(e.Kind),
		Body:   r.body(e),
		Fields: fields(e),
		Footer: r.footer(e),
		Thread: thread(e),
		Loud:   isLoud(e.Kind),
		Time:   eventTime(e).In(r.cfg.Location),
	}
	if len(m.Body) == 0 && len(m.Fields) == 0 {
		m.Body = nothingMore()
	}
	return m
}

// nothingMore stands where a message would be blank.
func nothingMore() []relay.Block {
	return []relay.Block{{Spans: []relay.Span{{Text: "Nothing more was sent with it."}}}}
}

// link returns where the title leads. Unlike a stranger's URL, this one is
// built by whoever runs the relay, so any host will do.
func (r *Renderer) link(e relay.Event) string {
	if r.cfg.ConversationURL == nil {
		return ""
	}
	s := escapeURL(strings.TrimSpace(r.cfg.ConversationURL(e)))
	u, err := url.Parse(s)
	if err != nil || len(s) > maxURL || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return lowerScheme(s, u.Scheme)
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

// eventTime returns when e happened: by the vendor's clock, unless it is
// obviously unset, else when it was received.
func eventTime(e relay.Event) time.Time {
	if y := e.CreatedAt.Year(); y >= 2000 && y <= 9999 {
		return e.CreatedAt
	}
	return e.ReceivedAt
}
