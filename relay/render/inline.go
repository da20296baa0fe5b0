package render

import (
	"bufio"
	"bytes"
	stdhtml "html"
	"strings"

	"botrelay/relay"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
)

// inline returns the text in a block, not yet tidied.
func (d *document) inline(n ast.Node) []relay.Span {
	r := d.inliner()
	r.children(n, relay.Span{})
	return r.out
}

func (d *document) inliner() *inliner {
	return &inliner{source: d.source, show: d.show, isTemplate: d.isTemplate, values: d.values, markdown: d.markdown, oneLine: d.line || d.level > 0}
}

// inliner turns inline nodes into spans.
type inliner struct {
	source []byte
	show   func(string) string
	out    []relay.Span

	isTemplate bool
	values     []value   // of a template
	markdown   markdown  // for those that are Markdown
	tags       []openTag // of HTML
	endless    ast.Node  // holds a script that does not end: there is no use in looking again
	oneLine    bool      // a line break in a value becomes a space
	lines      bool      // a value has brought a line break
}

// children renders the nodes in n. look has the style and link they are in.
func (r *inliner) children(n ast.Node, look relay.Span) {
	base := len(r.tags)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if end := r.afterHidden(c); end != nil {
			c = end
			continue
		}
		if raw, ok := c.(*ast.RawHTML); ok {
			look = r.rawHTML(raw, base, look)
			continue
		}
		r.node(c, look)
	}
	r.closeTo(base, look)
}

func (r *inliner) node(n ast.Node, look relay.Span) {
	switch n := n.(type) {
	case *ast.Text:
		r.text(n, look)
	case *ast.String:
		r.fill(look, string(n.Value))
	case *ast.CodeSpan:
		look.Style |= relay.Mono
		r.write(look, strings.ReplaceAll(r.markdown.filled(r.code(n), r.values), "\n", " "))
	case *ast.Emphasis:
		look.Style |= emphasis(n.Level)
		r.children(n, look)
	case *extast.Strikethrough:
		look.Style |= relay.Strike
		r.children(n, look)
	case *extast.TaskCheckBox:
		r.write(look, checkBox(n.IsChecked))
	case *ast.Link:
		r.link(n, n.Destination, look, "")
	case *ast.Image:
		r.write(look, "🖼️ ")
		r.link(n, n.Destination, look, "image")
	case *ast.AutoLink:
		r.autoLink(n, look)
	default:
		r.children(n, look)
	}
}

func (r *inliner) write(look relay.Span, text string) {
	look.Text = text
	r.out = append(r.out, look)
}

// text renders a run of text, and the line break after it: soft ones too are
// kept, since in a chat a line break is meant.
func (r *inliner) text(n *ast.Text, look relay.Span) {
	value := string(n.Segment.Value(r.source))
	if !n.IsRaw() {
		value = decode(value)
	}
	if n.SoftLineBreak() || n.HardLineBreak() {
		value += "\n"
	}
	r.fill(look, value)
}

// code returns the text of a code span, in which a line break is a space.
func (r *inliner) code(n *ast.CodeSpan) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(r.source))
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// link renders a link or an image. Where its destination is nothing to send a
// reader to, its text stays, and a web address that may not be a link is told.
// Whether the text is honest about the destination can only be judged with
// what stands around it: see document.honest.
func (r *inliner) link(n ast.Node, destination []byte, look relay.Span, standIn string) {
	link, shown := r.target(decode(string(destination)))
	if look.Link == "" { // else an image in a link
		look.Link = link
	}
	if standIn == "" {
		standIn = readable(link)
	}
	from := len(r.out)
	r.children(n, look)
	if !isVisible(tidyText(relay.Plain(r.out[from:]), oneLine)) {
		r.write(look, r.show(standIn))
	}
	if shown = r.show(shown); shown != "" {
		r.write(relay.Span{Style: look.Style}, " ("+shown+")")
	}
}

// autoLink renders <https://example.com> and <me@example.com>.
func (r *inliner) autoLink(n *ast.AutoLink, look relay.Span) {
	url := string(n.URL(r.source))
	if n.AutoLinkType == ast.AutoLinkEmail {
		url = "mailto:" + url
	}
	if look.Link == "" {
		look.Link, _ = r.target(url)
	}
	r.fill(look, string(n.Label(r.source)))
}

// target returns the link that a destination stands for: see target, and for
// templates destination.
func (r *inliner) target(s string) (link, shown string) {
	if r.isTemplate {
		return destination(s, r.values)
	}
	return target(s)
}

// decode resolves backslash escapes and entities, as CommonMark has it. The
// writer does both, but also escapes what it writes for HTML; undoing that is
// exact, while resolving one after the other would turn \&amp; into &.
func decode(s string) string {
	if !strings.ContainsAny(s, "\\&\x00") {
		return s
	}
	var b bytes.Buffer
	w := bufio.NewWriterSize(&b, len(s))
	html.DefaultWriter.Write(w, []byte(s))
	_ = w.Flush() // a Buffer takes everything
	return stdhtml.UnescapeString(b.String())
}

// emphasis returns the style for one or two asterisks.
func emphasis(level int) relay.Style {
	if level == 1 {
		return relay.Italic
	}
	return relay.Bold
}

func checkBox(checked bool) string {
	if checked {
		return "☑ "
	}
	return "☐ "
}
