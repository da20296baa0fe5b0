package render

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
)

const (
	// maxTurns is how many earlier turns of a conversation are shown.
	maxTurns = 6
	// maxTurn is how much of each, in runes.
	maxTurn = 240
	// labelLevel is the level of our headings in a body.
	labelLevel = 4
)

// body returns what was said: the customer's words, the bot's answer, and a
// little of what went before. A question that is told already is not repeated
// above its answer.
func (r *Renderer) body(e relay.Event, told []string) []relay.Block {
	text, earlier := question(e)
	blocks := quote(text)
	if answer := r.markdown.blocks(e.Answer); len(answer) > 0 {
		if isTold(blocks, told) {
			blocks = nil
		}
		blocks = append(blocks, label("Answer"))
		blocks = append(blocks, answer...)
	}
	if len(blocks) == 0 && len(earlier) == 0 && e.Kind == relay.Inbound {
		return []relay.Block{{Spans: []relay.Span{{Text: "(no text)"}}}}
	}
	name := "Before that"
	if len(blocks) == 0 {
		name = "Conversation"
	}
	return append(blocks, r.turns(name, earlier)...)
}

// isTold reports whether blocks are one that has been told, and lead nowhere.
func isTold(blocks []relay.Block, told []string) bool {
	return len(blocks) == 1 && len(blocks[0].Spans) == 1 && blocks[0].Spans[0].Link == "" &&
		slices.Contains(told, blocks[0].Spans[0].Text)
}

// label is a line of ours above what follows.
func label(s string) relay.Block {
	return relay.Block{Type: relay.Heading, Level: labelLevel, Spans: []relay.Span{{Text: s}}}
}

// question returns what the customer said last, and the turns before that:
// a transcript may or may not end with the question, and with the answer.
func question(e relay.Event) (text string, earlier []relay.Turn) {
	earlier = withoutLast(e.Transcript, e.Answer)
	text = e.Text
	if n := len(earlier); text == "" && n > 0 && speaker(earlier[n-1].Role) == customer {
		text = earlier[n-1].Text
	}
	return text, withoutLast(earlier, text)
}

// withoutLast returns turns without the last one, if that is text.
func withoutLast(turns []relay.Turn, text string) []relay.Turn {
	if n := len(turns); n > 0 && strings.TrimSpace(turns[n-1].Text) == strings.TrimSpace(text) {
		return turns[:n-1]
	}
	return turns
}

// turns shows the last few turns of a conversation in one quotation, each as a
// line that begins with who said it. What the bot was told to be is no part of
// it.
func (r *Renderer) turns(name string, all []relay.Turn) []relay.Block {
	var spans []relay.Span
	all = slices.DeleteFunc(slices.Clone(all), func(t relay.Turn) bool { return strings.EqualFold(t.Role, "system") })
	for _, t := range all[max(0, len(all)-maxTurns):] {
		turn := r.turn(t)
		if turn != nil && spans != nil {
			spans = append(spans, relay.Span{Text: "\n"})
		}
		spans = append(spans, turn...)
	}
	if spans == nil {
		return nil
	}
	if len(all) > maxTurns {
		name = fmt.Sprintf("%s (the last %d of %d)", name, maxTurns, len(all))
	}
	return []relay.Block{label(name), {Quote: true, Spans: spans}}
}

// turn shows one turn, or returns nil if there is nothing to see in it.
func (r *Renderer) turn(t relay.Turn) []relay.Span {
	who, text := speaker(t.Role), t.Text
	if who == bot {
		text = r.markdown.text(cut(text, 10*maxTurn))
	}
	spans := literal(text, maxTurn)
	if !isVisible(relay.Plain(spans)) {
		return nil
	}
	return append([]relay.Span{{Text: who, Style: relay.Bold}, {Text: ": "}}, spans...)
}

// The speakers that vendors call by many names.
const (
	customer = "Customer"
	bot      = "Bot"
)

// speaker names who said something. A role that is not known is shown as it is.
func speaker(role string) string {
	switch strings.ToLower(role) {
	case "user", "customer", "human", "visitor", "contact":
		return customer
	case "assistant", "bot", "ai", "chatbot":
		return bot
	}
	if name := visibleLine(role); name != "" {
		return name
	}
	return "Someone"
}
