package routes

import (
	"fmt"
	"slices"

	"botrelay/relay/wording"

	"github.com/rivo/uniseg"
)

// picture is the rules as boxes, and the ways between them. All lengths are in the
// picture's own units, of which it is Width wide.
type picture struct {
	Name          string // of its layout, by which the style shows the one that fits
	Width, Height int
	Heads         []head
	Boxes         []box
	Lines         []line
	Left          int // routes that it has no room for

	layout
}

// head stands above boxes of a sort.
type head struct {
	X, Y int
	Text string
}

// box is a source, a route or a sink.
type box struct {
	ID         string // unique in the picture
	Class      string // what it is: source, route, sink
	X, Y, W, H int
	Name, Note string // cut to the box's width; Note is empty where there is no room
	Count      string // empty: nothing came
	Whole      string // all that is to be said of it
	Link       string // where it leads: from the root, or on this page

	beside bool // the note stands beside the name
}

// Href returns the link as a page at the root has it.
func (b box) Href(root string) string {
	if b.Link[0] == '#' {
		return b.Link
	}
	return root + b.Link
}

// NameY is where a box's name stands.
func (b box) NameY() int {
	if b.H < tall {
		return b.Y + b.H/2 + 5
	}
	return b.Y + 22
}

// NoteY is where the second line stands.
func (b box) NoteY() int { return b.Y + 40 }

// TextX is where a box's lines begin.
func (b box) TextX() int { return b.X + 14 }

// Right is where a box's count ends.
func (b box) Right() int { return b.X + b.W - 12 }

const maxRoutes = 80 // that a picture shows

// IDs of the boxes that are no source's, route's or sink's of the file.
const (
	otherwiseID = "r-0"
	nowhereID   = "t"
)

// draw draws the rules, once for each layout.
func draw(v view) []picture {
	rules, left := v.Routes, 0
	if len(rules) > maxRoutes {
		left, rules = len(rules)-maxRoutes, rules[:maxRoutes]
	}
	var all []picture
	for _, l := range layouts() {
		p := picture{Name: l.name, Width: l.width, Left: left, layout: l}
		sources, routes, sinks := v.sourceBoxes(), v.routeBoxes(rules), v.sinkBoxes(rules)
		p.place(sources, routes, sinks)
		p.connect(v, rules)
		all = append(all, p)
	}
	return all
}

func (v view) sourceBoxes() (all []box) {
	for _, s := range v.Sources {
		all = append(all, box{
			ID: "s-" + s.Name, Class: "source", Name: s.Name, Note: s.Title, Count: counted(s.Events), Link: v.Events("source", s.Name),
			Whole: fmt.Sprintf("Source %s (%s): %s", s.Name, s.Title, wording.Count(s.Events, "event")),
		})
	}
	return all
}

func (v view) routeBoxes(rules []routeView) (all []box) {
	for _, r := range rules {
		b := box{ID: routeID(r), Class: "route", Name: r.label(), Note: r.Asks, Count: counted(r.Deliveries), Link: fmt.Sprintf("#route-%d", r.Number), Whole: r.whole()}
		if r.Never != "" {
			b.Class += " never"
		}
		all = append(all, b)
	}
	rest := box{ID: otherwiseID, Class: "route default", Name: "otherwise", Note: "what no route took", Link: "#route-0", Whole: "Otherwise: what no route took is kept, and sent nowhere"}
	if d := v.Default; d != nil {
		rest.Count, rest.Whole = counted(d.Deliveries), d.whole()
	}
	return append(all, rest)
}

// sinkBoxes returns them in such an order that the ways from the routes cross less.
func (v view) sinkBoxes(rules []routeView) (all []box) {
	heights := make(map[string]float64) // of the routes that lead there, on average
	for _, s := range v.Sinks {
		sum, n := 0, 0
		for i, r := range rules {
			if slices.Contains(r.To, s.Name) {
				sum, n = sum+i, n+1
			}
		}
		heights["t-"+s.Name] = float64(len(rules))
		if n > 0 {
			heights["t-"+s.Name] = float64(sum) / float64(n)
		}
		all = append(all, box{
			ID: "t-" + s.Name, Class: "sink", Name: s.Name, Note: s.Title, Count: counted(s.Deliveries), Link: v.Events("sink", s.Name),
			Whole: fmt.Sprintf("Sink %s (%s): %s", s.Name, s.Title, wording.Count(s.Deliveries, "delivery")),
		})
	}
	slices.SortStableFunc(all, func(a, b box) int { return int(1000 * (heights[a.ID] - heights[b.ID])) })
	if v.Default != nil && v.Unrouted == 0 {
		return all
	}
	return append(all, box{
		ID: nowhereID, Class: "sink default", Name: "nowhere", Note: "kept until it is pruned", Count: counted(v.Unrouted), Link: v.Events("status", "unrouted"),
		Whole: fmt.Sprintf("Nowhere: no route took %s", wording.Count(v.Unrouted, "event")),
	})
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
	text := fmt.Sprintf("Route %d, %s, takes %s", r.Number, r.Title(), r.Asks)
	if r.Number == 0 {
		text = "Otherwise: what no route took"
	}
	text += fmt.Sprintf(" → %s: %s", series(r.To), wording.Count(r.Deliveries, "delivery"))
	if r.Final {
		text += "; later routes do not see what it takes"
	}
	if r.Never != "" {
		text += "; " + r.Never
	}
	return text
}

func routeID(r routeView) string { return fmt.Sprintf("r-%d", r.Number) }

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
