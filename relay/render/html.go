package render

import (
	"strings"

	"botrelay/relay"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// maxTags is how many HTML tags are open at a time; further ones change nothing.
const maxTags = 50

// tag is one HTML tag that we know the meaning of.
type tag struct {
	name   string // in lower case
	closes bool
	href   string // of an a
}

// readTag reads HTML that is one tag, and reports whether it is known.
func readTag(raw string) (tag, bool) {
	z := html.NewTokenizer(strings.NewReader(raw))
	z.Next()
	t := z.Token()
	return tagOf(t), isKnown(t, raw)
}

// tagOf returns the tag that t is; without a name if it is none.
func tagOf(t html.Token) tag {
	switch t.Type {
	case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
	case html.TextToken, html.CommentToken, html.DoctypeToken, html.ErrorToken:
		return tag{}
	}
	out := tag{name: t.Data, closes: t.Type == html.EndTagToken}
	for _, a := range t.Attr {
		if a.Key == "href" {
			out.href = a.Val
			break
		}
	}
	return out
}

// isKnown reports whether a token is a tag that is read as what it means, or a
// comment, which means nothing.
func isKnown(t html.Token, raw string) bool {
	switch t.Type {
	case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
		_, styled := tagStyle(t.Data)
		return styled || t.Data == "a" || t.Data == "br" || t.Data == "span" || isBlockTag(t.Data)
	case html.CommentToken:
		return strings.HasPrefix(raw, "<!--")
	case html.TextToken, html.DoctypeToken, html.ErrorToken:
	}
	return false
}

// tagStyle returns how a tag makes text look.
func tagStyle(name string) (relay.Style, bool) {
	switch name {
	case "b", "strong":
		return relay.Bold, true
	case "i", "em":
		return relay.Italic, true
	case "s", "del", "strike":
		return relay.Strike, true
	case "code":
		return relay.Mono, true
	case "u":
		return 0, true // none of the platforms underlines
	}
	return 0, false
}

// isBlockTag reports whether what a tag holds stands on lines of its own.
func isBlockTag(name string) bool {
	switch name {
	case "p", "div", "ul", "ol", "li", "hr":
		return true
	}
	return headingTag(name) > 0
}

// headingTag returns 1 to 6 for h1 to h6, and 0 for other tags.
func headingTag(name string) int {
	if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
		return int(name[1] - '0')
	}
	return 0
}

// isHiddenTag reports whether what a tag holds is no text for people.
func isHiddenTag(name string) bool { return name == "script" || name == "style" }

// openTag is a tag whose end is still to come.
type openTag struct {
	name  string
	outer relay.Span // the look of what follows it
	from  int        // where its text begins in out; -1: some of it is written already
	shown string     // of a link that may not be one: what to show instead
}

// open begins a tag, and returns the look of what is in it.
func (r *inliner) open(t tag, look relay.Span) relay.Span {
	if len(r.tags) == maxTags {
		return look
	}
	o := openTag{name: t.name, outer: look, from: len(r.out)}
	if style, ok := tagStyle(t.name); ok {
		look.Style |= style
	}
	if t.name == "a" {
		link, shown := r.target(t.href)
		if o.shown = shown; look.Link == "" {
			look.Link = link
		}
	}
	if headingTag(t.name) > 0 {
		look.Style |= relay.Bold
	}
	r.tags = append(r.tags, o)
	return look
}

// close ends the tag of that name that was begun last, with those in it, but
// none before base. It returns the look of what follows.
func (r *inliner) close(name string, base int, look relay.Span) relay.Span {
	for i := len(r.tags) - 1; i >= base; i-- {
		if r.tags[i].name == name {
			return r.closeTo(i, look)
		}
	}
	return look
}

// closeTo ends all tags but the first n.
func (r *inliner) closeTo(n int, look relay.Span) relay.Span {
	for len(r.tags) > n {
		o := r.tags[len(r.tags)-1]
		r.tags = r.tags[:len(r.tags)-1]
		if o.name == "a" {
			if o.from >= 0 && !isVisible(tidyText(relay.Plain(r.out[o.from:]), oneLine)) {
				r.write(look, r.show(readable(look.Link)))
			}
			if shown := r.show(o.shown); shown != "" {
				r.write(relay.Span{Style: look.Style}, " ("+shown+")")
			}
		}
		look = o.outer
	}
	return look
}

// rawHTML renders a tag in a line of text, and returns the look of what follows.
// An unknown one stays as it is written. base is how many tags were open where
// the text began: those are not for this text to close.
func (r *inliner) rawHTML(n *ast.RawHTML, base int, look relay.Span) relay.Span {
	raw := string(n.Segments.Value(r.source))
	t, known := readTag(raw)
	switch {
	case !known:
		r.fill(look, raw)
	case t.name == "br":
		r.write(look, "\n")
	case t.closes:
		look = r.close(t.name, base, look)
	case t.name == "hr" || t.name == "":
	default:
		look = r.open(t, look)
	}
	if known && isBlockTag(t.name) {
		r.write(relay.Span{}, "\n")
	}
	if known && t.name == "li" && !t.closes {
		r.write(relay.Span{}, "• ")
	}
	return look
}

// afterHidden returns the tag that ends a script or style, which is not shown;
// nil if n begins none, or one that does not end.
func (r *inliner) afterHidden(n ast.Node) ast.Node {
	begin, ok := n.(*ast.RawHTML)
	if !ok {
		return nil
	}
	t, _ := readTag(string(begin.Segments.Value(r.source)))
	if !isHiddenTag(t.name) || t.closes || r.endless == n.Parent() {
		return nil
	}
	for c := n.NextSibling(); c != nil; c = c.NextSibling() {
		if end, ok := c.(*ast.RawHTML); ok {
			if e, _ := readTag(string(end.Segments.Value(r.source))); e.closes && e.name == t.name {
				return c
			}
		}
	}
	r.endless = n.Parent()
	return nil
}
