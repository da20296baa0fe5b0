// Package notice words what the relay tells people of its own troubles, and
// keeps the desk that tells them sparingly (Desk). A notice is an event of the
// kind relay.Notice: it is stored and sent like any other. How it looks is left
// to package render, and when a lane is down to who runs it.
//
// A notice says what happened, for how long, what is kept, what to do, and
// which command shows more, to readers who are no programmers. It names no
// clock time, since it may be read in any zone: its own time is shown beside it.
// What a platform said comes from outside and is only ever part of a line.
package notice

import (
	"fmt"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/wording"

	"github.com/google/uuid"
)

// Name is the vendor and the source of every notice.
const Name = "botrelay"

// event makes a notice that is received now. Each of lines is shown as a
// paragraph; empty ones are left out. The dedup key lets one notice be put
// again that may have been stored already.
func event(eventType, title string, lines ...string) relay.Event {
	id := uuid.Must(uuid.NewV7()).String()
	var text []string
	for _, l := range lines {
		if l != "" {
			text = append(text, l)
		}
	}
	return relay.Event{
		ID:         id,
		Vendor:     Name,
		Source:     Name,
		EventType:  eventType,
		Kind:       relay.Notice,
		Subject:    title,
		Text:       strings.Join(text, "\n\n"),
		ReceivedAt: time.Now(),
		DedupKey:   id,
	}
}

// Down tells that nothing gets through to a sink: its destination refuses
// everything (h.Held), or has failed for a while.
func Down(sink string, h queue.Health) relay.Event {
	if h.Held {
		return event(relay.Trouble, sink+" refuses all messages",
			fmt.Sprintf("The destination of the sink %s has refused everything%s.%s", sink, lasting(h.Failing), says("It says", h.Reason)),
			"Nothing is lost: what is meant for it waits, however long it takes, and is sent in order as soon as it is taken again.",
			fmt.Sprintf("What to do: see that its channel or chat still exists, that the bot is still in it and may write there, "+
				"and that the token or webhook URL under [sinks.%s] in routes.toml is still valid. "+
				"botrelay tries again every few minutes, and at once when routes.toml changes.", sink),
			"What waits: botrelay events --status pending --sink "+sink)
	}
	return event(relay.Trouble, "Nothing gets through to "+sink,
		fmt.Sprintf("The sink %s has failed%s.%s", sink, lasting(h.Failing), says("The last attempt", h.Reason)),
		"Nothing is lost so far: what is meant for it waits and is sent in order as soon as it gets through. "+
			"Only what has waited longer than give_up_after (72 hours, unless routes.toml says otherwise) is given up on, and still kept as a dead letter.",
		"What to do: nothing, if the platform itself is down. Otherwise see that this machine reaches the internet.",
		"What waits: botrelay events --status pending --sink "+sink)
}

// Back tells that a sink of which Down told takes messages again. h is how the
// lane did before.
func Back(sink string, h queue.Health) relay.Event {
	after := ""
	if h.Failing >= time.Minute {
		after = " after " + wording.Spoken(h.Failing)
	}
	return event(relay.Over, sink+" takes messages again",
		fmt.Sprintf("Messages get through to the sink %s again%s. What waited for it is being sent, in order.", sink, after))
}

// movedTo tells that a sink's destination has a new ID, as a Telegram group has
// that becomes a supergroup.
func movedTo(sink, to string) relay.Event {
	to = oneLine(to)
	return event(relay.Trouble, "The chat of "+sink+" has a new ID",
		fmt.Sprintf("The platform says that the chat of the sink %s is now %s. Nothing is lost: botrelay sends there from now on.", sink, to),
		fmt.Sprintf("What to do: write chat_id = %s under [sinks.%s] in routes.toml when you find the time.", to, sink))
}

// lasting is " for …", or nothing if that is not known, or not worth
// telling.
func lasting(d time.Duration) string {
	if d < time.Minute {
		return ""
	}
	return " for " + wording.Spoken(d)
}
