package sandbox

import (
	"strconv"
	"strings"
)

// markdown shows Markdown in Discord's dialect (support.discord.com, "Markdown
// Text 101"): headings, -# small print, > and >>> quotes, lists, ``` blocks,
// and inline styles.
func markdown(s string) []node {
	var out []node
	for {
		before, code, after, ok := fence(s)
		if !ok {
			return append(out, markdownLines(s)...)
		}
		out = append(out, markdownLines(before)...)
		out = append(out, el("pre", "", text(code)))
		s = strings.TrimPrefix(after, "\n")
	}
}

// fence finds the first code block. The first line of it may name a language.
func fence(s string) (before, code, after string, ok bool) {
	start := 0
	for {
		k := strings.Index(s[start:], "```")
		if k < 0 {
			return "", "", "", false
		}
		start += k
		if !escaped(s, start) {
			break
		}
		start++
	}
	code, after, ok = strings.Cut(s[start+3:], "```")
	if !ok || strings.TrimSpace(code) == "" {
		return "", "", "", false
	}
	if language, rest, more := strings.Cut(code, "\n"); more && !strings.ContainsAny(language, " `") {
		code = rest
	}
	return s[:start], strings.TrimSuffix(code, "\n"), after, true
}

// escaped reports whether an odd number of backslashes stands before i.
func escaped(s string, i int) bool {
	n := 0
	for n < i && s[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// line is one line and what it is.
type line struct {
	kind   string // p, h1, h2, h3, small, quote, ul, ol
	text   string // without its mark
	indent int    // ul, ol
	number int    // ol
}

// markdownLines shows text without code blocks.
func markdownLines(s string) []node {
	if strings.Trim(s, "\n") == "" {
		return nil
	}
	lines := strings.Split(strings.Trim(s, "\n"), "\n")
	var out []node
	for i := 0; i < len(lines); {
		first := lineOf(lines[i])
		if rest, ok := strings.CutPrefix(lines[i], ">>> "); ok { // to the end
			rest = strings.Join(append([]string{rest}, lines[i+1:]...), "\n")
			return append(out, el("blockquote", "", markdownQuoted(rest)...))
		}
		run := []line{first}
		for i++; i < len(lines) && joins(first, lines[i]); i++ {
			run = append(run, lineOf(lines[i]))
		}
		out = append(out, showRun(run)...)
	}
	return out
}

// joins reports whether the next line belongs to the run that first began.
func joins(first line, next string) bool {
	if strings.HasPrefix(next, ">>> ") {
		return false
	}
	n := lineOf(next)
	switch first.kind {
	case "p", "quote":
		return n.kind == first.kind
	case "ul", "ol":
		return n.kind == first.kind && n.indent == first.indent
	}
	return false
}

// showRun shows lines of one kind.
func showRun(run []line) []node {
	texts := make([]string, len(run))
	for i, l := range run {
		texts[i] = l.text
	}
	joined := strings.Join(texts, "\n")
	switch first := run[0]; first.kind {
	case "h1", "h2", "h3":
		return []node{el("h"+strconv.Itoa(int(first.kind[1]-'0')+3), "", inline(joined)...)}
	case "small":
		return []node{el("div", "small", inline(joined)...)}
	case "quote":
		return []node{el("blockquote", "", markdownQuoted(joined)...)}
	case "ul", "ol":
		list := node{tag: first.kind, class: "indent" + strconv.Itoa(first.indent), start: first.number}
		for _, t := range texts {
			list.kids = append(list.kids, el("li", "", inline(t)...))
		}
		return []node{list}
	}
	joined = strings.Trim(joined, "\n")
	if joined == "" {
		return nil
	}
	return []node{el("div", "lines", inline(joined)...)}
}

// markdownQuoted shows the inside of a quote, in which Discord knows no
// further quotes.
func markdownQuoted(s string) []node {
	var out []node
	var run []string
	flush := func() {
		if len(run) > 0 {
			out = append(out, el("div", "lines", inline(strings.Join(run, "\n"))...))
			run = nil
		}
	}
	for t := range strings.SplitSeq(s, "\n") {
		l := lineOf(t)
		if l.kind == "p" || l.kind == "quote" {
			run = append(run, t)
			continue
		}
		flush()
		out = append(out, showRun([]line{l})...)
	}
	flush()
	return out
}

// lineOf tells what a line is.
func lineOf(s string) line {
	for _, mark := range []struct{ prefix, kind string }{
		{"# ", "h1"},
		{"## ", "h2"},
		{"### ", "h3"},
		{"-# ", "small"},
	} {
		if rest, ok := strings.CutPrefix(s, mark.prefix); ok && strings.TrimSpace(rest) != "" {
			return line{kind: mark.kind, text: strings.TrimSpace(rest)}
		}
	}
	if rest, ok := strings.CutPrefix(s, "> "); ok {
		return line{kind: "quote", text: rest}
	}
	if s == ">" {
		return line{kind: "quote"}
	}
	return itemOf(s)
}

// itemOf tells whether a line is a list's item.
func itemOf(s string) line {
	bare := strings.TrimLeft(s, " ")
	indent := min((len(s)-len(bare)+1)/2, maxSlackIndent)
	for _, bullet := range []string{"- ", "* "} {
		if rest, ok := strings.CutPrefix(bare, bullet); ok && strings.TrimSpace(rest) != "" {
			return line{kind: "ul", text: rest, indent: indent}
		}
	}
	digits, rest, ok := strings.Cut(bare, ". ")
	if number, err := strconv.Atoi(digits); ok && err == nil && len(digits) < 10 && number >= 0 && rest != "" {
		return line{kind: "ol", text: rest, indent: indent, number: number}
	}
	return line{kind: "p", text: s}
}
