package wording

import "botrelay/relay/queue"

// Sign is the state of a delivery at a glance: "✓" if it has arrived, "…" while it
// waits, "✗" if it was given up on, "⌫" if a person has put it away, "↻" if another
// one has taken its place.
func Sign(s queue.State) string {
	switch s {
	case queue.Sent:
		return "✓"
	case queue.Dead:
		return "✗"
	case queue.Replayed:
		return "↻"
	case queue.Discarded:
		return "⌫"
	case queue.Pending:
	}
	return "…"
}

// Stop is a sink that an event goes to, and how it stands there.
type Stop struct {
	Sink   string
	State  queue.State
	Reason string // why it is dead or still waits; of at most 160 runes
	Again  bool   // it has arrived after a replay
}

// Stops returns where an event went.
func Stops(r *queue.Record) []Stop {
	var all []Stop
	for _, d := range r.Standing() {
		all = append(all, Stop{d.Sink, d.State, Reason(d.Reason), afterReplay(r, d)})
	}
	return all
}

// Glance says what has become of an event at a sink with a sign alone: "✗ sales".
func (s Stop) Glance() string { return Sign(s.State) + " " + s.Sink }

// Brief says it in a word: "✗ sales dead"; what has arrived needs none.
func (s Stop) Brief() string {
	if s.State == queue.Sent {
		return s.Glance()
	}
	return s.Glance() + " " + string(s.State)
}

// Full says it with the reason, if it is dead: "✗ sales dead: invalid_blocks".
func (s Stop) Full() string {
	if s.State == queue.Dead && s.Reason != "" {
		return s.Brief() + ": " + s.Reason
	}
	return s.Brief()
}
