package wording

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"botrelay/relay/replay"
)

// Left says why an event, or a delivery of it, is left alone by a replay; "" for
// the zero value.
func Left(left replay.Left) string {
	switch left.Why {
	case replay.SinkGone:
		return "routes.toml no longer has the sink " + left.Sinks
	case replay.Waits:
		return "it waits for " + left.Sinks + " already"
	case replay.Unrouted:
		return "no route took it"
	case replay.NoRule:
		return "it is a notice of the relay itself, which no rule is about"
	case replay.Nowhere:
		return "today's rules send it nowhere"
	case replay.Reached:
		return "today's rules send it only where it has arrived or waits already: " + left.Sinks
	case replay.AsItIs:
		return asItIs(left)
	}
	return ""
}

// asItIs says of an event of which nothing is dead how it stands.
func asItIs(left replay.Left) string {
	var parts []string
	if left.Sinks != "" {
		parts = append(parts, "pending: it waits to be sent to "+left.Sinks+" as it is")
	}
	if left.Sent != "" {
		parts = append(parts, "already sent to "+left.Sent)
	}
	return strings.Join(parts, "; ")
}

// Replayed says what a replay did, a sentence each.
func Replayed(r replay.Report) []string {
	lines := []string{"Nothing is owed again."}
	if r.Sum() > 0 {
		lines[0] = Owed(r) + ". The relay sends them in order, behind what waits."
	}
	if r.Passed > 0 {
		lines = append(lines, Passed(r))
	}
	return append(lines, leftAlone(r)...)
}

// Foreseen says what a replay would do, a sentence each.
func Foreseen(r replay.Report) []string {
	lines := []string{"Nothing would be owed again."}
	if r.Sum() > 0 {
		lines[0] = WouldOwe(r) + "."
	}
	return append(lines, leftAlone(r)...)
}

// leftAlone says how many events a replay leaves alone, and why.
func leftAlone(r replay.Report) (lines []string) {
	left := make(map[string]int)
	for why, n := range r.Left {
		left[Left(why)] += n
	}
	for _, why := range slices.Sorted(maps.Keys(left)) {
		lines = append(lines, Count(left[why], "event")+" left alone: "+why+".")
	}
	return lines
}

// Arrived says how far what a replay owed has come: "3 of 3 have arrived.", "2 of 3 have
// arrived, 1 was given up on: channel_not_found.", and of one "It has arrived."; "" if
// nothing was owed.
func Arrived(p replay.Progress) string {
	switch p.Owed {
	case 0:
		return ""
	case 1:
		return arrivedOne(p)
	}
	parts := []string{fmt.Sprintf("%s of %s %s arrived", Thousands(p.Arrived), Thousands(p.Owed), have(p.Arrived, "has", "have"))}
	for _, part := range []struct {
		n         int
		one, more string
	}{
		{p.Waiting, "is on its way", "are on their way"},
		{p.PutAway, "was put away by somebody", "were put away by somebody"},
		{p.Gone, "is no longer kept", "are no longer kept"},
		{p.GivenUp, "was given up on", "were given up on"},
	} {
		if part.n > 0 {
			parts = append(parts, Thousands(part.n)+" "+have(part.n, part.one, part.more))
		}
	}
	text := strings.Join(parts, ", ")
	if p.GivenUp > 0 {
		text += reasonGiven(p.Why)
	}
	return text + "."
}

func arrivedOne(p replay.Progress) string {
	switch {
	case p.Arrived > 0:
		return "It has arrived."
	case p.GivenUp > 0:
		return "It was given up on once more" + reasonGiven(p.Why) + "."
	case p.PutAway > 0:
		return "It was put away by somebody."
	case p.Gone > 0:
		return "It is no longer kept."
	}
	return "It is on its way."
}

// have is how a sentence goes on whose subject is a number.
func have(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// Owed says how many deliveries a replay owes, and to whom: "12 deliveries owed
// again: night 2, sales 10".
func Owed(r replay.Report) string { return Count(r.Sum(), "delivery") + " owed again: " + Shares(r) }

// WouldOwe is Owed of a replay that was not done: "12 deliveries would be owed again: night
// 2, sales 10".
func WouldOwe(r replay.Report) string {
	return Count(r.Sum(), "delivery") + " would be owed again: " + Shares(r)
}

// Shares says how many deliveries of a replay each sink gets: "night 2, sales 10".
func Shares(r replay.Report) string {
	var parts []string
	for _, sink := range slices.Sorted(maps.Keys(r.Owed)) {
		if r.Owed[sink] > 0 {
			parts = append(parts, sink+" "+Thousands(r.Owed[sink]))
		}
	}
	return strings.Join(parts, ", ")
}

// Passed says how many deliveries the store passed over in a replay, and why.
func Passed(r replay.Report) string {
	return Count(r.Passed, "delivery") + " passed over: being sent right now, or replayed by somebody else meanwhile."
}
