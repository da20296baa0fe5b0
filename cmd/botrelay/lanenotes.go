package main

import (
	"maps"
	"slices"
	"strings"

	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// laneNotes says why things wait, and what to do about that.
func (c *eventsCmd) laneNotes(l *ledger, lanes map[string]queue.LaneStatus) []string {
	switch c.Status {
	case queue.StatusSent, queue.StatusUnrouted, queue.StatusReplayed, queue.StatusDiscarded:
		return nil
	case queue.AnyStatus, queue.StatusPending, queue.StatusDead:
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
		if next := wording.NextTry(lane); note != "" && next != "" && l.knows(sink) && !l.idle {
			note += " " + next
		}
		if note == "" && c.Status == queue.StatusPending && lane.Pending > 0 {
			note = wording.OnItsWay(sink, lane, l.idle)
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
	text := wording.Waiting(sink, lane, known, idle)
	if text != "" && !known {
		text = strings.TrimSuffix(text, ".") + " with:\n  botrelay replay --reroute"
	}
	return text
}

// deadNote says how many dead letters there are, and how to go on from there.
func deadNote(dead int, sink string, see bool) string {
	flags := ""
	if sink != "" {
		flags = " --sink " + sink
	}
	text := wording.DeadLetters(dead)
	if see {
		text += "\n  botrelay events --status dead" + flags + "  shows which"
	} else {
		text += "\n  botrelay events ID  shows all about one"
	}
	return text + "\n  botrelay replay --dead" + flags + "  delivers again, once the cause is mended"
}
