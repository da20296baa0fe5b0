package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
)

// layout says what tidy makes of white space.
type layout int

const (
	oneLine    layout = iota // a line break, and any run of spaces, is one space
	paragraph                // an empty line is none; the ends of lines carry no space
	paragraphs               // the same, but one empty line in a row stays
)

// tidy cleans spans, which are one piece of text in several styles, lays out
// their white space, and joins neighbours that look the same. What comes out
// has no empty span, and no white space at its ends.
func tidy(spans []relay.Span, how layout) []relay.Span {
	w := tidier{layout: how}
	for _, s := range spans {
		text := w.clean(s.Text)
		for text != "" {
			n := strings.IndexFunc(text, unicode.IsSpace)
			if n < 0 {
				n = len(text)
			}
			w.word(s, text[:n])
			text = text[n:]
			rest := strings.TrimLeftFunc(text, unicode.IsSpace)
			w.space(s, text[:len(text)-len(rest)])
			text = rest
		}
	}
	w.flush()
	return w.out
}

// tidyText is tidy for text in one style.
func tidyText(s string, how layout) string {
	return relay.Plain(tidy([]relay.Span{{Text: s}}, how))
}

// tidier writes tidy text.
type tidier struct {
	cleaner
	layout layout
	out    []relay.Span    // the spans that are complete
	look   relay.Span      // style and link of the span that is being written
	text   strings.Builder // its text
	gap    string          // white space read since the last word
	gapped relay.Span      // its style and link: those that it began with
}

// word writes text in the style of s, and the white space before it.
func (w *tidier) word(s relay.Span, text string) {
	if text == "" {
		return
	}
	if w.gap != "" && (len(w.out) > 0 || w.text.Len() > 0) {
		w.write(w.gapped, w.spaced(w.gap))
	}
	w.gap = ""
	w.write(s, text)
}

// space notes white space: whether it is written depends on what follows.
func (w *tidier) space(s relay.Span, text string) {
	if w.gap == "" {
		w.gapped = s
	}
	w.gap += text
}

// spaced returns what stands for a run of white space between two words.
func (w *tidier) spaced(run string) string {
	last := strings.LastIndexByte(run, '\n')
	switch {
	case w.layout == oneLine && (last >= 0 || utf8.RuneCountInString(run) > 1):
		return " "
	case last < 0:
		return run
	case w.layout == paragraphs && strings.Count(run, "\n") > 1:
		return "\n" + run[last:]
	}
	return run[last:]
}

// write adds text, to the span before it if that looks like s.
func (w *tidier) write(s relay.Span, text string) {
	if s.Style != w.look.Style || s.Link != w.look.Link {
		w.flush()
		w.look = s
	}
	w.text.WriteString(text)
}

// flush completes the span that is being written.
func (w *tidier) flush() {
	if w.text.Len() > 0 {
		w.look.Text = w.text.String()
		w.out = append(w.out, w.look)
		w.text.Reset()
	}
}
