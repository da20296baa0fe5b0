package main

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/render"
)

const (
	leastWhere   = 19 // columns that the first sink gets in any case
	widestName   = 24 // columns of a contact's name
	widestSource = 16
	longestWhy   = 160 // runes of the reason of a dead letter
)

// eventList writes events as lines of columns.
type eventList struct {
	screen
	now    time.Time
	rows   []eventRow
	widths [5]int // of the columns before where, as wide as any so far
	headed bool
}

// eventRow is one line: the columns before where, and where.
type eventRow struct {
	cells [5]string // ID, time, source, kind, who
	stops []stop
	none  string // why there are no stops
}

// add adds an event. Of very many, lines are written as they come.
func (l *eventList) add(r queue.Record) error {
	e := &r.Event
	l.rows = append(l.rows, eventRow{
		cells: [5]string{
			shortID(e.ID),
			moment(e.ReceivedAt, l.now),
			crop(render.Line(e.Source, maxWho), widestSource),
			string(e.Kind),
			crop(who(e), widestName),
		},
		stops: stops(r.Deliveries),
		none:  nowhere(e.Kind),
	})
	if len(l.rows) == pageSize {
		return l.flush()
	}
	return nil
}

// flush writes the rows that wait.
func (l *eventList) flush() error {
	head := eventRow{cells: [5]string{"ID", "TIME", "SOURCE", "KIND", "WHO"}}
	rows := l.rows
	if !l.headed && len(rows) > 0 {
		rows = append([]eventRow{head}, rows...)
	}
	for _, row := range rows {
		for i, cell := range row.cells {
			l.widths[i] = max(l.widths[i], columns(cell))
		}
	}
	l.squeeze()
	for _, row := range rows {
		if err := l.line(row, !l.headed); err != nil {
			return err
		}
		l.headed = true
	}
	l.rows = nil
	return nil
}

// squeeze narrows the name and the source where a terminal would else have no
// room for where an event went.
func (l *eventList) squeeze() {
	if l.width == 0 {
		return
	}
	lacking := leastWhere + len("  +99") - l.width
	for _, w := range l.widths {
		lacking += w + 2
	}
	for _, narrow := range []struct{ column, least int }{{4, 10}, {2, 8}, {4, 6}} {
		less := max(0, min(lacking, l.widths[narrow.column]-narrow.least))
		l.widths[narrow.column] -= less
		lacking -= less
	}
}

// line writes one row; the first one is the heads of the columns.
func (l *eventList) line(row eventRow, isHead bool) error {
	var b strings.Builder
	used := 0
	for i, cell := range row.cells {
		text := pad(crop(cell, l.widths[i]), l.widths[i])
		used += columns(text) + 2
		switch {
		case isHead:
			text = l.paint(faint, text)
		case i == 0:
			text = l.paint(yellow, text)
		}
		b.WriteString(text + "  ")
	}
	if isHead {
		b.WriteString(l.paint(faint, "WHERE"))
	} else {
		b.WriteString(l.where(row, used))
	}
	_, err := fmt.Fprintln(l, b.String())
	return err
}

// where says where an event went, in what is left of the line.
func (l *eventList) where(row eventRow, used int) string {
	stops := row.stops
	if len(stops) == 0 {
		return l.paint(faint, "– "+row.none)
	}
	parts := make([]string, 0, len(stops))
	for i, s := range stops {
		text, room := s.String(), l.width-used
		if i < len(stops)-1 {
			room -= len("  +99")
		}
		if l.width > 0 && columns(text) > room {
			if i == 0 || room >= leastWhere {
				parts = append(parts, l.paint(s.tint(), crop(text, max(room, leastWhere))))
				i++
			}
			if i < len(stops) {
				parts = append(parts, fmt.Sprintf("+%d", len(stops)-i))
			}
			break
		}
		used += columns(text) + 2
		parts = append(parts, l.paint(s.tint(), text))
	}
	return strings.Join(parts, "  ")
}

// nowhere says why an event of a kind goes to no sink. The relay's own notices
// go by no route.
func nowhere(k relay.Kind) string {
	if k == relay.Notice {
		return "nobody to tell"
	}
	return "no route"
}

// stop is a sink that an event goes to.
type stop struct {
	sink   string
	state  queue.State
	reason string
}

// stops returns where an event went: what has become of it at each sink, by the
// last delivery there. What was replayed is told by what took its place.
func stops(deliveries []queue.DeliveryRecord) []stop {
	var all []stop
	at := make(map[string]int)
	for _, d := range deliveries {
		if d.State == queue.Replayed {
			continue
		}
		s := stop{d.Sink, d.State, render.Line(d.Reason, longestWhy)}
		if i, again := at[d.Sink]; again {
			all[i] = s
			continue
		}
		at[d.Sink] = len(all)
		all = append(all, s)
	}
	return all
}

// sign is the state of a delivery at a glance.
func sign(s queue.State) string {
	switch s {
	case queue.Sent:
		return "✓"
	case queue.Dead:
		return "✗"
	case queue.Replayed:
		return "↻"
	case queue.Pending:
	}
	return "…"
}

func (s stop) String() string {
	text := sign(s.state) + " " + s.sink
	if s.state != queue.Sent {
		text += " " + string(s.state)
	}
	if s.state == queue.Dead && s.reason != "" {
		text += ": " + s.reason
	}
	return text
}

func (s stop) tint() tint { return stateTint(s.state) }

func stateTint(s queue.State) tint {
	switch s {
	case queue.Sent:
		return green
	case queue.Dead:
		return red
	case queue.Pending:
		return yellow
	case queue.Replayed:
	}
	return faint
}
