package telegram

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// Fit returns how many messages one post holds: see relay.Sink.
func (s *Sink) Fit(messages []relay.Message) int {
	return max(1, fit.NewBatch(messages).Holds(digestible))
}

// digest is several messages as one. If they are more than Fit allows, some
// links may be dropped: words are worth more.
func digest(messages []relay.Message, threads []string) content {
	batch := fit.NewBatch(messages)
	if batch.Holds(digestible) < len(messages) {
		return writeDigest(batch.Digest(func(d fit.Digest) bool { return writeDigest(d).points <= maxText })).content()
	}
	return writeDigest(batch.WithThreads(threads).Digest(digestible)).content()
}

// digestible reports whether Telegram takes a digest and keeps all that is
// marked in it, and the addresses and numbers that Telegram marks by itself.
func digestible(d fit.Digest) bool {
	w := writeDigest(d)
	marks := len(w.entities) + ownMarks(d.Origin)
	for _, e := range d.Entries {
		if e.Link == "" {
			marks += ownMarks(e.Title)
		}
		marks += ownMarks(e.Origin) + ownMarks(e.Text)
		for _, s := range e.Facts {
			switch {
			case s.Link == "":
				marks += ownMarks(s.Text)
			case !linkable(s.Link):
				marks++
			}
		}
	}
	return w.points <= maxText && marks <= maxEntities
}

// ownMarks returns how many entities Telegram may find in a text: what looks
// like a web or mail address or a phone number. It finds fewer.
func ownMarks(text string) int {
	n := 0
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`,;|<>()[]{}"'`, r) }) {
		if isAddress(part) {
			n++
		}
	}
	return n
}

// isAddress reports whether text has a dot or an at sign between two letters or
// digits, is a phone number, or names a scheme.
func isAddress(text string) bool {
	if strings.Contains(text, "://") || len(text) > 1 && text[0] == '+' && unicode.IsDigit(rune(text[1])) {
		return true
	}
	for i := 1; i < len(text)-1; i++ {
		if (text[i] == '.' || text[i] == '@') && inWord(text[i-1]) && inWord(text[i+1]) {
			return true
		}
	}
	return false
}

// inWord reports whether a byte is of a letter or digit, of any script.
func inWord(b byte) bool { return b >= utf8.RuneSelf || asciiWord(rune(b)) }

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
	w.spans(e.After())
	if len(e.Facts) > 0 {
		w.put("\n")
		w.spans(e.Facts)
	}
	if e.Text == "" {
		return
	}
	w.put("\n")
	switch {
	case !e.Quote:
		w.put(w.inert(e.Text, ""))
		return
	case !quoted:
		w.put("“" + w.inert(e.Text, "") + "”")
		return
	}
	var quote region
	quote.begin(w, "blockquote", rankQuote)
	w.put(w.inert(e.Text, ""))
	quote.end(w)
}
