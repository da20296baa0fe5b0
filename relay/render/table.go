package render

import (
	"slices"
	"strings"

	"botrelay/relay"

	"github.com/rivo/uniseg"
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

const (
	// maxTableWidth is how wide a table may be, in columns of fixed-width type,
	// to fit a phone without wrapping.
	maxTableWidth = 44
	// maxHeader is how much of a column's name is said again for each row, in
	// runes.
	maxHeader = 40
)

// cells is a table's content, row by row; the first row is the header. All
// rows have as many cells as there are columns.
type cells [][][]relay.Span

// table renders a table: aligned by spaces if it is narrow and only text, else
// as a list of its rows.
func (d *document) table(n *extast.Table) {
	var rows cells
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		rows = append(rows, d.row(row, len(n.Alignments)))
	}
	widths, ok := rows.widths()
	switch {
	case len(rows) < 2:
		d.headerOnly(rows)
	case ok:
		d.bullet = nil
		d.code(rows.aligned(widths, n.Alignments))
	default:
		d.rowItems(rows)
	}
}

// row returns the cells of a row, each of one line.
func (d *document) row(n ast.Node, columns int) [][]relay.Span {
	row := make([][]relay.Span, 0, columns)
	for c := n.FirstChild(); c != nil && len(row) < columns; c = c.NextSibling() {
		row = append(row, tidy(d.inline(c), oneLine))
	}
	for len(row) < columns {
		row = append(row, nil)
	}
	return row
}

// widths returns the width of each column, and whether the table can be shown
// in fixed-width type, where nothing can be clicked: it fits, and there is no link
// or address in it.
func (rows cells) widths() ([]int, bool) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			if hasLink(linkify(cell)) || hasAddress(relay.Plain(cell)) {
				return nil, false
			}
			widths[i] = max(widths[i], uniseg.StringWidth(relay.Plain(cell)))
		}
	}
	total := 2 * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	return widths, total <= maxTableWidth
}

func hasLink(spans []relay.Span) bool {
	return slices.ContainsFunc(spans, func(s relay.Span) bool { return s.Link != "" })
}

// hasAddress reports whether an app would make a link of a word in text.
func hasAddress(text string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(text, endsAddress), func(w string) bool {
		w = strings.Trim(w, ".:-_~?&=+")
		return readsLikeAddress(w) && (strings.ContainsAny(w, "@/") || strings.HasPrefix(strings.ToLower(w), "www."))
	})
}

// aligned returns the table in fixed-width type.
func (rows cells) aligned(widths []int, alignments []extast.Alignment) string {
	var b strings.Builder
	for i, row := range rows {
		for j, cell := range row {
			b.WriteString(pad(relay.Plain(cell), widths[j], alignments[j]))
			b.WriteString("  ")
		}
		b.WriteByte('\n')
		if i > 0 {
			continue
		}
		for _, w := range widths {
			b.WriteString(strings.Repeat("-", w) + "  ")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// pad fills s with spaces to width columns.
func pad(s string, width int, alignment extast.Alignment) string {
	space := max(0, width-uniseg.StringWidth(s))
	left := 0
	switch alignment {
	case extast.AlignRight:
		left = space
	case extast.AlignCenter:
		left = space / 2
	case extast.AlignLeft, extast.AlignNone:
	}
	return strings.Repeat(" ", left) + s + strings.Repeat(" ", space-left)
}

// headerOnly renders a table without rows.
func (d *document) headerOnly(rows cells) {
	var spans []relay.Span
	for _, cell := range rows[0] {
		if len(spans) > 0 && len(cell) > 0 {
			spans = append(spans, relay.Span{Text: " · "})
		}
		spans = append(spans, cell...)
	}
	d.add(relay.Block{Level: d.level}, spans)
}

// rowItems renders each row as an item: its first cell, then a line for each
// other one that has something in it, with the name of its column. The name of
// the first column stands above them all.
func (d *document) rowItems(rows cells) {
	d.bullet = nil
	d.above(labelLevel, rows[0][0])
	for _, row := range rows[1:] {
		var spans []relay.Span
		for i, cell := range row {
			spans = append(spans, columnName(rows[0][i], i, len(cell))...)
			for _, s := range cell {
				if i == 0 {
					s.Style |= relay.Bold
				}
				spans = append(spans, s)
			}
		}
		d.add(relay.Block{Type: relay.Item, Level: min(d.level+1, maxLevel)}, spans)
	}
}

// columnName returns what stands before the cell of column i.
func columnName(header []relay.Span, i, cell int) []relay.Span {
	name := cut(relay.Plain(header), maxHeader)
	if i == 0 || cell == 0 {
		return nil
	}
	if name == "" {
		return []relay.Span{{Text: "\n"}}
	}
	return []relay.Span{{Text: "\n" + name + ": "}}
}
