package routes

import (
	"fmt"
	"math"
	"slices"

	"botrelay/relay/wording"

	"github.com/rivo/uniseg"
)

// picture is the rules as three columns of boxes, and the ways between them. All
// lengths are in the picture's own units, of which it is width wide.
type picture struct {
	Width, Height int
	Boxes         []box
	Lines         []line
	Left          int // routes that it has no room for
}

// box is a source, a route or a sink.
type box struct {
	ID         string // unique in the picture
	Class      string // what it is: source, route, sink
	X, Y, W, H int
	Name, Note string // cut to the box's width
	Count      string // empty: nothing came
	Whole      string // all that is to be said of it
}

// line is a way between two boxes.
type line struct {
	From, To string // IDs of boxes
	Path     string
	Wide     string // its width; 1.0 of one that nothing went
	Used     bool
	Whole    string
}

const (
	pictureWidth = 1160
	sourceWidth  = 220
	routeWidth   = 420
	sinkWidth    = 220
	boxHeight    = 52
	boxGap       = 14
	edge         = 4   // free at each side
	letter       = 7.4 // about the width of a letter of a box's name
	smallLetter  = 6.3 // and of its note
	maxRoutes    = 40  // that the picture shows
	maxLines     = 600 // of ways that nothing went; with more only those are drawn that something did
)

// draw draws the rules.
func draw(v view) picture {
	p := picture{Width: pictureWidth}
	rules := v.Routes
	if len(rules) > maxRoutes {
		p.Left, rules = len(rules)-maxRoutes, rules[:maxRoutes]
	}
	if v.Default != nil {
		rules = append(slices.Clip(rules), *v.Default)
	}
	tallest := max(len(v.Sources), len(rules), len(v.Sinks), 1)
	p.Height = tallest*(boxHeight+boxGap) - boxGap + 2*edge
	column := func(class string, x, w, n int, fill func(i int, b *box)) {
		top := edge + (p.Height-2*edge-(n*(boxHeight+boxGap)-boxGap))/2
		for i := range n {
			b := box{Class: class, X: x, Y: top + i*(boxHeight+boxGap), W: w, H: boxHeight}
			fill(i, &b)
			b.Name = cut(b.Name, float64(w-70)/letter)
			b.Note = cut(b.Note, float64(w-28)/smallLetter)
			p.Boxes = append(p.Boxes, b)
		}
	}
	column("source", edge, sourceWidth, len(v.Sources), func(i int, b *box) {
		s := v.Sources[i]
		b.ID, b.Name, b.Note, b.Count = "s-"+s.Name, s.Name, s.Vendor, counted(s.Events)
		b.Whole = fmt.Sprintf("source %s (%s): %s", s.Name, s.Vendor, wording.Count(s.Events, "event"))
	})
	column("route", (pictureWidth-routeWidth)/2, routeWidth, len(rules), func(i int, b *box) {
		r := rules[i]
		b.ID, b.Name, b.Note, b.Count = routeID(r), r.label(), r.Asks, counted(r.Deliveries)
		b.Whole = r.whole()
		switch {
		case r.Never != "":
			b.Class += " never"
		case r.Number == 0:
			b.Class += " default"
		}
	})
	column("sink", pictureWidth-sinkWidth-edge, sinkWidth, len(v.Sinks), func(i int, b *box) {
		s := v.Sinks[i]
		b.ID, b.Name, b.Note, b.Count = "t-"+s.Name, s.Name, s.Type, counted(s.Deliveries)
		b.Whole = fmt.Sprintf("sink %s (%s): %s", s.Name, s.Type, wording.Count(s.Deliveries, "delivery"))
	})
	p.connect(v, rules)
	return p
}

// label is how the picture names a route.
func (r routeView) label() string {
	if r.Number == 0 {
		return "otherwise"
	}
	return fmt.Sprintf("%d. %s", r.Number, r.Title())
}

// whole says all of a route.
func (r routeView) whole() string {
	text := fmt.Sprintf("%s: takes %s; %s", r.label(), r.Asks, wording.Count(r.Deliveries, "delivery"))
	if r.Final {
		text += "; later routes do not see what it takes"
	}
	if r.Never != "" {
		text += "; " + r.Never
	}
	return text
}

func routeID(r routeView) string { return fmt.Sprintf("r-%d", r.Number) }

// connect draws the ways: those that something went, and those that something may go.
func (p *picture) connect(v view, rules []routeView) {
	in, out := make(map[[2]string]int), make(map[[2]string]int)
	for _, w := range v.Ways {
		if r := v.route(w.Route); r != nil && w.Route != "" && v.sink(w.Sink) != nil {
			in[[2]string{"s-" + w.Source, routeID(*r)}] += w.Events
			out[[2]string{routeID(*r), "t-" + w.Sink}] += w.Events
		}
	}
	unused := 0
	for _, r := range rules {
		unused += len(r.from)
	}
	for _, r := range rules {
		id := routeID(r)
		from := r.from
		if r.Number == 0 {
			from = nil
			for _, s := range v.Sources {
				from = append(from, s.Name)
			}
		}
		for _, s := range from {
			way := [2]string{"s-" + s, id}
			if n := in[way]; n > 0 || unused <= maxLines {
				p.line(way, in[way])
			}
		}
		for _, s := range r.To {
			way := [2]string{id, "t-" + s}
			p.line(way, out[way])
		}
	}
}

// line draws one way, which n deliveries went.
func (p *picture) line(way [2]string, n int) {
	a, b := p.box(way[0]), p.box(way[1])
	if a == nil || b == nil {
		return
	}
	x1, y1, x2, y2 := a.X+a.W, a.Y+a.H/2, b.X, b.Y+b.H/2
	middle := (x1 + x2) / 2
	wide := 1.0
	if n > 0 {
		wide = 1.5 + min(7, math.Log10(float64(n))*1.8)
	}
	p.Lines = append(p.Lines, line{
		From: a.ID, To: b.ID, Used: n > 0, Wide: fmt.Sprintf("%.1f", wide),
		Path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, x2, y2),
		Whole: fmt.Sprintf("%s → %s: %s", a.Name, b.Name, wording.Count(n, "delivery")),
	})
}

func (p *picture) box(id string) *box {
	for i := range p.Boxes {
		if p.Boxes[i].ID == id {
			return &p.Boxes[i]
		}
	}
	return nil
}

// counted writes a count for a box; nothing is no count.
func counted(n int) string {
	if n == 0 {
		return ""
	}
	return wording.Thousands(n)
}

// cut cuts text to about so many letters of ordinary width.
func cut(text string, letters float64) string {
	if float64(uniseg.StringWidth(text)) <= letters {
		return text
	}
	kept, width := "", 0
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if width += g.Width(); float64(width) > letters-1 {
			break
		}
		kept += g.Str()
	}
	return kept + "…"
}

// NameY and NoteY are where a box's two lines stand, and Right is where its count ends.
func (b box) NameY() int { return b.Y + 22 }

// NoteY is where the second line stands.
func (b box) NoteY() int { return b.Y + 40 }

// TextX is where a box's lines begin.
func (b box) TextX() int { return b.X + 14 }

// Right is where a box's count ends.
func (b box) Right() int { return b.X + b.W - 12 }
