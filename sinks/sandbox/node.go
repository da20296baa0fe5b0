package sandbox

import (
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// node is a piece of a rendered message. Renderers build trees of nodes, never
// HTML, so that nothing in a message can become markup: tags and classes are
// constants of this package, text is escaped, and link lets only harmless
// addresses through.
type node struct {
	tag   string // empty: only text
	class string
	href  string // of an a
	start int    // of an ol; 0 means 1
	color int    // of a bar: 0xRRGGBB
	lang  string // of a pre: the language that it is labelled with
	as    string // of a time: how it is written, as clock has it
	at    time.Time
	text  string
	kids  []node
}

// text is literal text.
func text(s string) node { return node{text: s} }

// el is an element.
func el(tag, class string, kids ...node) node {
	return node{tag: tag, class: class, kids: kids}
}

// bar is a coloured stripe. It is drawn as SVG, since the page's policy allows
// no inline style.
func bar(color int) node { return node{tag: "bar", color: color & 0xffffff} }

// moment is a time, written as clock writes it; on the page in the reader's zone.
func moment(as string, at time.Time) node { return node{tag: "time", as: as, at: at} }

// link is a link to href, or what it would show if href is not a harmless
// address.
func link(href string, kids ...node) node {
	if !harmless(href) {
		return el("span", "deadlink", kids...)
	}
	return node{tag: "a", href: href, kids: kids}
}

// harmless reports whether an address may be followed: it is http, https,
// mailto or tel, and whole.
func harmless(href string) bool {
	u, err := url.Parse(href)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "mailto", "tel":
		return u.Opaque != ""
	}
	return false
}

// markup returns the nodes as HTML.
func markup(nodes ...node) template.HTML {
	var b strings.Builder
	for _, n := range nodes {
		n.write(&b)
	}
	return template.HTML(b.String()) // write escapes everything that is not a constant
}

func (n node) write(b *strings.Builder) {
	switch n.tag {
	case "":
		b.WriteString(html.EscapeString(visible(n.text)))
		return
	case "hr":
		b.WriteString("<hr/>")
		return
	case "bar":
		b.WriteString(`<svg class="bar" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true"><rect width="1" height="1" fill="#`)
		b.WriteString(strconv.FormatInt(int64(n.color)|1<<24, 16)[1:])
		b.WriteString(`"/></svg>`)
		return
	}
	b.WriteString("<" + n.tag)
	if n.class != "" {
		b.WriteString(` class="` + n.class + `"`)
	}
	if n.href != "" {
		b.WriteString(` href="` + html.EscapeString(visible(n.href)) + `" target="_blank" rel="noopener noreferrer nofollow"`)
	}
	if n.lang != "" {
		b.WriteString(` data-lang="` + html.EscapeString(visible(n.lang)) + `"`)
	}
	if n.tag == "time" {
		b.WriteString(` datetime="` + stampOf(n.at) + `" data-as="` + n.as + `">` + n.words() + "</time>")
		return
	}
	if n.start > 1 {
		b.WriteString(` start="` + strconv.Itoa(n.start) + `"`)
	}
	b.WriteString(">")
	for _, kid := range n.kids {
		kid.write(b)
	}
	b.WriteString("</" + n.tag + ">")
}

// treeSize is what keeping nodes costs, in bytes, roughly.
func treeSize(nodes []node) int {
	size := 0
	for _, n := range nodes {
		size += 128 + len(n.text) + len(n.href) + treeSize(n.kids)
	}
	return size
}

// words is the text of a node itself.
func (n node) words() string {
	if n.tag == "time" {
		return clock(n.as, n.at, time.Time{}) // with its day: whoever shows it may know better
	}
	return n.text
}

// visible puts a replacement character where a text has what cannot be shown,
// so that a reader sees that there is something.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if (r < ' ' && r != '\n' && r != '\t') || (r >= 0x7f && r < 0xa0) || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, s)
}

// plain returns the text of nodes without markup; blocks stand on lines of
// their own.
func plain(nodes ...node) string {
	var b strings.Builder
	for _, n := range nodes {
		n.writePlain(&b)
	}
	return strings.TrimSpace(b.String())
}

func (n node) writePlain(b *strings.Builder) {
	b.WriteString(n.words())
	if n.block() {
		newline(b)
	}
	for _, kid := range n.kids {
		kid.writePlain(b)
	}
	if n.block() {
		newline(b)
	}
}

// block reports whether n starts on a new line.
func (n node) block() bool {
	switch n.tag {
	case "p", "div", "blockquote", "pre", "ol", "ul", "li", "h4", "h5", "h6", "hr":
		return true
	}
	return false
}

// newline ends the line, if one has begun.
func newline(b *strings.Builder) {
	if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteByte('\n')
	}
}
