package routes

import (
	"fmt"
	"math"
	"slices"

	"botrelay/relay/wording"
)

// layout is where boxes stand: in three columns, or for a phone one below the other,
// with the ways at their right.
type layout struct {
	name                string
	width               int
	source, route, sink int  // widths of boxes
	stacked             bool // all in one column
}

func layouts() []layout {
	return []layout{
		{name: "wide", width: 1160, source: 220, route: 420, sink: 220},
		{name: "medium", width: 740, source: 164, route: 290, sink: 164},
		{name: "narrow", width: 340, source: 268, route: 268, sink: 268, stacked: true},
	}
}

const (
	tall        = 52 // height of a box with two lines
	low         = 32 // and of one of many, with one
	manyBoxes   = 16 // in a column: they are low
	edge        = 4  // free at each side
	headHeight  = 26
	letter      = 7.6 // about the width of a letter of a box's name
	smallLetter = 6.4 // and of its note
	maxLines    = 600 // of ways that nothing went; with more only those are drawn that something did
)

// place puts the boxes where they stand.
func (p *picture) place(sources, routes, sinks []box) {
	height, gap := tall, 14
	if len(routes) > manyBoxes || len(sources) > manyBoxes || len(sinks) > manyBoxes {
		height, gap = low, 8
	}
	columns := []struct {
		head  string
		x, w  int
		boxes []box
	}{
		{"Sources", edge, p.source, sources},
		{"Routes, in their order", (p.Width - p.route) / 2, p.route, routes},
		{"Sinks", p.Width - p.sink - edge, p.sink, sinks},
	}
	span := func(n int) int { return n*(height+gap) - gap }
	all := span(max(len(sources), len(routes), len(sinks), 1))
	p.Height = headHeight + all + 2*edge
	top := edge
	for _, c := range columns {
		if p.stacked {
			c.x = edge
		}
		p.Heads = append(p.Heads, head{c.x + 2, top + 14, c.head})
		// A short column is spread, so that its boxes are near to what they belong to.
		step := float64(height + gap)
		first := float64(top + headHeight)
		if n := len(c.boxes); n > 0 && !p.stacked {
			step = float64(all+gap) / float64(n)
			first += (step - float64(height+gap)) / 2
		}
		for i, b := range c.boxes {
			b.X, b.Y, b.W, b.H = c.x, int(first+float64(i)*step), c.w, height
			p.Boxes = append(p.Boxes, b.fitted())
		}
		if p.stacked {
			top += headHeight + span(len(c.boxes)) + 2*gap
			p.Height = top
		}
	}
}

// fitted cuts a box's texts to its width.
func (b box) fitted() box {
	room := float64(b.W - 28)
	if b.Count != "" {
		room -= letter*float64(len(b.Count)) + 10
	}
	name := b.Name
	b.Name = cut(name, room/letter)
	if b.H < tall {
		room -= letter * float64(len([]rune(name)))
		if b.Note = cut(b.Note, room/smallLetter-2); room < 80 {
			b.Note = ""
		}
		b.beside = true
		return b
	}
	b.Note = cut(b.Note, float64(b.W-28)/smallLetter)
	return b
}

// Beside reports whether the note stands beside the name.
func (b box) Beside() bool { return b.beside }

// line is a way between two boxes.
type line struct {
	From, To string // IDs of boxes
	Path     string
	Wide     string // its width; 1.0 of one that nothing went
	Used     bool
	Whole    string
}

// connect draws the ways: those that something went, and those that something may go.
func (p *picture) connect(v view, rules []routeView) {
	if v.Default != nil {
		rules = append(slices.Clip(rules), *v.Default)
	}
	in, out := v.ways()
	unused := 0
	for _, r := range rules {
		unused += len(r.from)
	}
	boxes := make(map[string]*box, len(p.Boxes))
	for i := range p.Boxes {
		boxes[p.Boxes[i].ID] = &p.Boxes[i]
	}
	draw := func(way [2]string, n int, always bool) {
		if a, b := boxes[way[0]], boxes[way[1]]; a != nil && b != nil && (n > 0 || always) {
			p.Lines = append(p.Lines, p.line(*a, *b, n))
		}
	}
	for _, r := range rules {
		for _, s := range r.from {
			way := [2]string{"s-" + s, routeID(r)}
			draw(way, in[way], unused <= maxLines)
		}
		for _, s := range r.To {
			way := [2]string{routeID(r), "t-" + s}
			draw(way, out[way], true)
		}
	}
	for _, s := range v.Sources { // what nobody got
		way := [2]string{"s-" + s.Name, otherwiseID}
		if v.Default == nil {
			draw(way, in[way], false)
		}
	}
	way := [2]string{otherwiseID, nowhereID}
	draw(way, out[way], v.Default == nil)
}

// ways returns how much went between boxes: into routes, and out of them.
func (v view) ways() (in, out map[[2]string]int) {
	in, out = make(map[[2]string]int), make(map[[2]string]int)
	for _, w := range v.Ways {
		id, sink := otherwiseID, nowhereID
		if w.Route != "" {
			r := v.route(w.Route)
			if r == nil || v.sink(w.Sink) == nil {
				continue
			}
			id, sink = routeID(*r), "t-"+w.Sink
		}
		in[[2]string{"s-" + w.Source, id}] += w.Events
		out[[2]string{id, sink}] += w.Events
	}
	return in, out
}

// line draws one way, which n deliveries went.
func (p *picture) line(a, b box, n int) line {
	wide := 1.0
	if n > 0 {
		wide = 1.5 + min(7, math.Log10(float64(n))*1.8)
	}
	return line{
		From: a.ID, To: b.ID, Used: n > 0, Wide: fmt.Sprintf("%.1f", wide), Path: p.path(a, b),
		Whole: fmt.Sprintf("%s → %s: %s", a.Name, b.Name, wording.Count(n, "delivery")),
	}
}

// path leads from a box's right to the other's left; where they are stacked, from right
// to right.
func (p *picture) path(a, b box) string {
	x1, y1, x2, y2 := a.X+a.W, a.Y+a.H/2, b.X, b.Y+b.H/2
	middle := (x1 + x2) / 2
	if p.stacked {
		x2 = b.X + b.W
		room := float64(p.Width-x1-edge) * 4 / 3 // a curve goes three quarters of the way to where it is drawn
		middle = x1 + int(room*min(1, .25+float64(y2-y1)/float64(p.Height)))
	}
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2)
}
