package status

import (
	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/wording"
)

// Sink is where a sink sends, and how.
type Sink struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	Where string `json:"where"` // as a person would say it: "channel #sales"
	// Pace is how fast its destination is sent to, and Shared what it shares with
	// other sinks beyond that, in words: "1 message a second, and 20 a minute". Empty:
	// as fast as it answers.
	Pace    string   `json:"pace"`
	Shared  string   `json:"shared,omitempty"`
	OwnRate bool     `json:"own_rate"` // routes.toml sets it, in place of the platform's
	Threads bool     `json:"threads"`
	Digest  bool     `json:"digest"`
	Told    []string `json:"told"` // the sinks that are told when this one is in trouble
	// Fallback is one of those; empty: it has none.
	Fallback    string `json:"fallback"`
	GiveUpAfter string `json:"give_up_after"` // "72h0m0s"
	// Unusual is what is not as usual about it, in words.
	Unusual []string `json:"unusual"`
}

// SinkOf returns a sink of a routes file. budgets are what its requests count
// against, and told the sinks that are told of its trouble.
func SinkOf(s config.Sink, budgets []relay.Budget, told []string) Sink {
	sink := Sink{
		Name: s.Name, Type: s.Type, Where: s.Options.Where(),
		OwnRate: s.Rate != (config.Rate{}), Threads: s.Threads(), Digest: s.Digest == nil || *s.Digest,
		Told: append([]string{}, told...), Fallback: s.Fallback, GiveUpAfter: s.GiveUpAfter.String(),
		Unusual: append([]string{}, wording.Sink(s)...),
	}
	var place, shared []relay.Limit
	for _, b := range budgets {
		switch b.Scope {
		case relay.ScopeToken, relay.ScopePlatform:
			shared = append(shared, b.Limits...)
		case relay.ScopeDestination:
			place = b.Limits
		default: // its own rate, where others send to the same place
			place = b.Limits
		}
	}
	sink.Pace, sink.Shared = wording.Pace(place), wording.Pace(shared)
	return sink
}
