// Package sinks is the table of the kinds of sinks. What a kind can do is left
// to its own package.
package sinks

import (
	"fmt"

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
}

// Kind is one kind of sink.
type Kind struct {
	Name string // the value of the key type
	// Options returns a fresh set of options to be filled in.
	Options func() Options
	// Open makes a sink from options that Options made. It touches no network.
	// The error says what is wrong with them, and holds no secret.
	Open func(Options, transport.Config) (relay.Sink, error)
}

// Kinds returns every kind, in the order in which documentation shows them.
func Kinds() []Kind {
	return []Kind{
		kind("slack", slack.Open),
		kind("discord", discord.Open),
		kind("telegram", telegram.Open),
	}
}

// kind describes a sink by its name and its Open function.
func kind[O Options, S relay.Sink](name string, open func(O, transport.Config) (S, error)) Kind {
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
	}
}
