// Package sinks is the table of the kinds of sinks. What a kind can do is left
// to its own package.
package sinks

import (
	"fmt"
	"strings"

	"botrelay/relay"
	"botrelay/sinks/discord"
	"botrelay/sinks/slack"
	"botrelay/sinks/telegram"
	"botrelay/sinks/transport"
)

// Options is a sink's own part of its table in routes.toml: a pointer to a
// struct whose fields have toml tags.
type Options interface {
	// Check returns everything that is wrong with the options, in no order. It
	// touches no network. The keys of the problems are the tags' names.
	Check() []relay.Problem
	// Replies reports whether such a sink sends Post.Reply: one that does not has
	// no threads.
	Replies() bool
	// Where says where messages go, as a person would, and without secrets:
	// "channel #sales". The options are good.
	Where() string
}

// Kind is one kind of sink.
type Kind struct {
	Name string // the value of the key type
	// Options returns a fresh set of options to be filled in.
	Options func() Options
	// Open makes a sink from options that Options made. It touches no network.
	// The error says what is wrong with them, and holds no secret.
	Open func(Options, transport.Config) (relay.Sink, error)
	// StandIn returns what can stand for the value of a key while that is not
	// known: it has the right form, opens nothing, and no two sinks of different
	// numbers are one destination by it. "" if any text will do.
	StandIn func(key string, number int) string
	// Advise returns what a Verdict's Reason of this kind means, and what to do;
	// the zero value if it is not known, or another kind's.
	Advise func(reason string) relay.Advice
}

// Kinds returns every kind, in the order in which documentation shows them.
func Kinds() []Kind {
	return []Kind{
		kind("slack", slack.Open, slack.Advise, standIns{
			"webhook_url": "https://hooks.slack.com/services/T00000000/B%08d/placeholder",
			"token":       "xoxb-placeholder",
			"api_url":     "https://slack.com",
		}),
		kind("discord", discord.Open, discord.Advise, standIns{
			"webhook_url": "https://discord.com/api/webhooks/%d/placeholder",
			"token":       "placeholder",
			"channel_id":  "11%016d",
			"thread_id":   "12%016d",
			"api_url":     "https://discord.com",
		}),
		kind("telegram", telegram.Open, telegram.Advise, standIns{
			"token":   "1:placeholder",
			"chat_id": "-100%010d",
			"api_url": "https://api.telegram.org",
		}),
	}
}

// standIns are formats of values by their keys; a verb in them takes a sink's
// number.
type standIns map[string]string

func (s standIns) of(key string, number int) string {
	if !strings.Contains(s[key], "%") {
		return s[key]
	}
	return fmt.Sprintf(s[key], number+1)
}

// kind describes a sink by its name, its Open and its Advise function, and what
// can stand for its values.
func kind[O Options, S relay.Sink](
	name string, open func(O, transport.Config) (S, error), advise func(string) relay.Advice, values standIns,
) Kind {
	return Kind{
		Name:    name,
		Options: func() Options { return any(new(O)).(Options) }, //nolint:forcetypeassert // *O has O's methods
		Open: func(options Options, cfg transport.Config) (relay.Sink, error) {
			o, ok := any(options).(*O)
			if !ok {
				return nil, fmt.Errorf("options of a %s sink are %T, not %T", name, options, o)
			}
			sink, err := open(*o, cfg)
			if err != nil {
				return nil, fmt.Errorf("opening a %s sink: %w", name, err)
			}
			return sink, nil
		},
		StandIn: values.of,
		Advise:  advise,
	}
}
