package notice

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/wording"
)

const (
	maxSinks = 20 // how many sinks one notice lists
	maxLines = 10 // how many lines of a bad file's problems it shows
)

// tally is how many messages of a sink were given up on, and why the last was.
type tally struct {
	count  int
	reason string
}

// gaveUp tells of messages that were given up on over the last while, by
// sink.
func gaveUp(dead map[string]tally, over time.Duration) relay.Event {
	all := 0
	var lines []string
	for i, sink := range slices.Sorted(maps.Keys(dead)) {
		t := dead[sink]
		all += t.count
		if i < maxSinks {
			lines = append(lines, fmt.Sprintf("%s: %s.%s", sink, counted(t.count, "message"), says("The last", t.reason)))
		}
	}
	if more := len(dead) - maxSinks; more > 0 {
		lines = append(lines, "and "+counted(more, "more sink"))
	}
	return event(relay.Trouble, counted(all, "message")+" could not be delivered",
		fmt.Sprintf("botrelay gave up on %s in the last %s:\n%s", counted(all, "message"), span(over), strings.Join(lines, "\n")),
		"They are kept as dead letters, and what came after them was not held up.",
		"What to do: look at them with: botrelay events --status dead\nOnce the cause is mended, deliver them again with: botrelay replay --dead")
}

// sourceRefuses tells that a source has refused count requests for their
// signature since the first of them, so long ago, and accepted none.
func sourceRefuses(source string, since time.Duration, count int) relay.Event {
	return event(relay.Trouble, "The source "+source+" accepts nothing",
		fmt.Sprintf("In the last %s the source %s has refused %s, because the signature was missing or wrong, and accepted none. "+
			"What is refused is not stored: only its sender still has it.", span(since), source, counted(count, "request")),
		fmt.Sprintf("What to do: compare the secret under [sources.%s] in routes.toml with the one that the vendor shows. "+
			"It may have been changed there. Until both have the new one, secret can name the old one too, in a list.", source),
		"If the vendor lists no failed delivery, a stranger has found the URL, and there is nothing to do.")
}

// sourceAccepts tells that a source of which sourceRefuses told has accepted a
// request.
func sourceAccepts(source string) relay.Event {
	return event(relay.Over, "The source "+source+" accepts again",
		fmt.Sprintf("A request to the source %s had the right signature. What was refused before is with its vendor: "+
			"some send again by themselves, some when told to.", source))
}

// outages is when the store could not take events.
type outages struct {
	times   int
	lasted  time.Duration // all of them together
	ended   time.Duration // how long ago the last one did
	refused int           // requests that were answered 503 in them
	reason  string        // of the last of those
	again   bool          // people were told of outages before these
}

// storeFailed tells of outages that are over.
func storeFailed(o outages) relay.Event {
	title := "Events could not be stored" + lasting(o.lasted)
	the, often, ended := "The", "", ", until "
	if o.again {
		the = "Since the last notice of this, the"
	}
	if o.times > 1 {
		often = fmt.Sprintf(" %d times", o.times)
		title = "Events could not be stored" + often
		ended = " in all, the last time until "
	}
	if o.ended < time.Minute {
		ended += "a moment ago"
	} else {
		ended += wording.Spoken(o.ended) + " ago"
	}
	return event(relay.Trouble, title,
		fmt.Sprintf("%s store could not take events%s, for %s%s.%s About %s answered with 503, which asks the sender to try again.",
			the, often, wording.Spoken(o.lasted), ended, says("The reason", o.reason), were(o.refused)),
		"Nothing that was accepted is lost, and the store works now. Of what was refused, only the sender knows: "+
			"a vendor that does not try again by itself has to be told to.",
		"What to do: see that the disk or database under [store] in routes.toml has room to spare.")
}

// badReload tells that a file was changed and cannot be used. text says what is
// wrong with it, a problem a line, without secrets.
func badReload(file, text string) relay.Event {
	var lines []string
	all := 0
	for l := range strings.Lines(text) {
		if l = oneLine(l); l == "" {
			continue
		}
		if all++; all <= maxLines {
			lines = append(lines, l)
		}
	}
	if more := all - maxLines; more > 0 {
		lines = append(lines, "and "+counted(more, "more line"))
	}
	return event(relay.Trouble, "The changed "+file+" cannot be used",
		"botrelay goes on with what it had before. Nothing is lost, and nothing of the change is in force.",
		strings.Join(lines, "\n"),
		"What to do: mend the file. botrelay check says what is wrong; a good file is taken up at once.")
}

// reloaded tells that a good file has taken the place of the bad one that
// badReload told of.
func reloaded(file string) relay.Event {
	return event(relay.Over, file+" is in force again", "The file has been mended, and botrelay follows it from now on.")
}

// span is a duration as part of "in the last …".
func span(d time.Duration) string {
	return strings.TrimPrefix(wording.Spoken(max(d, time.Minute)), "1 ")
}

func were(requests int) string {
	if requests == 1 {
		return "1 request was"
	}
	return counted(requests, "request") + " were"
}
