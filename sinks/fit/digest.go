package fit

import (
	"cmp"
	"strconv"
	"strings"

	"botrelay/relay"
)

// excerpt is how much of a message's values and of its body stands at most in
// a list of many messages, in code points.
const excerpt = 160

// Digest returns messages, or if there are more than most a single one that
// lists them: each an item with its title and, as far as ok accepts it, with
// its facts and its beginning.
func Digest(messages []relay.Message, most int, ok func([]relay.Message) bool) []relay.Message {
	if len(messages) <= most {
		return messages
	}
	n := largest(excerpt, func(n int) bool { return ok(list(messages, n)) })
	return list(messages, n)
}

// list is one message that tells of all, with excerpts of n code points.
func list(messages []relay.Message, n int) []relay.Message {
	all := relay.Message{
		Title: strconv.Itoa(len(messages)) + " messages",
		Time:  messages[len(messages)-1].Time,
	}
	for _, m := range messages {
		all.Loud = all.Loud || m.Loud
		all.Body = append(all.Body, relay.Block{Type: relay.Item, Level: 1, Spans: entry(m, n)})
	}
	return []relay.Message{all}
}

// entry is a message as one line: its title, its fields' values and the
// beginning of its body.
func entry(m relay.Message, n int) []relay.Span {
	spans := []relay.Span{{Text: cmp.Or(m.Title, "(no title)"), Style: relay.Bold, Link: m.Link}}
	var facts []relay.Span
	for _, f := range m.Fields {
		facts = append(append(facts, relay.Span{Text: " · "}), f.Value...)
	}
	spans = append(spans, cutSpans(facts, n)...)
	if text := cutText(oneLine(beginning(m.Body)), n); text != "" {
		spans = append(spans, relay.Span{Text: " · " + text})
	}
	return spans
}

// beginning returns the text of blocks as far as an entry may show it.
func beginning(blocks []relay.Block) string {
	var b strings.Builder
	for _, block := range cutBlocks(blocks, 2*excerpt) {
		b.WriteString(relay.Plain(block.Spans))
		b.WriteByte('\n')
	}
	return b.String()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
