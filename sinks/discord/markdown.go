package discord

import (
	"strings"

	"botrelay/relay"
	"botrelay/sinks/fit"
)

const (
	fence = "```"
	// maxLink is the length of the longest link that is shown in text, in
	// bytes. A field has 1,024 characters for text and links.
	maxLink = 800
)

// escape makes text literal in Discord's Markdown: a backslash before every
// character that begins markup anywhere, mentions and links included.
func escape(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_~|<>#[]()@:-+.!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// description writes a body as Markdown. Code in a quotation is inline code,
// line by line, so that no fence reaches over the quotation's marks.
func description(body []relay.Block) string {
	var out []string
	open := false
	for _, line := range fit.Lines(body, "- ") {
		block := line.Code && !line.Quote
		if open && (!block || line.First) {
			out, open = append(out, fence), false
		}
		if block && !open {
			out, open = append(out, fence), true
		}
		switch {
		case block:
			out = append(out, fenced(relay.Plain(line.Spans)))
		case line.Quote:
			out = append(out, "> "+line.Mark+inline(quoted(line)))
		default:
			out = append(out, line.Mark+inline(line.Spans))
		}
	}
	if open {
		out = append(out, fence)
	}
	return strings.Join(out, "\n")
}

// quoted returns the spans of a quoted line.
func quoted(line fit.Line) []relay.Span {
	if !line.Code {
		return line.Spans
	}
	return []relay.Span{{Text: relay.Plain(line.Spans), Style: relay.Mono}}
}

// fenced makes text literal in a code block, where nothing can be escaped.
func fenced(text string) string { return strings.ReplaceAll(text, "``", "`"+invisible+"`") }

// inline writes spans, which have no line breaks, as Markdown. Discord links to
// pages only, so other addresses are written out.
func inline(spans []relay.Span) string {
	var b strings.Builder
	styled := false // what was written last ends in markup
	for _, s := range fit.Merged(fit.Told(spans, fit.Web)) {
		text := strings.TrimSpace(s.Text)
		if text == "" || s.Style == 0 {
			b.WriteString(core(s))
			styled = false
			continue
		}
		before, after, _ := strings.Cut(s.Text, text)
		if styled && before == "" {
			b.WriteString(invisible) // two marks in a row would be one
		}
		s.Text = text
		b.WriteString(before + markup(s) + after)
		styled = after == ""
	}
	return b.String()
}

// markup writes a span that has a style, without space around it.
func markup(s relay.Span) string {
	if s.Style.Has(relay.Mono) && s.Link == "" {
		return code(s.Text)
	}
	text := core(s)
	if fit.Web(s.Link) && strings.ContainsAny(s.Link, "*~") {
		return text // in an address nothing can be escaped: the first of these would end the style
	}
	if s.Style.Has(relay.Italic) {
		text = "*" + text + "*"
	}
	if s.Style.Has(relay.Bold) {
		text = "**" + text + "**"
	}
	if s.Style.Has(relay.Strike) {
		if strings.HasSuffix(text, "~") {
			text += invisible // a backslash does not keep it from the mark
		}
		text = "~~" + text + "~~"
	}
	return text
}

// core writes a span without its style. A link is hidden behind a text only if
// the text does not look like another link, and has no brackets that Discord
// would mistake for the link's own.
func core(s relay.Span) string {
	switch {
	case !fit.Web(s.Link) || len(s.Link) > maxLink || strings.TrimSpace(s.Text) == "":
		return escape(s.Text)
	case strings.EqualFold(s.Text, s.Link): // a scheme may be written in capitals
		return "<" + s.Link + ">"
	case strings.Contains(s.Text, "://"), !nests(s.Text):
		return escape(s.Text) + ` \(<` + s.Link + `>\)`
	}
	return "[" + escape(s.Text) + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(s.Link) + ")"
}

// nests reports whether each opening bracket in text has its closing one, and
// none is within another: a backslash does not help within a link.
func nests(text string) bool {
	if !strings.Contains(text, "[") {
		return true
	}
	open := false
	for _, r := range text {
		if r == '[' && open || r == ']' && !open {
			return false
		}
		if r == '[' || r == ']' {
			open = !open
		}
	}
	return !open
}

// code writes text as inline code. With more than two marks in a row it would be
// a block, within which nothing is safe, so there are never two in the text.
func code(text string) string {
	text, mark := fenced(fenced(text)), "`" // the first time leaves two where there were three
	if strings.Contains(text, mark) {
		mark = "``"
	}
	if strings.HasPrefix(text, "`") {
		text = " " + text
	}
	if strings.HasSuffix(text, "`") {
		text += " "
	}
	return mark + text + mark
}
