package slack

import (
	"encoding/json"
	"strconv"
	"strings"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// Fit returns how many messages one post holds: see relay.Sink.
func (s *Sink) Fit(messages []relay.Message) int {
	return max(1, fit.NewBatch(messages).Holds(digestible))
}

// digestible reports whether Slack takes a digest.
func digestible(d fit.Digest) bool {
	blocks := digestBlocks(d)
	data, err := json.Marshal(blocks)
	return err == nil && len(blocks) <= maxBlocks && len(data) <= maxJSON
}

// digest is several messages as one.
func digest(messages []relay.Message, threads []string) content {
	d := fit.NewBatch(messages).WithThreads(threads).Digest(digestible)
	return content{escape(fit.Text(headlines(d), func(s string) bool { return length(escape(s)) <= maxNotification })), digestBlocks(d)}
}

// headlines is the text of a digest's notification.
func headlines(d fit.Digest) string {
	lines := []string{d.Title}
	for _, e := range d.Entries {
		lines = append(lines, e.Title)
	}
	return strings.Join(lines, "\n")
}

// digestBlocks is a header, small print, and the entries: each with room
// around it and a quotation, or all in one list, which takes less of it.
func digestBlocks(d fit.Digest) []slackapi.Block {
	blocks := []slackapi.Block{slackapi.NewHeaderBlock(plainText(d.Title))}
	if d.Origin != "" {
		blocks = append(blocks, slackapi.NewContextBlock("", plainText(d.Origin)))
	}
	if d.Quoted {
		for _, e := range d.Entries {
			blocks = append(blocks, roomyEntry(e))
		}
	} else if len(d.Entries) > 0 {
		list := slackapi.NewRichTextList(slackapi.RTEListOrdered, 0)
		for _, e := range d.Entries {
			list.Elements = append(list.Elements, section(elements(entrySpans(e, true))))
		}
		blocks = append(blocks, slackapi.NewRichTextBlock("", list))
	}
	if d.Left > 0 {
		blocks = append(blocks, slackapi.NewContextBlock("", plainText(d.Rest())))
	}
	return blocks
}

// roomyEntry is an entry with a block of its own, in which there are no lists
// to number it.
func roomyEntry(e fit.Entry) slackapi.Block {
	number := relay.Span{Text: strconv.Itoa(e.Number) + ". ", Style: relay.Bold}
	parts := []slackapi.RichTextElement{section(elements(append([]relay.Span{number}, entrySpans(e, !e.Quote)...)))}
	if e.Quote && e.Text != "" {
		quote := &slackapi.RichTextQuote{Type: slackapi.RTEQuote, Elements: elements([]relay.Span{{Text: e.Text}})}
		parts = append(parts, quote)
	}
	return slackapi.NewRichTextBlock("", parts...)
}

// entrySpans is an entry in up to three lines: what it is, how to reach whom it
// is about, and if said is set what was said.
func entrySpans(e fit.Entry, said bool) []relay.Span {
	spans := append([]relay.Span{{Text: e.Title, Style: relay.Bold, Link: e.Link}}, e.After()...)
	if len(e.Facts) > 0 {
		spans = append(append(spans, relay.Span{Text: "\n"}), e.Facts...)
	}
	if said && e.Text != "" {
		spans = append(spans, relay.Span{Text: "\n" + e.Said()})
	}
	return spans
}
