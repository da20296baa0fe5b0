package wording

import (
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
