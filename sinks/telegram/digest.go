package telegram

import (
	"strconv"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// Fit returns how many messages one post holds: see relay.Sink.
func (s *Sink) Fit(messages []relay.Message) int {
	return max(1, fit.NewBatch(messages).Holds(digestible))
}

// digestible reports whether Telegram takes a digest and keeps all that is
// marked in it, and the addresses and numbers that Telegram marks by itself.
func digestible(d fit.Digest) bool {
	w := writeDigest(d)
	marks := len(w.entities)
	for _, e := range d.Entries {
		for _, s := range e.Facts {
			if s.Link != "" && !linkable(s.Link) {
				marks++
			}
		}
	}
	return w.points <= maxText && marks <= maxEntities
}

// writeDigest writes a title, small print, and the entries.
func writeDigest(d fit.Digest) *writer {
	var w writer
	w.span(relay.Span{Text: d.Title, Style: relay.Bold}, rankTitle)
	if d.Origin != "" {
		w.put("\n")
		w.span(relay.Span{Text: d.Origin, Style: relay.Italic}, rankStyle)
	}
	for _, e := range d.Entries {
		w.put("\n\n")
		w.entry(e, d.Quoted)
	}
	if d.Left > 0 {
		w.put("\n\n" + d.Rest())
	}
	return &w
}

// entry writes an entry in up to three lines: what it is, how to reach whom it
// is about, and what was said.
func (w *writer) entry(e fit.Entry, quoted bool) {
	w.put(strconv.Itoa(e.Number) + ". ")
	w.span(relay.Span{Text: e.Title, Style: relay.Bold, Link: e.Link}, rankTitle)
	if e.Origin != "" {
		w.put(" · ")
		w.span(relay.Span{Text: e.Origin}, rankStyle)
	}
	if len(e.Facts) > 0 {
		w.put("\n")
		w.spans(e.Facts)
	}
	if e.Text == "" {
		return
	}
	w.put("\n")
	if !quoted {
		w.put("“" + w.inert(e.Text, "") + "”")
		return
	}
	var quote region
	quote.begin(w, "blockquote", rankQuote)
	w.put(w.inert(e.Text, ""))
	quote.end(w)
}
