package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// where says where an event went, in so many columns if the screen has a width.
// Reasons are cut first, then the words that repeat what the signs say, and then
// sinks are left out, those with the worst state last.
func (l *eventList) where(stops []wording.Stop, room int) string {
	if len(stops) == 0 {
		return l.paint(faint, "– no route")
	}
	if l.width == 0 {
		return l.joined(stops, tellings(stops, wording.Stop.Full))
	}
	if texts := tellings(stops, wording.Stop.Full); shorten(stops, texts, room) {
		return l.joined(stops, texts)
	}
	if texts := tellings(stops, wording.Stop.Glance); width(texts) <= room {
		return l.joined(stops, texts)
	}
	return l.worst(stops, room)
}

// leastReason is how many columns of a reason are worth showing.
const leastReason = 10

// tellings returns what is said of each stop.
func tellings(stops []wording.Stop, say func(wording.Stop) string) []string {
	texts := make([]string, len(stops))
	for i, s := range stops {
		texts[i] = say(s)
	}
	return texts
}

// width returns how many columns texts take side by side.
func width(texts []string) int {
	sum := gap * (len(texts) - 1)
	for _, text := range texts {
		sum += columns(text)
	}
	return sum
}

// shorten cuts the reasons in texts, which tell all of stops, the last ones
// first, until they fit into so many columns, and reports whether they do.
func shorten(stops []wording.Stop, texts []string, room int) bool {
	for i := len(stops) - 1; i >= 0; i-- {
		least := stops[i].Brief()
		over := width(texts) - room
		switch to := columns(texts[i]) - over; {
		case over <= 0:
			return true
		case to >= columns(least)+leastReason:
			texts[i] = crop(texts[i], to)
		default:
			texts[i] = least
		}
	}
	return width(texts) <= room
}

// worst tells of as many stops as fit into so many columns, the worst first,
// and of the others how many they are.
func (l *eventList) worst(stops []wording.Stop, room int) string {
	stops = slices.Clone(stops)
	slices.SortStableFunc(stops, func(a, b wording.Stop) int { return cmp.Compare(badness(b.State), badness(a.State)) })
	const rest = len("  +99")
	var texts []string
	for i, s := range stops {
		text, left := s.Glance(), room
		if i < len(stops)-1 {
			left -= rest
		}
		if columns(text) > left && i > 0 {
			break
		}
		texts = append(texts, crop(text, max(left, leastWhere-rest)))
		room -= columns(text) + gap
	}
	text := l.joined(stops, texts)
	if more := len(stops) - len(texts); more > 0 {
		text += fmt.Sprintf("  +%d", more)
	}
	return text
}

// joined paints the texts of the first stops and puts them side by side.
func (l *eventList) joined(stops []wording.Stop, texts []string) string {
	painted := make([]string, len(texts))
	for i, text := range texts {
		painted[i] = l.paint(stateTint(stops[i].State), text)
	}
	return strings.Join(painted, strings.Repeat(" ", gap))
}

// badness orders states by how much they want to be seen.
func badness(s queue.State) int {
	switch s {
	case queue.Dead:
		return 2
	case queue.Pending:
		return 1
	case queue.Sent, queue.Replayed, queue.Discarded:
	}
	return 0
}

func stateTint(s queue.State) tint {
	switch s {
	case queue.Sent:
		return green
	case queue.Dead:
		return red
	case queue.Pending:
		return yellow
	case queue.Replayed, queue.Discarded:
	}
	return faint
}
