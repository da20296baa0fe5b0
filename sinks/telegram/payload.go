package telegram

import (
	"strings"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// What Telegram takes.
const (
	// maxText is the length of a text in code points: bots are not checked in
	// UTF-16 units (td/telegram/MessageContent.cpp).
	maxText = 4096
	// maxEntities is how many entities a message keeps: Telegram drops more
	// without a word, links first.
	maxEntities = 100
	maxTitle    = 300
	maxFooter   = 500
	maxValue    = 1000
	// longQuote is from how many code points on a quotation is folded.
	longQuote = 700
)

// divider stands between the messages of a post.
const divider = "\n\n———\n\n"

// content is a message as Telegram takes it. Formatting stands in entities
// beside the text, so there is no markup to escape.
type content struct {
	text     string
	entities []tgbotapi.MessageEntity
	page     string // where a button below it leads; may be empty
}

// compose makes a post fit for Telegram, with links to the conversations of its
// messages as far as threads has them.
func compose(p relay.Post, threads []string) content {
	if p.Form == relay.Text {
		fits := func(text string) bool { return length(inert(text)) <= maxText }
		return content{text: notBlank(strings.TrimSpace(inert(fit.AllPlain(p.Messages, fits))))}
	}
	if messages, ok := fit.Few(p.Messages, bounded, acceptable); ok {
		c := write(fit.Threaded(messages, threads, whole)).content()
		if len(messages) == 1 && linkable(messages[0].Link) {
			c.page = messages[0].Link // a thumb finds a button sooner than a title that is a link
		}
		return c
	}
	return digest(p.Messages, threads)
}

// bounded keeps the parts beside the body from filling a message.
func bounded(m relay.Message) relay.Message {
	m.Title = notBlank(fit.Text(m.Title, func(s string) bool { return length(inert(s)) <= maxTitle }))
	m.Footer = fit.Spans(m.Footer, func(s []relay.Span) bool { return length(inert(relay.Plain(s))) <= maxFooter })
	fields := m.Fields
	m.Fields = nil
	for _, f := range fields {
		f.Name = fit.Text(f.Name, func(s string) bool { return length(inert(s)) <= maxTitle })
		f.Value = fit.Spans(f.Value, func(s []relay.Span) bool { return length(inert(relay.Plain(s))) <= maxValue })
		m.Fields = append(m.Fields, f)
	}
	return m
}

func acceptable(messages []relay.Message) bool { return write(messages).points <= maxText }

// whole reports whether Telegram takes messages and keeps all that is marked in
// them.
func whole(messages []relay.Message) bool {
	w := write(messages)
	return w.points <= maxText && len(w.entities) <= maxEntities
}

// write lays messages out one under the other.
func write(messages []relay.Message) *writer {
	var w writer
	for i, m := range messages {
		if i > 0 {
			w.put(divider)
		}
		w.message(m)
	}
	return &w
}

// message writes the title, the facts, what was said, and small print.
func (w *writer) message(m relay.Message) {
	w.span(relay.Span{Text: m.Title, Style: relay.Bold, Link: m.Link}, rankTitle)
	for _, f := range m.Fields {
		w.put("\n")
		w.span(relay.Span{Text: f.Name + ":", Style: relay.Bold}, rankName)
		w.put(" ")
		w.spans(f.Value)
	}
	if len(m.Body) > 0 {
		w.put("\n\n")
		w.body(m.Body)
	}
	if strings.TrimSpace(relay.Plain(m.Footer)) != "" {
		w.put("\n\n")
		for _, s := range fit.Told(m.Footer, linkable) {
			s.Style |= relay.Italic // there is no small print
			w.span(s, rankStyle)
		}
	}
}

// body writes lines, with an entity over each run of quoted lines and of code.
func (w *writer) body(blocks []relay.Block) {
	var quote, code region
	for i, line := range fit.Lines(blocks, "• ") {
		if !line.Code || line.First {
			code.end(w)
		}
		if !line.Quote {
			quote.end(w)
		}
		if i > 0 {
			w.put("\n")
		}
		if line.Quote {
			quote.begin(w, "blockquote", rankQuote)
		}
		w.put(line.Mark)
		if line.Code && line.First {
			w.codes++
		}
		if line.Code && w.codes <= maxCodes {
			code.begin(w, "pre", rankCode)
			w.put(relay.Plain(line.Spans))
			continue
		}
		w.spans(line.Spans)
	}
	code.end(w)
	quote.end(w)
}

func length(text string) int { return utf8.RuneCountInString(text) }

// notBlank stands in for a text that Telegram would refuse.
func notBlank(text string) string {
	if strings.TrimSpace(text) == "" {
		return "(no text)"
	}
	return text
}
