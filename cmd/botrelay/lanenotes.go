package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"botrelay/relay/queue"
	"botrelay/relay/render"
)

// laneNotes says why things wait, and what to do about that.
func (c *eventsCmd) laneNotes(l *ledger, lanes map[string]queue.LaneStatus) []string {
	if c.Status == queue.StatusSent || c.Status == queue.StatusUnrouted || c.Status == queue.StatusReplayed {
		return nil
	}
	var notes []string
	dead, pending := 0, 0
	for _, sink := range slices.Sorted(maps.Keys(lanes)) {
		if c.Sink != "" && c.Sink != sink {
			continue
		}
		lane := lanes[sink]
		dead += lane.Dead
		if l.knows(sink) {
			pending += lane.Pending
		}
		note := waiting(sink, lane, l.knows(sink), l.idle)
		if note == "" && c.Status == queue.StatusPending && lane.Pending > 0 {
			note = onItsWay(sink, lane, l.idle)
		}
		if note != "" && c.Status != queue.StatusDead {
			notes = append(notes, note)
		}
	}
	if l.idle && pending > 0 && c.Status != queue.StatusDead {
		notes = append(notes, noRelay)
	}
	if dead > 0 && c.Status != queue.StatusPending {
		notes = append(notes, deadNote(dead, c.Sink, c.Status != queue.StatusDead))
	}
	return notes
}

// noRelay says why nothing is sent at all.
const noRelay = "No relay is running on this store: nothing is sent until it is started with botrelay serve."

// waiting says why a lane is in trouble, and what happens to what waits in it;
// "" if it is not.
func waiting(sink string, lane queue.LaneStatus, known, idle bool) string {
	since := ""
	if lane.Failing > 0 {
		since = " for " + spell(lane.Failing) + " now"
	}
	wait := count(lane.Pending, "message") + " wait"
	if lane.Pending == 1 {
		wait = "1 message waits"
	}
	switch {
	case !known && lane.Pending > 0:
		return fmt.Sprintf("routes.toml has no sink %s: %s for it. Put it back, or send by today's rules with:\n  botrelay replay --reroute", sink, wait)
	case !known:
		return ""
	case lane.Held:
		return fmt.Sprintf("%s is held%s: its destination refuses everything%s. %s; nothing is lost, all is sent once its channel, or [sinks.%s] in routes.toml, is mended.",
			sink, since, reasonGiven(lane.Reason), wait, sink)
	case lane.Failing > 0 && lane.Pending > 0 && idle:
		return fmt.Sprintf("%s failed when a relay ran last%s. %s.", sink, reasonGiven(lane.Reason), wait)
	case lane.Failing > 0 && lane.Pending > 0:
		return fmt.Sprintf("%s fails%s%s. %s; it is tried again and again.", sink, since, reasonGiven(lane.Reason), wait)
	}
	return ""
}

// onItsWay says how long it takes until a lane without trouble sends on, if a
// relay runs.
func onItsWay(sink string, lane queue.LaneStatus, idle bool) string {
	if idle {
		return fmt.Sprintf("%s: %s not sent yet, the oldest for %s.", sink, count(lane.Pending, "message"), spell(lane.Oldest))
	}
	text := fmt.Sprintf("%s: %s on the way, the oldest for %s.", sink, count(lane.Pending, "message"), spell(lane.Oldest))
	if lane.Wait > 0 {
		text += fmt.Sprintf(" The platform's pace lets it send on in %s.", spell(lane.Wait+999_999_999))
	}
	return text
}

// deadNote says how many dead letters there are, and how to go on from there.
func deadNote(dead int, sink string, see bool) string {
	flags := ""
	if sink != "" {
		flags = " --sink " + sink
	}
	text := "There are " + count(dead, "dead letter") + ", given up on and kept."
	if dead == 1 {
		text = "There is 1 dead letter, given up on and kept."
	}
	if see {
		text += "\n  botrelay events --status dead" + flags + "  shows which"
	} else {
		text += "\n  botrelay events ID  shows all about one"
	}
	return text + "\n  botrelay replay --dead" + flags + "  delivers again, once the cause is mended"
}

// reasonGiven is ": " and a reason, or nothing if there is none.
func reasonGiven(reason string) string {
	if reason = render.Line(reason, longestWhy); reason == "" {
		return ""
	}
	return ": " + strings.TrimRight(reason, ". ")
}
