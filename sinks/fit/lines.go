package fit

import (
	"strconv"
	"strings"

	"botrelay/relay"
)

// Line is one line of a body, for platforms that take text in lines.
type Line struct {
	Quote bool // stands in a quotation
	Code  bool // of a code block; Spans have no style then
	First bool // the first line of its block
	// Mark is what stands before the line: a list's indentation, bullet or
	// number. Code has none.
	Mark  string
	Spans []relay.Span // none in an empty line
}

// Lines lays blocks out in lines, with bullet before the items of unordered
// lists and an empty line between paragraphs.
func Lines(blocks []relay.Block, bullet string) []Line {
	var lines []Line
	for i, b := range blocks {
		if i > 0 && spaced(blocks[i-1], b) {
			lines = append(lines, Line{Quote: b.Quote && blocks[i-1].Quote})
		}
		first, rest := marks(b, bullet)
		for n, spans := range splitLines(b.Spans) {
			line := Line{Quote: b.Quote, Code: b.Type == relay.Code, First: n == 0, Mark: rest, Spans: spans}
			if n == 0 {
				line.Mark = first
			}
			lines = append(lines, styled(line, b.Type))
		}
	}
	return lines
}

// spaced reports whether an empty line parts b from a, which stands above it.
func spaced(a, b relay.Block) bool {
	switch {
	case a.Type == relay.Heading && (!a.Quote || b.Quote):
		return false
	case a.Quote != b.Quote:
		return true
	case inList(a) && inList(b):
		return false
	}
	return true
}

func inList(b relay.Block) bool { return b.Type != relay.Heading && b.Level > 0 }

// marks returns what stands before the first line of a block, and before the
// others.
func marks(b relay.Block, bullet string) (first, rest string) {
	if !inList(b) || b.Type == relay.Code {
		return "", ""
	}
	outer, inner := strings.Repeat("  ", b.Level-1), strings.Repeat("  ", b.Level)
	if b.Type != relay.Item {
		return inner, inner
	}
	if b.Number > 0 {
		return outer + strconv.Itoa(b.Number) + ". ", inner
	}
	return outer + bullet, inner
}

// styled makes a heading bold, since none of the platforms has small headings,
// and code plain.
func styled(line Line, t relay.BlockType) Line {
	for i := range line.Spans {
		switch t {
		case relay.Heading:
			line.Spans[i].Style |= relay.Bold
		case relay.Code:
			line.Spans[i].Style, line.Spans[i].Link = 0, ""
		case relay.Paragraph, relay.Item:
		}
	}
	return line
}

// splitLines splits spans at line breaks, and leaves spans alone.
func splitLines(spans []relay.Span) [][]relay.Span {
	lines := make([][]relay.Span, 1)
	for _, s := range spans {
		for i, part := range strings.Split(s.Text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			if part != "" {
				end := len(lines) - 1
				lines[end] = append(lines[end], relay.Span{Text: part, Style: s.Style, Link: s.Link})
			}
		}
	}
	return lines
}

// Plain returns messages as text without markup: for each the title, the
// fields, the body with its quotations marked by "> ", and the footer.
func Plain(messages []relay.Message) string {
	texts := make([]string, 0, len(messages))
	for _, m := range messages {
		texts = append(texts, plain(m))
	}
	return strings.Join(texts, "\n\n———\n\n")
}

// AllPlain returns a text without markup that tells of all messages and that ok
// accepts, shortened if need be: of each its own text, or a digest. The empty
// text must be acceptable.
func AllPlain(messages []relay.Message, ok func(string) bool) string {
	full, enough := Few(messages, nil, func(m []relay.Message) bool { return ok(Plain(m)) })
	if enough {
		return Text(Plain(full), ok)
	}
	d := NewBatch(messages).Digest(func(d Digest) bool { return ok(plainDigest(d)) })
	return Text(plainDigest(d), ok)
}

// plainDigest returns a digest as text without markup.
func plainDigest(d Digest) string {
	parts := []string{d.Title}
	if d.Origin != "" {
		parts[0] += "\n" + d.Origin
	}
	for _, e := range d.Entries {
		lines := []string{strconv.Itoa(e.Number) + ". " + e.Title}
		if e.Origin != "" {
			lines[0] += separator + e.Origin
		}
		for _, line := range []string{e.Link, withLinks(e.Facts), e.Said()} {
			if line != "" {
				lines = append(lines, line)
			}
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	if d.Left > 0 {
		parts = append(parts, d.Rest())
	}
	return strings.Join(parts, "\n\n")
}

func plain(m relay.Message) string {
	head := []string{m.Title}
	if m.Link != "" {
		head = append(head, m.Link)
	}
	for _, f := range m.Fields {
		head = append(head, f.Name+": "+withLinks(f.Value))
	}
	var body []string
	for _, line := range Lines(m.Body, "• ") {
		text := line.Mark + withLinks(line.Spans)
		if line.Quote {
			text = "> " + text
		}
		body = append(body, strings.TrimRight(text, " "))
	}
	var parts []string
	for _, part := range []string{strings.Join(head, "\n"), strings.Join(body, "\n"), withLinks(m.Footer)} {
		if strings.TrimSpace(part) != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "\n\n")
}

// withLinks returns the text of spans, with what their links lead to.
func withLinks(spans []relay.Span) string {
	return relay.Plain(Told(spans, func(string) bool { return false }))
}
