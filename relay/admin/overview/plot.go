package overview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// plot is what came in, or went out, over time.
type plot struct {
	From   time.Time `json:"from,omitzero"` // when the first slot begins
	Step   int       `json:"step"`          // how long a slot is, in seconds
	Series []series  `json:"series"`

	Noun  string `json:"-"` // of what is counted: "event"
	Name  string `json:"-"` // what it shows, for who does not see it
	Slots []slot `json:"-"`
	Top   int    `json:"-"` // what the height of the plot means
	Width int    `json:"-"`
}

// series is one of the things that a plot tells apart.
type series struct {
	Name   string `json:"name"`
	Total  int    `json:"total"`
	Counts []int  `json:"counts"` // one for each slot, the oldest first

	Class string `json:"-"` // its colour
	Link  string `json:"-"` // from the root, where they are listed; empty: nowhere
}

// slot is a column of the plot.
type slot struct {
	From, To time.Time
	X        int
	Bars     []bar
	Counts   []int // of each series
	Total    int
	When     string // it was, where the routes file says that the relay is
	Said     string // what was in it
	Label    string // how the axis tells its time; empty: it does not
}

// bar is the part of a column that is one series'.
type bar struct {
	Class string
	Y, H  int
}

const (
	plotHeight = 1000 // in units of the drawing, which is stretched to its place
	slotWidth  = 10
	barWidth   = 8
	leastBar   = 12 // what there is one of is seen
	mostSeries = 6  // the smallest of more are told together
)

// BarX is where the bars of a slot begin.
func (s slot) BarX() int { return s.X + (slotWidth-barWidth)/2 }

// draw returns the plot that is asked for.
func (v *view) draw(c queue.Counts, zone *time.Location) plot {
	over := v.over
	p := plot{From: c.From.UTC(), Step: int(over.step / time.Second), Noun: "event", Series: []series{}}
	switch v.By {
	case byKind:
		p.Name = "Events by kind"
		p.kinds(c)
	case bySource:
		p.Name = "Events by source"
		var names []string
		for _, s := range v.Sources {
			names = append(names, s.Name)
		}
		counts := make(map[string][]int)
		for name, n := range c.Sources {
			if name != notice.Name || slices.Contains(names, name) {
				counts[name] = n
			}
		}
		p.named(counts, names, bySource, c.Slots)
	case bySink:
		p.Name, p.Noun = "Deliveries by sink", "delivery"
		var names []string
		for _, l := range v.Lanes {
			names = append(names, l.Name)
		}
		p.named(c.Sent, names, bySink, c.Slots)
		p.died(c)
	}
	for i := range p.Series {
		s := &p.Series[i]
		s.Total = sum(s.Counts)
		if s.Link != "" {
			s.Link += "&time=" + v.Span
		}
	}
	p.Name += " in " + over.during
	p.fill(c, over, zone)
	return p
}

// kinds adds a series for each kind that there was.
func (p *plot) kinds(c queue.Counts) {
	for _, k := range relay.Kinds() {
		if counts := c.Kinds[k]; counts != nil {
			p.Series = append(p.Series, series{Name: string(k), Counts: counts, Class: "k-" + string(k), Link: "events?kind=" + string(k)})
		}
	}
}

// named adds a series for each of the largest, in the order of the routes file, so
// that each keeps its colour, and one for the others.
func (p *plot) named(counts map[string][]int, order []string, key string, slots int) {
	var names []string
	for name := range counts {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(sum(counts[b])-sum(counts[a]), cmp.Compare(a, b)) })
	var others []string
	if len(names) > mostSeries {
		names, others = names[:mostSeries], names[mostSeries:]
	}
	place := func(name string) int {
		if at := slices.Index(order, name); at >= 0 {
			return at
		}
		return len(order)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(place(a)-place(b), cmp.Compare(a, b)) })
	for i, name := range names {
		p.Series = append(p.Series, series{Name: name, Counts: counts[name], Class: fmt.Sprintf("c-%d", i+1), Link: "events?" + key + "=" + name})
	}
	if len(others) > 0 {
		all := make([]int, slots)
		for _, name := range others {
			add(all, counts[name])
		}
		p.Series = append(p.Series, series{Name: fmt.Sprintf("%d others", len(others)), Counts: all, Class: "c-0"})
	}
}

// died adds a series of what was given up on, wherever.
func (p *plot) died(c queue.Counts) {
	if len(c.Died) == 0 {
		return
	}
	all := make([]int, c.Slots)
	for _, counts := range c.Died {
		add(all, counts)
	}
	p.Series = append(p.Series, series{Name: "given up on", Counts: all, Class: "c-died", Link: "events?status=dead"})
}

func add(to, counts []int) {
	for i, n := range counts {
		to[i] += n
	}
}

// fill makes the columns.
func (p *plot) fill(c queue.Counts, over span, zone *time.Location) {
	most, told := 0, 0
	for i := range c.Slots {
		s := slot{From: c.From.Add(time.Duration(i) * c.Step), X: i * slotWidth}
		s.To = s.From.Add(c.Step)
		for _, of := range p.Series {
			s.Counts = append(s.Counts, of.Counts[i])
			s.Total += of.Counts[i]
		}
		s.When = s.From.In(zone).Format("Mon Jan 2, 15:04") + "–" + s.To.In(zone).Format("15:04 MST")
		s.Said = p.said(s)
		if labelled(s.From.In(zone), over) {
			s.Label = label(i, c.Slots, &told)
		}
		most = max(most, s.Total)
		p.Slots = append(p.Slots, s)
	}
	p.Top, p.Width = top(most), c.Slots*slotWidth
	for i := range p.Slots {
		p.stack(&p.Slots[i])
	}
}

// stack puts a slot's bars upon each other.
func (p *plot) stack(s *slot) {
	y := plotHeight
	for i, n := range s.Counts {
		if n == 0 {
			continue
		}
		h := max(leastBar, n*plotHeight/p.Top)
		y -= h
		s.Bars = append(s.Bars, bar{p.Series[i].Class, max(y, 0), h})
	}
}

// said says what was in a slot.
func (p *plot) said(s slot) string {
	if s.Total == 0 {
		return "nothing"
	}
	text := wording.Count(s.Total, p.Noun)
	var parts []string
	for i, n := range s.Counts {
		if n > 0 {
			parts = append(parts, p.Series[i].Name+" "+wording.Thousands(n))
		}
	}
	return text + ": " + strings.Join(parts, ", ")
}

// Summary says what the plot shows.
func (p plot) Summary() string {
	if len(p.Series) == 0 {
		return p.Name + ": nothing"
	}
	var parts []string
	for _, s := range p.Series {
		parts = append(parts, s.Name+" "+wording.Thousands(s.Total))
	}
	return p.Name + ": " + strings.Join(parts, ", ")
}

// Days reports whether the axis tells days rather than hours.
func (p plot) Days() bool { return p.Step >= 3600 }

// Filled are the slots in which there was something.
func (p plot) Filled() (filled []slot) {
	for _, s := range p.Slots {
		if s.Total > 0 {
			filled = append(filled, s)
		}
	}
	return filled
}

// labelled reports whether the axis tells when a slot begins: it is the first of a
// day, or of some hours or minutes, by the clock on the wall.
func labelled(from time.Time, over span) bool {
	clock := time.Duration(from.Hour())*time.Hour + time.Duration(from.Minute())*time.Minute
	return clock%over.label < over.step
}

// label returns how the axis tells a slot's time, after so many others: as one that a
// narrow screen has room for, or not, and that of one of the last so that it ends there.
func label(at, slots int, told *int) string {
	class := "label"
	if *told++; *told%2 == 0 {
		class += " minor"
	}
	if at*6 >= slots*5 {
		class += " end"
	}
	return class
}

// top returns the least round number, with a round half, that is not below n.
func top(n int) int {
	for unit := 1; ; unit *= 10 {
		for _, t := range []int{2, 4, 6, 8, 10} {
			if t*unit >= n {
				return t * unit
			}
		}
	}
}

// Start and End are when a slot begins and ends, for scripts.
func (s slot) Start() string { return s.From.UTC().Format(time.RFC3339) }

// End is when a slot ends, for scripts.
func (s slot) End() string { return s.To.UTC().Format(time.RFC3339) }
