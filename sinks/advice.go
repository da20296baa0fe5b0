package sinks

import (
	"botrelay/relay"
	"botrelay/relay/wording"
)

// Advise returns what the reason of a lane, a delivery or an attempt means, and
// what to do about it, whatever the kind of its sink: also what the relay itself
// has put before it. Of a reason that nobody knows the meaning is empty, and the
// cure is what helps most often. An empty reason has none.
func Advise(reason string) relay.Advice {
	return wording.Advise(reason, func(said string) relay.Advice {
		for _, k := range Kinds() {
			if advice := k.Advise(said); advice != (relay.Advice{}) {
				return advice
			}
		}
		return relay.Advice{}
	})
}
