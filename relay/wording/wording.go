// Package wording says for people what happened and why: what a route asks for,
// what it has to do with an event, how a delivery or a lane stands, and why
// something is not owed again. The command line and the admin page say it with
// these words, so that both say the same.
//
// All of it is pure. A text is plain, in one line unless its comment says
// otherwise, without colours, and holds no secret; what a customer or a platform
// wrote is made harmless (render.Line) and bounded, but not escaped for any
// markup. It tells facts: which command or which button helps is added by whoever
// shows it.
package wording

import "botrelay/relay/render"

const (
	// longest is how many runes are told of a text of one line.
	longest = 500
	// longestWhy is how many of a reason, where it is part of a sentence.
	longestWhy = 160
	// longestName is how many of the name of a route.
	longestName = 40
	// longestLabel is how many of a label that came with an event.
	longestLabel = 40
	// longestWho is how many of whom an event is about.
	longestWho = 60
)

// Line is a text of somebody else on one line, of at most 500 runes.
func Line(text string) string { return render.Line(text, longest) }
