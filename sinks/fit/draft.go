package fit

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"botrelay/relay"
)

// How much is looked at for a digest, in code points: of a title, a name, a
// value or a part of an origin, and of a body.
const (
	maxGlance  = 300
	maxExcerpt = 800
)

// draft is what a digest may tell of a message.
type draft struct {
	kind   kind
	title  string
	link   string
	thread string
	color  relay.Color
	time   time.Time
	facts  []fact
	text   string
	quote  bool     // text has, or goes with, words of a customer
	origin []string // bot, channel, source
}

// fact is a value of a message, with its name where that says something.
type fact struct {
	spans []relay.Span
	leads bool // it links to the person or the page, so it is the last to go
}

func newDraft(m relay.Message) draft {
	d := draft{
		kind:   kindOf(m),
		title:  cmp.Or(oneLine(literal(cutText(m.Title, maxGlance))), "(no title)"),
		link:   titleLink(m.Link),
		color:  m.Color,
		time:   m.Time,
		origin: originOf(m),
	}
	for _, f := range m.Fields {
		if spans := factOf(f, d.title); spans != nil {
			d.facts = append(d.facts, fact{spans, linked(spans)})
		}
	}
	d.text = beginning(m.Body, d.title)
	d.quote = d.text != "" && slices.ContainsFunc(m.Body, func(b relay.Block) bool { return b.Quote })
	return d
}

// factOf returns a field as a digest tells it: mail, phone and page without
// their names, and nothing that the title has told.
func factOf(f relay.Field, title string) []relay.Span {
	value := lineSpans(cutSpans(f.Value, maxGlance))
	text := strings.TrimSpace(relay.Plain(value))
	name := oneLine(literal(cutText(f.Name, maxGlance)))
	switch {
	case text == "", !linked(value) && strings.Contains(title, text):
		return nil
	case name == "", tellsItself(value):
		return value
	}
	return append([]relay.Span{{Text: name + ": "}}, value...)
}

func linked(spans []relay.Span) bool {
	for _, s := range spans {
		if s.Link != "" {
			return true
		}
	}
	return false
}

// tellsItself reports whether a value shows what it is: a mail address, a phone
// number, or a page by its address.
func tellsItself(value []relay.Span) bool {
	if len(value) != 1 {
		return false
	}
	u, err := url.Parse(value[0].Link)
	if err != nil {
		return false
	}
	return u.Scheme == "mailto" || u.Scheme == "tel" || u.Host != "" && strings.HasPrefix(value[0].Text, u.Host)
}

// cutFacts returns facts in one line, as far as r has room for them: those by
// which a person can be reached rather than others, and each whole rather than
// two in part.
func cutFacts(facts []fact, r room) []relay.Span {
	kept := make([][]relay.Span, len(facts))
	used := 0
	for _, leads := range []bool{true, false} {
		for i, f := range facts {
			value := shortLinks(cutSpans(f.spans, r.value), r.link)
			if n := size(value); f.leads == leads && n > 0 && used+n <= r.facts {
				kept[i] = value
				used += n + len(separator)
			}
		}
	}
	var line []relay.Span
	for _, value := range kept {
		if len(line) > 0 && len(value) > 0 {
			line = append(line, relay.Span{Text: separator})
		}
		line = append(line, value...)
	}
	return line
}

// shortLinks returns spans without links of more than most bytes.
func shortLinks(spans []relay.Span, most int) []relay.Span {
	var out []relay.Span
	for _, s := range spans {
		if len(s.Link) > most && Web(s.Link) {
			s.Link = ""
		}
		out = append(out, s)
	}
	return out
}

// beginning returns the text of blocks in one line, as far as an entry may show
// it, without what the title has told.
func beginning(blocks []relay.Block, title string) string {
	var texts []string
	for _, b := range cutBlocks(blocks, maxExcerpt) {
		text := oneLine(literal(relay.Plain(Told(b.Spans, Web))))
		if text == "" || len(texts) == 0 && strings.Contains(title, text) {
			continue
		}
		if isLabel(b) && unicode.IsLetter(lastRune(text)) {
			text += ":"
		}
		if b.Type == relay.Item {
			text = "• " + text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, " ")
}

// isLabel reports whether b says what follows: a heading, or a line in bold.
func isLabel(b relay.Block) bool {
	for _, s := range b.Spans {
		if !s.Style.Has(relay.Bold) {
			return b.Type == relay.Heading
		}
	}
	return !b.Quote
}

func lastRune(text string) (last rune) {
	for _, r := range text {
		last = r
	}
	return last
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
