package sandbox

import (
	"io"
	"slices"
	"strconv"
	"strings"
)

// Terminal is where a message is written for people to read.
type Terminal struct {
	Width int  // in columns; 0 means 80
	Color bool // it knows styles and colours (ECMA-48) and links (OSC 8); without it the text is plain
}

// leastWidth is how narrow a text gets, whatever stands beside it.
const leastWidth = 12

// WriteText writes m the way its app lays it out, in lines of at most t.Width
// columns. It is made of the same tree as the page. No control character of a
// message reaches w, and no line but the message's own.
func (m Message) WriteText(w io.Writer, t Terminal) error {
	if t.Width <= 0 {
		t.Width = 80
	}
	lines := t.lines(m.view, max(t.Width, leastWidth), look{})
	for len(lines) > 0 && lines[0].blank() {
		lines = lines[1:]
	}
	var b strings.Builder
	gap := 0 // empty lines that are owed: none at the end
	for _, l := range lines {
		if l.blank() {
			gap++
			continue
		}
		b.WriteString(strings.Repeat("\n", gap))
		gap = 0
		t.write(&b, l)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lines lays nodes out one below the other, and text between them as it flows.
func (t Terminal) lines(nodes []node, width int, in look) []row {
	var out []row
	var flow []run
	flush := func() {
		if len(flow) > 0 {
			last := &flow[len(flow)-1]
			last.text = strings.TrimSuffix(last.text, "\n") // a line ends before a block anyway
			out = append(out, wrap(flow, width)...)
			flow = nil
		}
	}
	for _, n := range nodes {
		if !n.block() {
			flow = append(flow, t.flow(n, in)...)
			continue
		}
		flush()
		out = append(out, t.block(n, width, in)...)
	}
	flush()
	return out
}

// block lays out what starts on a line of its own.
func (t Terminal) block(n node, width int, in look) []row {
	switch n.tag {
	case "hr":
		return []row{{{strings.Repeat("─", width), look{dim: true}}}}
	case "h1", "h2", "h3", "h4", "h5", "h6":
		in.bold = true
	case "blockquote":
		return beside(run{"│ ", look{dim: true}}, t.lines(n.kids, inside(width), in))
	case "pre":
		in.code, in.literal = true, true
		return beside(run{"  ", look{}}, t.lines(n.kids, inside(width), in))
	case "ul", "ol":
		return t.list(n, width, in)
	}
	return t.div(n, width, in)
}

// div lays out a block by its class.
func (t Terminal) div(n node, width int, in look) []row {
	switch n.class {
	case "embed", "attachment":
		stripe := run{"▌ ", look{}}
		var kids []node
		for _, kid := range n.kids {
			if kid.tag == "bar" {
				stripe.look.color = kid.color + 1
				continue
			}
			kids = append(kids, kid)
		}
		return beside(stripe, t.lines(kids, inside(width), in))
	case "inside":
		return t.spaced(n.kids, width, in)
	case "fields":
		return t.grid(n.kids, width, in)
	case "title", "author", "name":
		in.bold = true
	case "small", "footer":
		in.dim = true
	case "context":
		in.dim = true
		return t.lines(between(n.kids, "  "), width, in)
	case "actions":
		return t.lines(between(n.kids, "  "), width, in)
	}
	return t.lines(n.kids, width, in)
}

// spaced lays out the parts of a card, with an empty line around its fields and
// before its small print.
func (t Terminal) spaced(kids []node, width int, in look) []row {
	var out []row
	for i, kid := range kids {
		if i > 0 && (kid.class == "fields" || kid.class == "footer" || kids[i-1].class == "fields") {
			out = append(out, nil)
		}
		out = append(out, t.lines([]node{kid}, width, in)...)
	}
	return out
}

// between puts a text between nodes that the page sets apart.
func between(nodes []node, gap string) []node {
	var out []node
	for i, n := range nodes {
		if i > 0 {
			out = append(out, text(gap))
		}
		out = append(out, n)
	}
	return out
}

// list lays out items behind bullets or numbers.
func (t Terminal) list(n node, width int, in look) []row {
	depth, _ := strconv.Atoi(strings.TrimPrefix(n.class, "indent"))
	margin := strings.Repeat("  ", min(depth, max(0, width-leastWidth)/2))
	number := max(n.start, 1)
	var out []row
	for _, item := range n.kids {
		mark := "• "
		if n.tag == "ol" {
			mark = strconv.Itoa(number) + ". "
			number++
		}
		mark = margin + mark
		lines := t.lines(item.kids, max(width-columns(mark), leastWidth), in)
		out = append(out, beside(run{mark, look{}}, lines[:min(1, len(lines))])...)
		out = append(out, beside(run{strings.Repeat(" ", columns(mark)), look{}}, lines[min(1, len(lines)):])...)
	}
	return out
}

// grid lays fields out side by side, as many as the platform does.
func (t Terminal) grid(fields []node, width int, in look) []row {
	const gap = 2
	var out []row
	for i := 0; i < len(fields); {
		n := perRow(fields[i].class)
		column := (width - gap*(n-1)) / n
		if column < leastWidth {
			n, column = 1, width
		}
		cells := make([][]row, 0, n)
		for _, f := range fields[i:min(i+n, len(fields))] {
			cells = append(cells, t.lines(f.kids, column, in))
		}
		if i > 0 && len(cells[0]) > 1 { // a name above a value: keep the rows apart
			out = append(out, nil)
		}
		out = append(out, abreast(cells, column+gap)...)
		i += n
	}
	return out
}

// perRow is how many fields of a class stand in a row.
func perRow(class string) int {
	if n, err := strconv.Atoi(strings.TrimPrefix(class, "field of")); err == nil && n > 0 {
		return n
	}
	return 2 // Slack's
}

// abreast puts columns of lines beside each other.
func abreast(cells [][]row, column int) []row {
	height := 0
	for _, lines := range cells {
		height = max(height, len(lines))
	}
	out := make([]row, height)
	for i := range out {
		for j, lines := range cells {
			if i >= len(lines) {
				continue
			}
			if missing := j*column - out[i].columns(); missing > 0 {
				out[i] = append(out[i], run{text: strings.Repeat(" ", missing)})
			}
			out[i] = append(out[i], lines[i]...)
		}
	}
	return out
}

// inside is the width that a bar leaves.
func inside(width int) int { return max(width-2, leastWidth) }

// beside puts a mark in front of lines.
func beside(mark run, lines []row) []row {
	out := make([]row, len(lines))
	for i, l := range lines {
		out[i] = slices.Concat(row{mark}, l)
	}
	return out
}

// flow returns the runs of what stands within a line.
func (t Terminal) flow(n node, in look) []run {
	switch n.tag {
	case "", "time":
		return []run{{clean(n.words()), in}}
	case "strong":
		in.bold = true
	case "em":
		in.italic = true
	case "u":
		in.underline = true
	case "s":
		return t.marked("~", n.kids, in, func(l *look) { l.strike = true })
	case "code":
		return t.marked("`", n.kids, in, func(l *look) { l.code = true })
	case "a":
		return t.linked(n, in)
	}
	switch n.class {
	case "deadlink":
		in.strike = true
	case "spoiler":
		in.reverse = true
	case "mention":
		in.bold = true
	case "button", "key":
		return slices.Concat([]run{{"[ ", in}}, t.flows(n.kids, in), []run{{" ]", in}})
	}
	return t.flows(n.kids, in)
}

func (t Terminal) flows(nodes []node, in look) []run {
	var out []run
	for _, n := range nodes {
		out = append(out, t.flow(n, in)...)
	}
	return out
}

// marked shows a style, or, where there are none, a mark on either side.
func (t Terminal) marked(mark string, kids []node, in look, set func(*look)) []run {
	if t.Color || in.literal {
		set(&in)
		return t.flows(kids, in)
	}
	return slices.Concat([]run{{mark, in}}, t.flows(kids, in), []run{{mark, in}})
}

// linked shows a link; where it cannot be followed, with its address unless that
// is what it says.
func (t Terminal) linked(n node, in look) []run {
	if t.Color {
		in.link, in.underline = n.href, true
		return t.flows(n.kids, in)
	}
	runs := t.flows(n.kids, in)
	if bareAddress(plain(n)) != bareAddress(n.href) {
		runs = append(runs, run{" (" + clean(n.href) + ")", in})
	}
	return runs
}

// bareAddress is an address without what nobody says of it.
func bareAddress(s string) string {
	s = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(strings.ToLower(s))
	for _, scheme := range []string{"mailto:", "tel:", "https://", "http://"} {
		s = strings.TrimPrefix(s, scheme)
	}
	return strings.TrimSuffix(s, "/")
}
