package fit

import (
	"slices"

	"botrelay/relay"
)

// What a link to a conversation is called where no title can carry it: within
// an entry, and in a line of its own.
const (
	threadWord = "thread"
	threadLine = "Open the thread"
)

// WithThreads returns the batch with a link to each message's conversation;
// links may be shorter than the batch, and each of them empty. No message nor
// anything that Holds promises of one gives way to them.
func (b Batch) WithThreads(links []string) Batch {
	out := Batch{slices.Clone(b.drafts)}
	for i := range out.drafts[:min(len(links), len(out.drafts))] {
		out.drafts[i].thread = links[i]
	}
	return out
}

// After returns what stands behind an entry's title: when that was and where it
// comes from, and a link to its conversation if the title leads elsewhere.
func (e Entry) After() []relay.Span {
	var spans []relay.Span
	if e.Origin != "" {
		spans = append(spans, relay.Span{Text: separator + e.Origin})
	}
	if e.Thread != "" {
		spans = append(spans, relay.Span{Text: separator}, relay.Span{Text: threadWord, Link: e.Thread})
	}
	return spans
}

// Threaded returns messages with a link to each one's conversation: in a line at
// its end. It leaves all links out if ok refuses the messages with them.
func Threaded(messages []relay.Message, links []string, ok func([]relay.Message) bool) []relay.Message {
	out := slices.Clone(messages)
	for i := range out[:min(len(links), len(out))] {
		if links[i] != "" {
			line := relay.Block{Spans: []relay.Span{{Text: threadLine, Link: links[i]}}}
			out[i].Body = append(slices.Clone(out[i].Body), line)
		}
	}
	if !ok(out) {
		return messages
	}
	return out
}
