package slack

import (
	"strconv"
	"strings"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// richText turns a body into the elements of a rich_text block.
func richText(body []relay.Block) []slackapi.RichTextElement {
	var out []slackapi.RichTextElement
	for afterList := false; len(body) > 0; {
		n := 1
		for n < len(body) && together(body[:n], body[n]) {
			n++
		}
		e := element(body[:n])
		if s, ok := e.(*slackapi.RichTextSection); ok && afterList {
			s.Elements = append(elements([]relay.Span{{Text: "\n"}}), s.Elements...) // Slack leaves no room there
		}
		out = append(out, e)
		_, afterList = e.(*slackapi.RichTextList)
		body = body[n:]
	}
	return out
}

// together reports whether b goes into the element that is made of blocks so far.
// Slack's lists do not nest: each depth is a list.
func together(blocks []relay.Block, b relay.Block) bool {
	first, a := blocks[0], blocks[len(blocks)-1]
	switch {
	case a.Quote || b.Quote:
		return a.Quote && b.Quote
	case a.Type == relay.Code || b.Type == relay.Code:
		return false
	case b.Type == relay.Item:
		return first.Type == relay.Item && first.Level == b.Level && b.Number == following(blocks)
	case inList(b): // it goes on the item above
		return inList(a) && a.Level == b.Level
	}
	return !inList(a)
}

// following returns the number of the item that would be next in a list: Slack
// counts by itself, so an item with another number begins a list.
func following(blocks []relay.Block) int {
	number := blocks[0].Number
	if number == 0 {
		return 0
	}
	for _, b := range blocks {
		if b.Type == relay.Item {
			number++
		}
	}
	return number
}

func inList(b relay.Block) bool {
	return b.Type == relay.Item || b.Type == relay.Paragraph && b.Level > 0
}

// element is one element for blocks that belong together.
func element(blocks []relay.Block) slackapi.RichTextElement {
	first := blocks[0]
	switch {
	case first.Quote:
		return &slackapi.RichTextQuote{Type: slackapi.RTEQuote, Elements: elements(flat(blocks))}
	case first.Type == relay.Code:
		return &slackapi.RichTextPreformatted{Type: slackapi.RTEPreformatted, Elements: elements(flat(blocks))}
	case first.Type == relay.Item:
		return list(blocks)
	}
	return section(elements(flat(blocks)))
}

// list is a list of one depth and kind. A paragraph that goes on an item
// stands in it, on a line of its own.
func list(blocks []relay.Block) *slackapi.RichTextList {
	var items []*slackapi.RichTextSection
	for _, b := range blocks {
		if b.Type == relay.Item {
			items = append(items, section(elements(b.Spans)))
			continue
		}
		above := items[len(items)-1]
		above.Elements = append(above.Elements, elements(append([]relay.Span{{Text: "\n"}}, b.Spans...))...)
	}
	first := blocks[0]
	l := slackapi.NewRichTextList(slackapi.RTEListBullet, max(first.Level-1, 0))
	if first.Number > 0 {
		l.Style, l.Offset = slackapi.RTEListOrdered, first.Number-1 // it may go on after what split it
	}
	for _, item := range items {
		l.Elements = append(l.Elements, item)
	}
	return l
}

// flat is the text of blocks in one run of spans, with the marks of lists
// written out.
func flat(blocks []relay.Block) []relay.Span {
	var spans []relay.Span
	for i, line := range fit.Lines(blocks, "• ") {
		if i > 0 {
			spans = append(spans, relay.Span{Text: "\n"})
		}
		if line.Mark != "" {
			spans = append(spans, relay.Span{Text: line.Mark})
		}
		for _, s := range line.Spans {
			if line.Code && line.Quote {
				s.Style |= relay.Mono // a quotation holds no code block
			}
			spans = append(spans, s)
		}
	}
	return spans
}

func section(elements []slackapi.RichTextSectionElement) *slackapi.RichTextSection {
	return slackapi.NewRichTextSection(elements...)
}

// elements turns spans into text and link elements. Text in them is literal:
// a mention or an emoji would be an element of another type.
func elements(spans []relay.Span) []slackapi.RichTextSectionElement {
	var out []slackapi.RichTextSectionElement
	for _, s := range fit.Merged(spans) {
		for _, part := range fit.Chunks(s.Text, maxPlain) {
			if s.Link != "" {
				out = append(out, slackapi.NewRichTextSectionLinkElement(s.Link, part, styleOf(s.Style)))
				continue
			}
			out = append(out, slackapi.NewRichTextSectionTextElement(part, styleOf(s.Style)))
		}
	}
	return out
}

func styleOf(s relay.Style) *slackapi.RichTextSectionTextStyle {
	if s == 0 {
		return nil
	}
	return &slackapi.RichTextSectionTextStyle{
		Bold: s.Has(relay.Bold), Italic: s.Has(relay.Italic), Strike: s.Has(relay.Strike), Code: s.Has(relay.Mono),
	}
}

// isTS reports whether ts is a message's timestamp as Slack writes it.
func isTS(ts string) bool {
	whole, fraction, found := strings.Cut(ts, ".")
	_, err1 := strconv.ParseUint(whole, 10, 64)
	_, err2 := strconv.ParseUint(fraction, 10, 64)
	return found && err1 == nil && err2 == nil
}
