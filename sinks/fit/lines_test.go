package fit

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// TestLines holds where empty lines stand: between paragraphs, around quotations
// and lists, but neither below a heading nor between items.
func TestLines(t *testing.T) {
	spans := func(text string) []relay.Span { return []relay.Span{{Text: text}} }
	paragraph := relay.Block{Spans: spans("p\nq")}
	heading := relay.Block{Type: relay.Heading, Spans: spans("h")}
	item := relay.Block{Type: relay.Item, Level: 1, Spans: spans("i")}
	inner := relay.Block{Type: relay.Item, Level: 2, Number: 3, Spans: spans("j\nk")}
	code := relay.Block{Type: relay.Code, Spans: []relay.Span{{Text: "c\nd", Style: relay.Bold, Link: "https://a.example"}}}
	quoted := func(b relay.Block) relay.Block {
		b.Quote = true
		return b
	}
	for _, test := range []struct {
		blocks []relay.Block
		want   string
	}{
		{[]relay.Block{paragraph, paragraph}, "p/q//p/q"},
		{[]relay.Block{heading, paragraph, heading, heading}, "h/p/q//h/h"},
		{[]relay.Block{heading, quoted(paragraph), paragraph}, "h/> p/> q//p/q"},
		{[]relay.Block{quoted(heading), quoted(paragraph), quoted(heading), paragraph}, "> h/> p/> q/> /> h//p/q"},
		{[]relay.Block{paragraph, item, inner, item, paragraph}, "p/q//• i/  3. j/    k/• i//p/q"},
		{[]relay.Block{heading, item, code, quoted(code)}, "h/• i//c/d//> c/> d"},
	} {
		var lines []string
		for _, line := range Lines(test.blocks, "• ") {
			text := line.Mark + relay.Plain(line.Spans)
			if line.Quote {
				text = "> " + text
			}
			lines = append(lines, text)
		}
		if got := strings.Join(lines, "/"); got != test.want {
			t.Errorf("%v:\n got %s\nwant %s", test.blocks, got, test.want)
		}
	}
	for _, line := range Lines([]relay.Block{code, heading}, "• ") {
		for _, s := range line.Spans {
			if line.Code != (s.Style == 0) || s.Link != "" {
				t.Errorf("code has a style or a link, or a heading is not bold: %+v", line)
			}
		}
	}
}
