package slack

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// What Slack takes. It does not say how it counts, so lengths are those of the
// escaped text, which is the longest way to count.
const (
	maxText         = 4000 // of a message without blocks: a longer one is split
	maxNotification = 1000 // of the text beside blocks, shown in notifications only
	maxHeader       = 150
	maxPlain        = 2900 // of a text object, which may have 3000, and of one text element
	maxBlocks       = 50
	// maxJSON is the size of all blocks together, in bytes of JSON. Slack
	// refuses about 13,200 of something it does not name: bolt-js issues 2509
	// and 2867.
	maxJSON = 12000
)

// content is a message as Slack takes it.
type content struct {
	text   string // escaped
	blocks []slackapi.Block
}

// compose makes a post fit for Slack, with links to the conversations of its
// messages as far as threads has them. Text that strangers wrote stands in
// rich_text and plain_text only, where Slack reads no markup, and escaped in
// the top-level text.
func compose(p relay.Post, threads []string) content {
	if p.Form == relay.Text {
		fits := func(text string) bool { return length(escape(text)) <= maxText }
		return content{text: escape(notBlank(fit.AllPlain(p.Messages, fits)))}
	}
	if messages, ok := fit.Few(p.Messages, nil, acceptable); ok {
		return content{notification(messages), blocksOf(fit.Threaded(messages, threads, acceptable))}
	}
	return digest(p.Messages, threads)
}

// acceptable reports whether Slack takes messages as blocks.
func acceptable(messages []relay.Message) bool {
	blocks := blocksOf(messages)
	data, err := json.Marshal(blocks)
	return err == nil && len(blocks) <= maxBlocks && len(data) <= maxJSON
}

// notification is its text: titles and beginnings.
func notification(messages []relay.Message) string {
	brief := make([]relay.Message, len(messages))
	for i, m := range messages {
		brief[i] = relay.Message{Title: m.Title, Body: m.Body}
	}
	fits := func(text string) bool { return length(escape(text)) <= maxNotification }
	brief = fit.Messages(brief, func(m []relay.Message) bool { return fits(fit.Plain(m)) })
	return escape(notBlank(fit.Text(fit.Plain(brief), fits)))
}

// blocksOf lays messages out one under the other.
func blocksOf(messages []relay.Message) []slackapi.Block {
	var blocks []slackapi.Block
	for i, m := range messages {
		if i > 0 {
			blocks = append(blocks, slackapi.NewDividerBlock())
		}
		blocks = append(blocks, messageBlocks(m)...)
	}
	return blocks
}

// messageBlocks is one message: a header, facts, what was said, a way to
// follow, and small print.
func messageBlocks(m relay.Message) []slackapi.Block {
	title := fit.Text(notBlank(m.Title), func(s string) bool { return length(escape(s)) <= maxHeader })
	blocks := []slackapi.Block{slackapi.NewHeaderBlock(plainText(title))}
	if facts := fieldLines(m.Fields); len(facts) > 0 {
		blocks = append(blocks, slackapi.NewRichTextBlock("", section(facts)))
	}
	if body := richText(m.Body); len(body) > 0 {
		blocks = append(blocks, slackapi.NewRichTextBlock("", body...))
	}
	if m.Link != "" {
		way := []relay.Span{{Text: fit.Way(m.Link), Link: m.Link}}
		blocks = append(blocks, slackapi.NewRichTextBlock("", section(elements(way))))
	}
	return append(blocks, footerBlocks(m.Footer)...)
}

// footerBlocks is small print. A context block has no markup but mrkdwn, which
// strangers must not write, so small print with styles or links is not small.
func footerBlocks(footer []relay.Span) []slackapi.Block {
	footer = fit.Spans(footer, func(s []relay.Span) bool { return length(escape(relay.Plain(s))) <= maxPlain })
	text := relay.Plain(footer)
	switch {
	case strings.TrimSpace(text) == "":
		return nil
	case fit.Literal(footer):
		return []slackapi.Block{slackapi.NewContextBlock("", plainText(text))}
	}
	return []slackapi.Block{slackapi.NewRichTextBlock("", section(elements(footer)))}
}

// fieldLines writes fields as lines of name and value.
func fieldLines(fields []relay.Field) []slackapi.RichTextSectionElement {
	var spans []relay.Span
	for i, f := range fields {
		if i > 0 {
			spans = append(spans, relay.Span{Text: "\n"})
		}
		spans = append(spans, relay.Span{Text: f.Name + ":", Style: relay.Bold}, relay.Span{Text: " "})
		spans = append(spans, f.Value...)
	}
	return elements(spans)
}

func plainText(text string) *slackapi.TextBlockObject {
	return slackapi.NewTextBlockObject(slackapi.PlainTextType, text, false, false)
}

// escape makes text literal where Slack reads its own markup.
func escape(text string) string { return slackutilsx.EscapeMessage(text) }

func length(text string) int { return utf8.RuneCountInString(text) }

// notBlank stands in for a text that Slack would refuse.
func notBlank(text string) string {
	if strings.TrimSpace(text) == "" {
		return "(no text)"
	}
	return text
}
