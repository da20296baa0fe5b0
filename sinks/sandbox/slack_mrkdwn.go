package sandbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth is how deep inline styles may nest; deeper ones are shown as they
// are written.
const maxDepth = 8

// unstyled is the depth of a text that has been sent without its styles.
const unstyled = maxDepth + 1

// mrkdwn shows Slack's own markup, as docs.slack.dev describes it ("Formatting
// message text"): *bold*, _italic_, ~strike~, `code`, ``` blocks, > quotes, and
// <…> for links and mentions. There is no escape but &amp;, &lt; and &gt;.
func mrkdwn(s string) []node {
	var out []node
	for {
		before, rest, found := strings.Cut(s, "```")
		inside, after, closed := strings.Cut(rest, "```")
		if !found || !closed || inside == "" {
			return append(out, mrkdwnLines(s)...)
		}
		out = append(out, mrkdwnLines(strings.TrimSuffix(before, "\n"))...)
		out = append(out, el("pre", "", text(unescape(strings.Trim(inside, "\n")))))
		s = strings.TrimPrefix(after, "\n")
	}
}

// mrkdwnLines shows text without code blocks: quotes and what is between them.
func mrkdwnLines(s string) []node {
	if s == "" {
		return nil
	}
	var out []node
	var run []string
	quoted := false
	flush := func() {
		if len(run) == 0 {
			return
		}
		kids := mrkdwnInline(strings.Join(run, "\n"), 0)
		if quoted {
			out = append(out, el("blockquote", "", kids...))
		} else {
			out = append(out, el("div", "lines", kids...))
		}
		run = nil
	}
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		bare, isQuote := strings.CutPrefix(line, "&gt;")
		if !isQuote {
			bare, isQuote = strings.CutPrefix(line, ">")
		}
		if isQuote != quoted {
			flush()
			quoted = isQuote
		}
		run = append(run, strings.TrimPrefix(bare, " "))
		if !isQuote {
			run[len(run)-1] = line
		}
	}
	flush()
	return out
}

// mrkdwnInline shows a run of text.
func mrkdwnInline(s string, depth int) []node {
	var out []node
	plainFrom := 0
	for i := 0; i < len(s); {
		n, size := mrkdwnSpan(s, i, depth)
		if size == 0 {
			_, size = utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if plainFrom < i {
			out = append(out, text(unescape(s[plainFrom:i])))
		}
		out = append(out, n)
		i += size
		plainFrom = i
	}
	if plainFrom < len(s) {
		out = append(out, text(unescape(s[plainFrom:])))
	}
	return out
}

// mrkdwnSpan shows the span that begins at i, if one does; size is how long it
// is.
func mrkdwnSpan(s string, i, depth int) (n node, size int) {
	switch s[i] {
	case '<':
		end := strings.IndexByte(s[i:], '>')
		if end < 2 {
			return node{}, 0
		}
		return angle(s[i+1 : i+end]), end + 1
	case '`':
		if end := spanEnd(s, i); end > 0 && depth < unstyled {
			return el("code", "", text(unescape(s[i+1:end]))), end + 1 - i
		}
	case '*', '_', '~':
		if end := spanEnd(s, i); end > 0 && depth < maxDepth {
			return el(mrkdwnTag(s[i]), "", mrkdwnInline(s[i+1:end], depth+1)...), end + 1 - i
		}
	case 'h':
		if address := bareURL(s[i:]); address != "" && !wordBefore(s, i) {
			return link(unescape(address), text(unescape(address))), len(address)
		}
	}
	return node{}, 0
}

func mrkdwnTag(mark byte) string {
	switch mark {
	case '*':
		return "strong"
	case '_':
		return "em"
	}
	return "s"
}

// spanEnd returns where the span that the mark at i opens ends, or 0. Both
// marks stand at a word's edge and on one line, with text between them.
func spanEnd(s string, i int) int {
	if wordBefore(s, i) || i+1 >= len(s) || s[i+1] == s[i] || s[i+1] == ' ' {
		return 0
	}
	line, _, _ := strings.Cut(s[i+1:], "\n")
	for from := 0; ; {
		k := strings.IndexByte(line[from:], s[i])
		if k < 0 {
			return 0
		}
		end := i + 1 + from + k
		if end > i+1 && s[end-1] != ' ' && !wordAfter(s, end+1) {
			return end
		}
		from += k + 1
	}
}

func wordBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return i > 0 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func wordAfter(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[min(i, len(s)):])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// angle shows what stands between < and >.
func angle(inside string) node {
	target, label, labelled := strings.Cut(inside, "|")
	switch inside[0] {
	case '@':
		return el("span", "mention", text("@"+pick(labelled, label, target[1:])))
	case '#':
		return el("span", "mention", text("#"+pick(labelled, label, target[1:])))
	case '!':
		return el("span", "mention", text("@"+pick(labelled, label, target[1:])))
	}
	return link(unescape(target), text(unescape(pick(labelled, label, target))))
}

// pick returns a if first is true, and b otherwise.
func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// unescape undoes Slack's three escapes, once.
func unescape(s string) string {
	return strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">").Replace(s)
}

// bareURL returns the address that s begins with: http:// or https:// up to a
// space, without the punctuation of the sentence around it.
func bareURL(s string) string {
	if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return ""
	}
	end := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>|\"", r) })
	if end < 0 {
		end = len(s)
	}
	address := strings.TrimRight(s[:end], ".,:;!?'")
	if strings.HasSuffix(address, ")") && !strings.Contains(address, "(") {
		address = strings.TrimRight(address, ").,:;!?'")
	}
	if !harmless(address) {
		return ""
	}
	return address
}
