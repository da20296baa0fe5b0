package overview

import (
	"context"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

// mostNoRoute is how many events of a kind that have no route are counted one by one.
const mostNoRoute = 100

// noRoute are the events of a kind, in the span, that no route took and that were not
// delivered by other rules since.
type noRoute struct {
	kind relay.Kind
	n    int // mostNoRoute at most
	more bool
}

// countUnrouted counts the events of the span that nobody gets.
func (v *view) countUnrouted(ctx context.Context, store queue.History) error {
	if v.Unrouted == 0 {
		return nil
	}
	for _, kind := range relay.Kinds() {
		records, err := store.Events(ctx, queue.Query{Status: queue.StatusUnrouted, Kind: kind, Since: v.over.last, Limit: mostNoRoute + 1})
		if err != nil {
			return err
		}
		if n := len(records); n > 0 {
			v.noRoute = append(v.noRoute, noRoute{kind, min(n, mostNoRoute), n > mostNoRoute})
		}
	}
	return nil
}

// missed reports whether a person may miss what nobody gets. Many a team has its bot's
// talk come in and wants none of it in its chat; a page that said so each day would not
// be read for long.
func (n noRoute) missed() bool { return n.kind != relay.Inbound && n.kind != relay.Chat }

// text says how many there are, as "more than 100 leads".
func (n noRoute) text() string {
	noun := string(n.kind)
	if n.kind == relay.Other {
		noun = "unknown event"
	}
	if n.more {
		return "more than " + wording.Count(n.n, noun)
	}
	return wording.Count(n.n, noun)
}

// link leads to them.
func (n noRoute) link(span string) string {
	return "events?status=unrouted&kind=" + string(n.kind) + "&time=" + span
}

// Quiet are those that nobody gets, and that nobody may miss.
func (v view) Quiet() (all []quiet) {
	for _, n := range v.noRoute {
		if !n.missed() {
			all = append(all, quiet{n.text(), n.link(v.Span)})
		}
	}
	return all
}

// quiet is something that nobody gets, and where it is listed.
type quiet struct{ Text, Link string }
