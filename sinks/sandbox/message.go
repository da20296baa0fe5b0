package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Platform is whom a message was sent to.
type Platform string

// The platforms.
const (
	Slack    Platform = "slack"
	Discord  Platform = "discord"
	Telegram Platform = "telegram"
)

// Message is one that arrived.
type Message struct {
	ID       string   `json:"id"` // the platform's: Slack's ts, Discord's snowflake, Telegram's message_id
	Platform Platform `json:"platform"`
	// Place is the channel or chat as the request called it: "#sales" or a
	// channel ID, a Slack webhook's T…/B…, a Discord webhook's or channel's
	// ID, a chat ID or "@name". It holds no secret.
	Place   string          `json:"place"`
	Topic   string          `json:"topic,omitempty"`    // Telegram's forum topic, Discord's thread
	ReplyTo string          `json:"reply_to,omitempty"` // the ID of the message it answers, or of the thread's first
	Time    time.Time       `json:"time"`
	Request json.RawMessage `json:"request"` // what was sent, as one JSON object: form fields by name, JSON in them parsed; no token
	Text    string          `json:"text"`    // what a reader reads, without markup

	loud   bool // a reply that is also shown in the channel
	gone   bool // deleted; it keeps the place of a thread's first message
	author string
	quoted string // the start of the message it answers
	view   []node // how the app shows it
	seq    int    // the number of the change that it is
}

// size is what keeping m costs, in bytes, roughly.
func (m Message) size() int {
	return len(m.Request) + len(m.Text) + treeSize(m.view) + 512
}

// Messages returns what arrived, oldest first: the newest 1,000 messages, or
// fewer if they are large.
func (s *Sandbox) Messages() []Message {
	return slices.DeleteFunc(s.store.messages(), func(m Message) bool { return m.gone })
}

// Delete deletes a message that is kept, as a person does in the app, and reports
// whether there is such a one. What answers it from now on stands by itself. It
// leaves the pages that show it; the first message of a Slack thread that has
// replies leaves a note in its place, as in the app.
func (s *Sandbox) Delete(p Platform, place, id string) bool {
	s.accept.Lock()
	defer s.accept.Unlock()
	return s.store.remove(p, place, id)
}

// Wait blocks until n messages have arrived since New, including those that
// are no longer kept, or until ctx ends; then its error wraps that of ctx.
func (s *Sandbox) Wait(ctx context.Context, n int) error {
	for {
		arrived, _, changed := s.store.arrived()
		if arrived >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d messages, %d have arrived: %w", n, arrived, ctx.Err())
		}
	}
}
