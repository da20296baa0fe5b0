package render

import (
	"slices"
	"strings"

	"botrelay/relay"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

const (
	// maxColumns bounds a table. The parser completes every row to the width
	// of the header, so that a wide and long table of nothing takes gigabytes.
	maxColumns = 24
	// maxNesting is how many quotations and items may open on one line. The
	// parser's work grows with the square of it.
	maxNesting = 50
	// maxLevel is the depth to which lists are told apart.
	maxLevel = 9
	// maxBlocks is how many blocks of an answer are rendered.
	maxBlocks = 500
)

// markdown reads what chatbots answer: CommonMark with GFM's tables, task lists
// and strikethrough. It is read-only and may be used from several goroutines.
type markdown struct {
	tables, plain parser.Parser
	inline        parser.Parser // of text within a line
}

func newMarkdown() markdown {
	return markdown{
		inline: parser.NewParser(
			parser.WithBlockParsers(util.Prioritized(parser.NewParagraphParser(), 1000)),
			parser.WithInlineParsers(append(parser.DefaultInlineParsers(), util.Prioritized(extension.NewStrikethroughParser(), 500))...),
		),
		tables: goldmark.New(goldmark.WithExtensions(extension.Strikethrough, extension.TaskList, extension.Table)).Parser(),
		plain:  goldmark.New(goldmark.WithExtensions(extension.Strikethrough, extension.TaskList)).Parser(),
	}
}

// blocks renders Markdown of any size, of which it takes the first maxText
// runes. There is at least one block if there is anything to see in s: what is
// nothing as Markdown (a rule, a definition) is shown as it was written. So is
// what nests absurdly, and what the parser panics on: no such text is known,
// but one that a stranger found must not cost more than its looks.
func (m markdown) blocks(s string) (blocks []relay.Block) {
	c := cleaner{tabs: true}
	source := cut(c.clean(s), maxText)
	defer func() {
		if recover() != nil || len(blocks) == 0 {
			blocks = verbatim(source)
		}
	}()
	if isAbsurd(source) {
		return nil
	}
	return m.parse([]byte(source))
}

// parse renders source, which is clean but for tabs.
func (m markdown) parse(source []byte) []relay.Block {
	p := m.tables
	if hasWideTable(source) {
		p = m.plain
	}
	d := &document{source: source}
	d.children(p.Parse(text.NewReader(source)))
	return limited(d.blocks)
}

// limited returns at most maxBlocks blocks.
func limited(blocks []relay.Block) []relay.Block {
	if len(blocks) <= maxBlocks {
		return blocks
	}
	return append(blocks[:maxBlocks], relay.Block{Spans: []relay.Span{{Text: ellipsis}}})
}

// verbatim shows Markdown as it was written.
func verbatim(source string) []relay.Block {
	blocks := quote(source)
	for i := range blocks {
		blocks[i].Quote = false
	}
	return blocks
}

// text renders Markdown as text without any form but the bullets of lists.
func (m markdown) text(s string) string {
	var text strings.Builder
	for _, b := range m.blocks(s) {
		if b.Type == relay.Item {
			text.WriteString("• ")
		}
		text.WriteString(relay.Plain(b.Spans))
		text.WriteByte('\n')
	}
	return text.String()
}

// hasWideTable reports whether a line could be the second line of a table of
// more than maxColumns columns.
func hasWideTable(source []byte) bool {
	for line := range strings.Lines(string(source)) {
		if strings.Count(line, "|") >= maxColumns && strings.Contains(line, "-") {
			return true
		}
	}
	return false
}

// isAbsurd reports whether more than maxNesting quotations and items open on
// one line.
func isAbsurd(source string) bool {
	for line := range strings.Lines(source) {
		prefix := line[:len(line)-len(strings.TrimLeft(line, "> \t-+*.)0123456789"))]
		opened := strings.Count(prefix, ">")
		for _, marker := range []string{"- ", "+ ", "* ", ". ", ") ", "-\t", "+\t", "*\t", ".\t", ")\t"} {
			opened += strings.Count(prefix, marker)
		}
		if opened > maxNesting {
			return true
		}
	}
	return false
}

// document is Markdown that becomes blocks.
type document struct {
	source []byte
	blocks []relay.Block
	quote  bool
	level  int          // of the list item that is being read; 0 outside
	bullet *relay.Block // an item that has no text yet
	shown  int          // bytes of destinations that were written out

	isTemplate bool     // its author is ours to trust, but for the values
	values     []value  // of a template
	markdown   markdown // for values that are Markdown
	line       bool     // there is one line only
}

// children renders the blocks in n.
func (d *document) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		d.block(c)
	}
}

// block renders one block and what is in it. A thematic break is nothing:
// blocks stand apart anyway.
func (d *document) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		d.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		d.paragraph(n)
	case *ast.Blockquote:
		d.quotation(n)
	case *ast.List:
		d.list(n)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		d.code(d.markdown.filled(d.lines(n), d.values))
	case *ast.HTMLBlock:
		d.html(n)
	case *extast.Table:
		d.table(n)
	default:
		d.children(n)
	}
}

// heading renders a heading.
func (d *document) heading(n *ast.Heading) {
	r := d.inliner()
	r.oneLine = true
	r.children(n, relay.Span{})
	d.above(n.Level, r.out)
}

// above adds a line that says what follows: a heading, or in a list, where Level
// is the item's, a bold paragraph.
func (d *document) above(level int, spans []relay.Span) {
	if d.level == 0 {
		d.add(relay.Block{Type: relay.Heading, Level: level}, spans)
		return
	}
	spans = slices.Clone(spans)
	for i := range spans {
		spans[i].Style |= relay.Bold
	}
	d.add(relay.Block{Level: d.level}, spans)
}

// quotation renders what is in a quotation; one in another is one.
func (d *document) quotation(n *ast.Blockquote) {
	outer := d.quote
	d.quote = true
	d.children(n)
	d.quote = outer
}

// list renders the items of a list.
func (d *document) list(n *ast.List) {
	outer := d.level
	d.level = min(outer+1, maxLevel)
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		d.bullet = &relay.Block{Type: relay.Item, Level: d.level}
		if n.IsOrdered() {
			d.bullet.Number = number
			number++
		}
		if n.IsOrdered() && d.bullet.Number == 0 { // a Block's 0 is a bullet: write it out
			d.bullet.Type = relay.Paragraph
			d.bullet.Spans = []relay.Span{{Text: "0. "}}
		}
		d.children(item)
		d.bullet = nil
	}
	d.level = outer
}

// code renders a code block. A single line that begins an item becomes its
// text, so that the item keeps its number.
func (d *document) code(text string) {
	text = cleanCode(text)
	if d.bullet != nil && !strings.Contains(text, "\n") {
		d.add(relay.Block{}, []relay.Span{{Text: text, Style: relay.Mono}})
		return
	}
	d.bullet = nil
	if isVisible(text) {
		d.blocks = append(d.blocks, relay.Block{
			Type: relay.Code, Level: d.level, Quote: d.quote,
			Spans: []relay.Span{{Text: text}},
		})
	}
}

// cleanCode cleans code: its indentation and empty lines are meant.
func cleanCode(s string) string {
	lines := strings.Split(clean(strings.ReplaceAll(s, "\t", "    ")), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// add adds a block of text, unless there is nothing to see in it. It takes the
// place of the item that waits for its text.
func (d *document) add(b relay.Block, spans []relay.Span) {
	if d.bullet != nil {
		b = *d.bullet
		spans = append(b.Spans, spans...)
	}
	spans = linkify(d.honest(tidy(spans, paragraph)))
	if !isVisible(relay.Plain(spans)) {
		return
	}
	d.bullet = nil
	b.Quote, b.Spans = d.quote, spans
	d.blocks = append(d.blocks, b)
}

// lines returns the text of a block that is not parsed further.
func (d *document) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(d.source))
	}
	return b.String()
}
