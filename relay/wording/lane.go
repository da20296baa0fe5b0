package wording

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/render"
)

// Waiting says why a lane is in trouble, and what happens to what waits in it; ""
// if it is not. known: there is such a sink today. idle: no relay runs, so that
// nothing is sent.
func Waiting(sink string, lane queue.LaneStatus, known, idle bool) string {
	since := ""
	if lane.Failing > 0 {
		since = " for " + Spell(lane.Failing) + " now"
	}
	wait := MessagesWait(lane.Pending)
	switch {
	case !known && lane.Pending > 0:
		return fmt.Sprintf("routes.toml has no sink %s: %s for it. Put it back, or send by today's rules.", sink, wait)
	case !known:
		return ""
	case lane.Held:
		return fmt.Sprintf("%s%s. %s; nothing is lost, all is sent once its channel, or [sinks.%s] in routes.toml, is mended.",
			held(sink, since), reasonGiven(lane.Reason), wait, sink)
	case lane.Failing > 0 && lane.Pending > 0 && idle:
		return fmt.Sprintf("%s failed when a relay ran last%s. %s.", sink, reasonGiven(lane.Reason), wait)
	case lane.Failing > 0 && lane.Pending > 0:
		return fmt.Sprintf("%s fails%s%s. %s; it is tried again and again.", sink, since, reasonGiven(lane.Reason), wait)
	}
	return ""
}

// Trouble says what is wrong with a lane that is held or failing, for who is told
// elsewhere which lane it is, since when it is so, and what to do about it; "" if it is
// neither.
func Trouble(lane queue.LaneStatus) string {
	switch {
	case lane.Held && lane.Pending > 0:
		return destinationRefuses(lane) + ". " + MessagesWait(lane.Pending) + "; nothing is lost."
	case lane.Held:
		return destinationRefuses(lane) + ". Nothing waits for it."
	case lane.Failing > 0 && lane.Pending > 0:
		return "Nothing gets through" + reasonGiven(lane.Reason) + ". " + MessagesWait(lane.Pending) + "; nothing is lost."
	}
	return ""
}

func destinationRefuses(lane queue.LaneStatus) string {
	return "The destination refuses everything" + reasonGiven(lane.Reason)
}

// MessagesWait says how many messages wait: "1 message waits", "2 messages wait".
func MessagesWait(n int) string {
	if n == 1 {
		return "1 message waits"
	}
	return Count(n, "message") + " wait"
}

// Stuck says that what waits for a sink is kept by trouble of its lane, for who is told
// elsewhere what the trouble is; "" if there is none.
func Stuck(sink string, lane queue.LaneStatus) string {
	switch {
	case lane.Pending == 0:
	case lane.Held:
		return sink + " is held: " + MessagesWait(lane.Pending) + "; nothing is lost."
	case lane.Failing > 0:
		return sink + " fails: " + MessagesWait(lane.Pending) + "; nothing is lost."
	}
	return ""
}

// NextTry says when a lane is tried next that is held or failing; "" if that is right
// now, or there is nothing to try.
func NextTry(lane queue.LaneStatus) string {
	if lane.Pending == 0 || lane.Wait <= 0 || !lane.Held && lane.Failing == 0 {
		return ""
	}
	return "The next try is in " + Spell(lane.Wait+time.Second-1) + "."
}

// Held says that a lane is held, and that what is owed to it waits.
func Held(sink string, lane queue.LaneStatus) string {
	return held(sink, "") + reasonGiven(lane.Reason) + ". What waits for it is sent once that is mended."
}

func held(sink, since string) string {
	return sink + " is held" + since + ": its destination refuses everything"
}

// OnItsWay says how long it takes until a lane without trouble, in which
// something waits, sends on. idle: no relay runs.
func OnItsWay(sink string, lane queue.LaneStatus, idle bool) string {
	if idle {
		return fmt.Sprintf("%s: %s not sent yet, the oldest for %s.", sink, Count(lane.Pending, "message"), Spell(lane.Oldest))
	}
	text := fmt.Sprintf("%s: %s on the way, the oldest for %s.", sink, Count(lane.Pending, "message"), Spell(lane.Oldest))
	if lane.Wait > 0 {
		text += fmt.Sprintf(" The platform's pace lets it send on in %s.", Spell(lane.Wait+time.Second-1))
	}
	return text
}

// DeadLetters says how many dead letters there are.
func DeadLetters(n int) string {
	if n == 1 {
		return "There is 1 dead letter, given up on and kept."
	}
	return "There are " + Count(n, "dead letter") + ", given up on and kept."
}

// Reason is why a delivery failed, or a lane is held, in one line of at most 160
// runes.
func Reason(text string) string { return render.Line(text, longestWhy) }

// reasonGiven is ": " and a reason, or nothing if there is none.
func reasonGiven(reason string) string {
	if reason = Reason(reason); reason == "" {
		return ""
	}
	return ": " + strings.TrimRight(reason, ". ")
}
