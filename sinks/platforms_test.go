package sinks_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"botrelay/relay"
	"botrelay/relay/render"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

// FuzzPlatforms holds that whatever an event says, no platform refuses what is
// made of it, in any form, and readers have all of it before them.
func FuzzPlatforms(f *testing.F) {
	const answer = "Yes, **Sundays**:\n\n1. one\n2. `two`\n\n| a | b |\n|---|---|\n| [c](https://c.example/d) | ~~e~~ |\n\n> 😀 [bank.example](https://evil.example)"
	for _, said := range append(sinktest.Hostile(), strings.Join(sinktest.Hostile(), "\n")) {
		f.Add("message", "whatsapp", said, said, said)
	}
	f.Add("chat", "widget", "Ada", "Do you deliver?", answer)
	f.Add("escalation", "email", "Ada", strings.Repeat("long 🦊 text ", 400), strings.Repeat(answer+"\n\n", 40))
	f.Add("lead", "sms", strings.Repeat("*_", 700), "Hi", "")
	f.Add("other", "", "", "", "")
	box := sandbox.New(sandbox.Config{})
	p := platforms{box, all(f, transport.Config{RoundTripper: within{box}}, "goodgoodgood")}
	r := render.New(render.Config{ConversationURL: func(e relay.Event) string { return e.PageURL }})
	f.Fuzz(func(t *testing.T, kind, channel, who, said, answer string) {
		m := r.Message(relay.Event{
			ID: "e1", Kind: relay.Kind(kind), Vendor: "chatdata", Source: "website", Channel: channel, EventType: who, BotID: who, ConversationID: who,
			Contact: relay.Contact{Name: who, Email: who, Phone: said, Handle: said}, Subject: said, Text: said, Answer: answer, PageURL: "https://shop.example.com/" + who,
			Transcript: []relay.Turn{{Role: "user", Text: said}, {Role: who, Text: answer}, {Role: "assistant", Text: answer}},
			Details:    []relay.Detail{{Label: who, Text: said}}, ReceivedAt: time.Unix(1_800_000_000, 0),
		})
		p.post(t, relay.Rich, m)
		p.post(t, relay.Text, m)
		p.post(t, relay.Rich, m, r.Message(relay.Event{Kind: relay.Lead}), m)
		p.post(t, relay.Rich, m, m, m, m, m, m, m)
	})
}

// platforms are sinks of every kind before a stand-in.
type platforms struct {
	box   *sandbox.Sandbox
	sinks map[string]relay.Sink
}

// within carries requests to a stand-in in this process: a network would make
// no two runs of an input alike, of which a fuzzer makes too much.
type within struct{ box *sandbox.Sandbox }

func (w within) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	w.box.ServeHTTP(answer, r)
	return answer.Result(), nil
}

// post sends messages to every sink, and looks for them where readers do.
func (p *platforms) post(t *testing.T, form relay.Form, messages ...relay.Message) {
	t.Helper()
	for name, sink := range p.sinks {
		v := sink.Send(t.Context(), relay.Post{Messages: messages, Form: form})
		if v.Outcome != relay.Sent {
			t.Fatalf("%s, %d as %s: %s: %s", name, len(messages), form, v.Outcome, v.Reason)
		}
		all := p.box.Messages()
		shown := all[len(all)-1].Text
		if lost := missing(messages, shown); lost != "" {
			t.Errorf("%s, %d as %s: %q is missing in %q", name, len(messages), form, lost, shown)
		}
	}
}

// missing returns a part of a single message that is not in shown, unless that
// has been cut.
func missing(messages []relay.Message, shown string) string {
	m := messages[0]
	if len(messages) > 1 || strings.Contains(shown, "…") {
		return ""
	}
	parts := []string{m.Title, relay.Plain(m.Footer)}
	for _, f := range m.Fields {
		parts = append(parts, f.Name, relay.Plain(f.Value))
	}
	for _, b := range m.Body {
		for _, s := range b.Spans {
			parts = append(parts, s.Text)
		}
	}
	has := letters(shown)
	for _, part := range parts {
		if !strings.Contains(has, letters(part)) {
			return part
		}
	}
	return ""
}

// letters returns what is told by text however it is laid out and marked.
// Telegram knows letters with a ring only as one character.
func letters(text string) string {
	text = strings.NewReplacer("A\u030a", "Å", "a\u030a", "å", "U\u030a", "Ů", "u\u030a", "ů", "w\u030a", "ẘ", "y\u030a", "ẙ").Replace(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, text)
}
