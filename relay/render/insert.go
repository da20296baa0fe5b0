package render

import (
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"

	"github.com/yuin/goldmark/ast"
)

// paragraph renders a paragraph. What a stranger wrote keeps its line breaks
// there, and lest one of these lines pass for ours, it is marked as a quotation.
// In an item it has no lines.
func (d *document) paragraph(n ast.Node) {
	if v := d.alone(n); v != nil {
		switch {
		case v.form == markdownForm:
			d.splice(d.markdown.blocks(v.text))
			return
		case v.form == literalForm && d.level == 0:
			d.blocks = append(d.blocks, quote(v.text)...)
			return
		}
	}
	r := d.inliner()
	r.children(n, relay.Span{})
	outer := d.quote
	d.quote = d.quote || r.lines
	d.add(relay.Block{Level: d.level}, r.out)
	d.quote = outer
}

// alone returns the value that is all of a paragraph, or nil.
func (d *document) alone(n ast.Node) *value {
	if len(d.values) == 0 {
		return nil
	}
	parts := pieces(strings.TrimSpace(d.lines(n)), d.values)
	if len(parts) != 1 {
		return nil
	}
	return parts[0].value
}

// splice puts blocks of other Markdown where the document has come to.
func (d *document) splice(blocks []relay.Block) {
	for _, b := range blocks {
		if b.Type == relay.Heading && d.level > 0 {
			b.Type, b.Level = relay.Paragraph, 0
			for i := range b.Spans {
				b.Spans[i].Style |= relay.Bold
			}
		}
		if b.Type != relay.Heading {
			b.Level = min(b.Level+d.level, maxLevel)
		}
		if d.bullet != nil && b.Type == relay.Paragraph {
			spans := append(slices.Clip(d.bullet.Spans), b.Spans...)
			b.Type, b.Level, b.Number, b.Spans = d.bullet.Type, d.bullet.Level, d.bullet.Number, spans
		}
		d.bullet = nil
		b.Quote = b.Quote || d.quote
		d.blocks = append(d.blocks, b)
	}
}

// fill writes text with values in it.
func (r *inliner) fill(look relay.Span, text string) {
	for _, p := range pieces(text, r.values) {
		switch {
		case p.value == nil:
			r.write(look, p.text)
		case p.value.form == markdownForm && !look.Style.Has(relay.Mono):
			r.within(look, r.markdown.blocks(p.value.text))
		case p.value.form == markdownForm:
			r.write(look, r.markdown.text(p.value.text))
		default:
			r.write(look, r.laid(p.value.text))
		}
	}
}

// laid returns a value as it may stand where it is inserted.
func (r *inliner) laid(text string) string {
	if r.oneLine {
		return strings.ReplaceAll(clean(text), "\n", " ")
	}
	r.lines = r.lines || strings.Contains(tidyText(text, paragraph), "\n")
	return text
}

// within writes blocks within a line of text: each on a line of its own.
func (r *inliner) within(look relay.Span, blocks []relay.Block) {
	for i, b := range blocks {
		lead := ""
		switch {
		case i > 0 && r.oneLine:
			lead = " "
		case i > 0:
			lead = "\n"
		}
		switch {
		case b.Type == relay.Item && b.Number > 0:
			lead += fmt.Sprintf("%d. ", b.Number)
		case b.Type == relay.Item:
			lead += "• "
		}
		if lead != "" {
			r.write(look, lead)
		}
		for _, s := range b.Spans {
			s.Style |= look.Style
			if look.Link != "" {
				s.Link = look.Link
			}
			if r.oneLine {
				s.Text = strings.ReplaceAll(s.Text, "\n", " ")
			}
			r.out = append(r.out, s)
		}
	}
}
