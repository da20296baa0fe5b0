package render

import (
	"slices"
	"strings"

	"botrelay/relay"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// html renders raw HTML that stands by itself: paragraphs, lists and headings
// become what they are in Markdown, unknown tags stay as they are written, and
// what no browser shows is left out.
func (d *document) html(n *ast.HTMLBlock) {
	text := d.lines(n)
	if n.HasClosure() {
		text += string(n.ClosureLine.Value(d.source))
	}
	w := htmlWriter{document: d, inliner: d.inliner(), outer: d.level}
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		raw := string(z.Raw())
		w.token(z.Token(), raw)
	}
	w.end()
}

// htmlWriter makes blocks of HTML.
type htmlWriter struct {
	*document
	inliner *inliner
	look    relay.Span
	outer   int    // the level that the HTML stands in
	lists   []int  // those that are open: the number of the last item, -1 for bullets
	heading int    // the level of the heading that is open; 0: none
	hidden  string // the tag whose content is left out, and what that would be
	left    strings.Builder
	pre     bool // white space is meant
}

// token writes the next tag or text.
func (w *htmlWriter) token(t html.Token, raw string) {
	if w.hidden != "" {
		w.left.WriteString(raw)
		if t.Type == html.EndTagToken && t.Data == w.hidden {
			w.hidden = ""
			w.left.Reset()
		}
		return
	}
	known := isKnown(t, raw)
	switch {
	case t.Type == html.TextToken:
		w.text(t.Data)
	case t.Type == html.StartTagToken && isHiddenTag(t.Data):
		w.hidden = t.Data
		w.left.WriteString(raw)
	case t.Data == "pre" && t.Type != html.CommentToken:
		w.flush()
		w.pre = t.Type == html.StartTagToken
	case !known:
		w.text(raw)
	case t.Type == html.CommentToken:
	case t.Data == "br":
		w.text("\n")
	case isBlockTag(t.Data):
		w.boundary(tagOf(t))
	case t.Type == html.EndTagToken:
		w.look = w.inliner.close(t.Data, 0, w.look)
	default:
		w.look = w.inliner.open(tagOf(t), w.look)
	}
}

// text writes text where the document has come to.
func (w *htmlWriter) text(s string) {
	if w.look.Style.Has(relay.Mono) && !w.pre {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	w.inliner.oneLine = w.line || w.outer+len(w.lists) > 0 || w.heading > 0
	w.inliner.fill(w.look, s)
}

// boundary ends a block of text, and notes what the next one is.
func (w *htmlWriter) boundary(t tag) {
	w.flush()
	switch level := headingTag(t.name); {
	case level > 0 && t.closes:
		w.heading = 0
	case level > 0:
		w.heading = level
	case (t.name == "ul" || t.name == "ol") && t.closes:
		w.lists = w.lists[:max(0, len(w.lists)-1)]
	case t.name == "ul":
		w.lists = append(w.lists, -1)
	case t.name == "ol":
		w.lists = append(w.lists, 0)
	case t.name == "li" && t.closes:
		w.bullet = nil
	case t.name == "li":
		w.item()
	}
}

// item begins an item of a list.
func (w *htmlWriter) item() {
	depth := max(1, len(w.lists))
	w.bullet = &relay.Block{Type: relay.Item, Level: min(w.outer+depth, maxLevel)}
	if n := len(w.lists); n > 0 && w.lists[n-1] >= 0 {
		w.lists[n-1]++
		w.bullet.Number = w.lists[n-1]
	}
}

// flush writes the block that has been read.
func (w *htmlWriter) flush() {
	r := w.inliner
	spans := r.out
	r.out = nil
	seen := isVisible(tidyText(relay.Plain(spans), oneLine))
	for i := range r.tags {
		r.tags[i].from = min(r.tags[i].from, 0)
		if seen {
			r.tags[i].from = -1
		}
	}
	level := min(w.outer+len(w.lists), maxLevel)
	lines := r.lines
	r.lines = false
	switch {
	case w.pre:
		w.code(relay.Plain(spans))
		return
	case w.heading > 0 && level == 0:
		w.add(relay.Block{Type: relay.Heading, Level: w.heading}, spans)
		return
	case w.heading > 0:
		spans = slices.Clone(spans)
		for i := range spans {
			spans[i].Style |= relay.Bold
		}
	}
	outer := w.quote
	w.quote = w.quote || lines
	w.add(relay.Block{Level: level}, spans)
	w.quote = outer
}

// end writes what is left. A script that does not end is shown as it is written.
func (w *htmlWriter) end() {
	if w.hidden != "" {
		w.text(w.left.String())
	}
	w.look = w.inliner.closeTo(0, w.look)
	w.flush()
}
