package main

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

const (
	gap          = 2  // columns between two cells, and between two sinks
	leastWhere   = 20 // columns for where an event went, in any case
	mostWhere    = 40 // for which names and sources are cut shorter
	widestName   = 24 // columns of a contact's name on a terminal
	widestSource = 16
	maxRows      = 100 // lines that are held back, to be as wide as each other
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
	stops []wording.Stop
}

// add adds an event. Of very many, lines are written as they come. Where no
// terminal sets a width names are whole, so that they can be searched for.
func (l *eventList) add(r queue.Record) error {
	e, name := &r.Event, wording.Who(&r.Event)
	if l.width > 0 {
		name = crop(name, widestName)
	}
	l.rows = append(l.rows, eventRow{
		cells: [5]string{
			wording.ShortID(e.ID),
			wording.Moment(e.ReceivedAt, l.now),
			crop(wording.Line(e.Source), widestSource),
			string(e.Kind),
			name,
		},
		stops: wording.Stops(&r),
	})
	if len(l.rows) == maxRows {
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
	l.squeeze(rows)
	for _, row := range rows {
		if err := l.line(row, !l.headed); err != nil {
			return err
		}
		l.headed = true
	}
	l.rows = nil
	return nil
}

// squeeze narrows the columns of the name and the source if a terminal has too
// little room for where an event went.
func (l *eventList) squeeze(rows []eventRow) {
	if l.width == 0 {
		return
	}
	where := leastWhere
	for _, row := range rows {
		where = max(where, min(width(tellings(row.stops, wording.Stop.Brief)), mostWhere))
	}
	l.narrow(where, 4, 10)
	l.narrow(where, 2, 8)
	l.narrow(leastWhere, 4, 6)
}

// narrow makes a column narrower, down to least, until there is so much room for
// where an event went.
func (l *eventList) narrow(where, column, least int) {
	lacking := where - l.width
	for _, w := range l.widths {
		lacking += w + gap
	}
	l.widths[column] -= max(0, min(lacking, l.widths[column]-least))
}

// line writes one row; the first one is the heads of the columns.
func (l *eventList) line(row eventRow, isHead bool) error {
	var b strings.Builder
	used := 0
	for i, cell := range row.cells {
		text := pad(crop(cell, l.widths[i]), l.widths[i])
		used += columns(text) + gap
		switch {
		case isHead:
			text = l.paint(faint, text)
		case i == 0:
			text = l.paint(yellow, text)
		}
		b.WriteString(text + strings.Repeat(" ", gap))
	}
	if isHead {
		b.WriteString(l.paint(faint, "WHERE"))
	} else {
		b.WriteString(l.where(row.stops, max(0, l.width-used)))
	}
	_, err := fmt.Fprintln(l, b.String())
	return err
}
