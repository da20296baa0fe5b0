package overview

import (
	"context"

	"botrelay/relay"
	"botrelay/relay/admin/unrouted"
	"botrelay/relay/queue"
)

// noRoute are the events of a kind, in the span, that nobody gets.
type noRoute struct {
	unrouted.Some

	kind relay.Kind
}

// countUnrouted counts the events of the span that nobody gets.
func (v *view) countUnrouted(ctx context.Context, store queue.History) error {
	if v.Unrouted == 0 {
		return nil
	}
	for _, kind := range relay.Kinds() {
		some, err := unrouted.Of(ctx, store, queue.Query{Kind: kind, Since: v.over.last})
		if err != nil {
			return err
		}
		if some.N > 0 {
			v.noRoute = append(v.noRoute, noRoute{some, kind})
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
	if n.kind == relay.Other {
		return n.Text("unknown event")
	}
	return n.Text(string(n.kind))
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
