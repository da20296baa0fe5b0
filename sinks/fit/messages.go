package fit

import (
	"math"

	"botrelay/relay"
)

// measures says how much of each message is kept. Lengths are code points.
type measures struct {
	body   int // of the body's text
	value  int // of each field's value
	fields int // how many
	line   int // of the title, the footer and each field's name
	link   int // the longest link that a title keeps
}

// Messages returns messages, or if ok refuses them shortened ones that it
// accepts. Bodies are cut first, all to the same length, so that a short one
// stays whole; then long values, down to a length that no name, address or
// number has; then the last fields go, and only then titles, footers and the
// titles' links suffer, unless they are longer than any has a reason to be. If
// ok accepts nothing, the shortest are returned.
func Messages(messages []relay.Message, ok func([]relay.Message) bool) []relay.Message {
	if ok(messages) {
		return messages
	}
	m := measures{math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt}
	shrink([]step{
		{&m.body, 400},
		{&m.value, 250},
		{&m.line, 250},
		{&m.link, 400},
		{&m.body, 0},
		{&m.value, 80},
		{&m.fields, 0},
		{&m.line, 40},
		{&m.link, 0},
		{&m.line, 1},
	}, func() bool { return ok(m.all(messages)) })
	return m.all(messages)
}

// step takes a measure down, to least if need be.
type step struct {
	measure *int
	least   int
}

// shrink takes the steps in order until ok accepts, and takes the last of them
// only as far as it must. If ok accepts nothing, all are taken to the end.
func shrink(steps []step, ok func() bool) {
	for _, s := range steps {
		before := *s.measure
		fits := func(n int) bool {
			*s.measure = n
			return ok()
		}
		if fits(s.least) {
			*s.measure = s.least + largest(before-s.least, func(n int) bool { return fits(s.least + n) })
			return
		}
	}
}

const (
	// few is how many messages may be shown one under the other rather than as
	// a digest.
	few = 5
	// leastBody is how much of each body must be shown then, in code points.
	leastBody = 300
)

// Few returns messages as Messages does, made sound, and each as bound returns
// it, which keeps parts within limits of their own; nil keeps them as they are.
// It reports false if they had better be a digest: there are many, or several
// lose more than the ends of long bodies.
func Few(messages []relay.Message, bound func(relay.Message) relay.Message, ok func([]relay.Message) bool) ([]relay.Message, bool) {
	if len(messages) > few {
		return nil, false
	}
	messages = Sound(messages)
	for i, m := range messages {
		if bound != nil {
			messages[i] = bound(m)
		}
	}
	m := measures{leastBody, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt}
	if len(messages) > 1 && !ok(m.all(messages)) {
		return nil, false
	}
	return Messages(messages, ok), true
}

func (m measures) all(messages []relay.Message) []relay.Message {
	out := make([]relay.Message, len(messages))
	for i, msg := range messages {
		out[i] = m.apply(msg)
	}
	return out
}

func (m measures) apply(msg relay.Message) relay.Message {
	msg.Title = cutText(msg.Title, m.line)
	if len(msg.Link) > m.link {
		msg.Link = ""
	}
	msg.Body = cutBlocks(msg.Body, m.body)
	msg.Footer = cutSpans(msg.Footer, m.line)
	fields := msg.Fields[:min(len(msg.Fields), m.fields)]
	msg.Fields = make([]relay.Field, 0, len(fields))
	for _, f := range fields {
		f.Name, f.Value = cutText(f.Name, m.line), cutSpans(f.Value, m.value)
		msg.Fields = append(msg.Fields, f)
	}
	return msg
}
