package fit

import (
	"slices"
	"strings"
	"time"

	"botrelay/relay"
)

// separator stands between parts of a line.
const separator = " · "

// How a digest tells times: in the zone that the messages' times have.
const (
	timeOfDay = "15:04"
	shortDay  = "2 Jan"
	fullDay   = "2 Jan 2006"
)

// maxOrigin is how many parts of an origin are told.
const maxOrigin = 5

// period is when the messages of a digest happened. It is zero if none of them
// says so.
type period struct{ first, last time.Time }

func periodOf(drafts []draft) period {
	var p period
	for _, m := range drafts {
		switch {
		case m.time.IsZero():
			continue
		case p.first.IsZero():
			p = period{m.time, m.time}
		case m.time.Before(p.first):
			p.first = m.time
		case m.time.After(p.last):
			p.last = m.time
		}
	}
	p.last = p.last.In(p.first.Location())
	return p
}

func (p period) sameDay() bool { return p.first.Format(fullDay) == p.last.Format(fullDay) }

func (p period) sameMinute() bool {
	return p.sameDay() && p.first.Format(timeOfDay) == p.last.Format(timeOfDay)
}

// text tells the period: "1 Mar 2026, 09:30–09:34 CET".
func (p period) text() string {
	const zone = " MST"
	switch {
	case p.first.IsZero():
		return ""
	case p.sameMinute():
		return p.first.Format(fullDay + ", " + timeOfDay + zone)
	case p.sameDay():
		return p.first.Format(fullDay+", "+timeOfDay) + "–" + p.last.Format(timeOfDay+zone)
	}
	return p.first.Format(shortDay+", "+timeOfDay) + " – " + p.last.Format(fullDay+", "+timeOfDay+zone)
}

// when tells the time of one message, as far as text has not.
func (p period) when(t time.Time) string {
	switch {
	case t.IsZero(), p.sameMinute():
		return ""
	case p.sameDay():
		return t.In(p.first.Location()).Format(timeOfDay)
	}
	return t.In(p.first.Location()).Format(shortDay + " " + timeOfDay)
}

// originOf returns a message's origin, fit to be shown in one line.
func originOf(m relay.Message) []string {
	var parts []string
	for _, part := range m.Origin[:min(len(m.Origin), maxOrigin)] {
		if part = oneLine(literal(cutText(part, maxGlance))); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// origins returns what all messages have in common of where they come from, and
// for each message the rest of it.
func origins(drafts []draft) (common []string, own [][]string) {
	own = make([][]string, len(drafts))
	for _, p := range drafts[0].origin {
		if !slices.ContainsFunc(drafts, func(m draft) bool { return !slices.Contains(m.origin, p) }) {
			common = append(common, p)
		}
	}
	for i, m := range drafts {
		own[i] = slices.DeleteFunc(slices.Clone(m.origin), func(p string) bool { return slices.Contains(common, p) })
	}
	return common, own
}

func join(parts []string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), separator)
}
