package telegram

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

// rank says how much would be lost with an entity; a lower one is kept rather.
type rank int

const (
	rankCode  rank = iota // nothing is found in it
	rankQuote             // says which words are not ours
	rankTitle
	rankName
	rankLink
	rankStyle
)

// depth orders entities over the same text: a quotation holds the others, and
// code holds none.
func (r rank) depth() int {
	switch r {
	case rankQuote:
		return 0
	case rankTitle, rankName, rankLink, rankStyle:
		return 1
	case rankCode:
	}
	return 2
}

// maxCodes is how many pieces of code are shown as such, so that none of them
// is among the entities that are dropped.
const maxCodes = 40

// writer builds a text and its entities.
type writer struct {
	b        strings.Builder
	units    int // the text's length in UTF-16 units, in which entities are told
	points   int // and in code points
	edge     edge
	codes    int
	entities []ranked
}

type ranked struct {
	tgbotapi.MessageEntity

	rank rank
}

// put writes text as it is, but for what Telegram takes out.
func (w *writer) put(text string) {
	text = kept(text)
	w.b.WriteString(text)
	for _, r := range text {
		w.units += utf16.RuneLen(r)
		w.points++
		w.edge = w.edge.next(r)
	}
}

// spans writes what somebody wrote, and addresses to which Telegram does not
// link.
func (w *writer) spans(spans []relay.Span) {
	for _, s := range fit.Told(spans, linkable) {
		w.span(s, rankStyle)
	}
}

// span writes one span. Its style has the given rank, and a link at least that
// of links.
func (w *writer) span(s relay.Span, r rank) {
	start := w.units
	switch {
	case s.Style.Has(relay.Mono) && s.Link == "", w.breaks(s):
		w.code(s.Text)
		return
	case linkable(s.Link):
		w.put(w.inert(s.Text, s.Link))
		w.mark("text_link", start, min(r, rankLink))
		w.entities[len(w.entities)-1].URL = s.Link
	default:
		w.put(w.inert(s.Text, ""))
	}
	for style, name := range styles() {
		if s.Style.Has(style) {
			w.mark(name, start, r)
		}
	}
}

// code writes a piece of code. It takes no other entity.
func (w *writer) code(text string) {
	if w.codes++; w.codes > maxCodes {
		w.put(w.inert(text, ""))
		return
	}
	start := w.units
	w.put(text)
	w.mark("code", start, rankCode)
}

// breaks reports whether s is a mail address that would have to be broken, lest
// Telegram link to a part of it. As code it can be copied.
func (w *writer) breaks(s relay.Span) bool {
	return strings.HasPrefix(s.Link, "mailto:") && strings.Contains(s.Text, "@") && w.inert(s.Text, "") != s.Text
}

// inert is the function of that name for text that is to be written next. What
// follows is not known yet, so it is taken for a name. A URL that is a link to
// itself needs no care.
func (w *writer) inert(text, link string) string {
	if text == link {
		return text
	}
	return inertBetween(w.edge, text, 'A')
}

// styles yields Telegram's names of styles.
func styles() func(func(relay.Style, string) bool) {
	return func(yield func(relay.Style, string) bool) {
		_ = yield(relay.Bold, "bold") && yield(relay.Italic, "italic") && yield(relay.Strike, "strikethrough")
	}
}

// mark puts an entity over the text from start on, in UTF-16 units.
func (w *writer) mark(name string, start int, r rank) {
	w.entities = append(w.entities, ranked{tgbotapi.MessageEntity{Type: name, Offset: start, Length: w.units - start}, r})
}

// content returns what was written, with at most as many entities as Telegram
// keeps, in the order of the text.
func (w *writer) content() content {
	kept := slices.DeleteFunc(w.entities, func(e ranked) bool { return e.Length == 0 })
	slices.SortStableFunc(kept, func(a, b ranked) int { return int(a.rank) - int(b.rank) })
	kept = kept[:min(len(kept), maxEntities)]
	slices.SortStableFunc(kept, func(a, b ranked) int {
		return cmp.Or(a.Offset-b.Offset, b.Length-a.Length, a.rank.depth()-b.rank.depth()) // the outer one first
	})
	c := content{text: w.b.String()}
	for _, e := range kept {
		c.entities = append(c.entities, e.MessageEntity)
	}
	return c
}

// region is an entity over several lines that is still open.
type region struct {
	open          bool
	start, points int
	name          string
	rank          rank
}

// begin opens the region, unless it is open.
func (g *region) begin(w *writer, name string, r rank) {
	if !g.open {
		*g = region{true, w.units, w.points, name, r}
	}
}

// end closes the region, if it is open.
func (g *region) end(w *writer) {
	if !g.open {
		return
	}
	if g.name == "blockquote" && w.points-g.points > longQuote {
		g.name = "expandable_blockquote"
	}
	w.mark(g.name, g.start, g.rank)
	g.open = false
}

// linkable reports whether Telegram takes a link: it refuses the whole message
// for one without a proper host.
func linkable(link string) bool {
	u, err := url.Parse(link)
	return err == nil && fit.Web(link) && strings.Contains(strings.Trim(u.Hostname(), "."), ".")
}
