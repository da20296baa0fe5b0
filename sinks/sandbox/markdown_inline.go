package sandbox

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// inliner shows one run of text with inline styles.
type inliner struct {
	s     string
	depth int
	out   []node
	plain strings.Builder
	dead  map[string]bool // marks that have no end in the rest, so that hostile text is not searched again and again
}

// inline shows a run of text with Discord's inline styles.
func inline(s string) []node { return inlineAt(s, 0) }

func inlineAt(s string, depth int) []node {
	p := &inliner{s: s, depth: depth, dead: map[string]bool{}}
	for i := 0; i < len(s); {
		n, size := p.span(i)
		if size > 0 {
			p.add(n)
			i += size
			continue
		}
		if s[i] == '\\' && i+1 < len(s) && punctuation(s[i+1]) {
			i++ // an escape: the next character is itself
		}
		_, size = utf8.DecodeRuneInString(s[i:])
		p.plain.WriteString(s[i : i+size])
		i += size
	}
	p.flush()
	return p.out
}

func (p *inliner) add(n node) {
	p.flush()
	p.out = append(p.out, n)
}

func (p *inliner) flush() {
	if p.plain.Len() > 0 {
		p.out = append(p.out, text(p.plain.String()))
		p.plain.Reset()
	}
}

// span shows what begins at i, if it is more than a character; size is how
// long it is.
func (p *inliner) span(i int) (n node, size int) {
	if p.depth >= maxDepth {
		return node{}, 0
	}
	switch p.s[i] {
	case '`':
		return p.code(i)
	case '<':
		return p.angled(i)
	case '[':
		return p.masked(i)
	case 'h':
		if address := bareURL(p.s[i:]); address != "" && !wordBefore(p.s, i) {
			return link(address, text(address)), len(address)
		}
	case '*', '_', '~', '|':
		return p.styled(i)
	}
	return node{}, 0
}

func punctuation(c byte) bool {
	return c > ' ' && c < 0x7f && !asciiDigit(c) && !asciiLetter(c)
}

// code shows `code`, between any number of backticks.
func (p *inliner) code(i int) (node, int) {
	n := len(p.s[i:]) - len(strings.TrimLeft(p.s[i:], "`"))
	end := p.codeEnd(i+n, n)
	if end < 0 {
		return node{}, 0
	}
	inside := p.s[i+n : end]
	if n > 1 {
		inside = strings.TrimSuffix(strings.TrimPrefix(inside, " "), " ")
	}
	return el("code", "", text(inside)), end + n - i
}

// codeEnd returns where a run of exactly n backticks begins, at or after from,
// or -1.
func (p *inliner) codeEnd(from, n int) int {
	mark := strings.Repeat("`", min(n, 64))
	if p.dead[mark] {
		return -1
	}
	for j := from; j < len(p.s); {
		run := len(p.s[j:]) - len(strings.TrimLeft(p.s[j:], "`"))
		if run == n && j > from {
			return j
		}
		j += max(run, 1)
	}
	p.dead[mark] = true
	return -1
}

// angled shows <…>: an address, a mention, an emoji or a time.
func (p *inliner) angled(i int) (node, int) {
	end := strings.IndexByte(p.s[i:min(len(p.s), i+2100)], '>')
	if end < 2 {
		return node{}, 0
	}
	inside := p.s[i+1 : i+end]
	switch {
	case strings.ContainsAny(inside, " \n<"):
		return node{}, 0
	case inside[0] == '@' && number(strings.TrimLeft(inside[1:], "!&")):
		return el("span", "mention", text("@"+strings.TrimLeft(inside[1:], "!&"))), end + 1
	case inside[0] == '#' && number(inside[1:]):
		return el("span", "mention", text("#"+inside[1:])), end + 1
	case strings.HasPrefix(inside, "t:"):
		return stamp(inside, end+1)
	case inside[0] == ':' || strings.HasPrefix(inside, "a:"):
		if parts := strings.Split(inside, ":"); len(parts) == 3 && number(parts[2]) {
			return text(":" + parts[1] + ":"), end + 1
		}
	case strings.HasPrefix(inside, "http") && harmless(inside):
		return link(inside, text(inside)), end + 1
	}
	return node{}, 0
}

// stamp shows <t:SECONDS:FORMAT>.
func stamp(inside string, size int) (node, int) {
	parts := strings.Split(inside, ":")
	unix, err := strconv.ParseInt(parts[1], 10, 40)
	if err != nil || len(parts) > 3 {
		return node{}, 0
	}
	return el("span", "mention", text(time.Unix(unix, 0).UTC().Format("2 January 2006 15:04"))), size
}

func number(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// masked shows [text](address).
func (p *inliner) masked(i int) (node, int) {
	if p.dead["]("] {
		return node{}, 0
	}
	label := p.end(i+1, "](")
	if label < 0 {
		return node{}, 0
	}
	rest := p.s[label+2:]
	end := strings.IndexAny(rest, ")\n")
	if end < 0 || rest[end] == '\n' {
		return node{}, 0
	}
	target, _, _ := strings.Cut(rest[:end], " ") // a title may follow
	target = strings.TrimSuffix(strings.TrimPrefix(target, "<"), ">")
	if !balanced(p.s[i+1:label]) || !strings.HasPrefix(target, "http") || !harmless(target) {
		return node{}, 0
	}
	return link(target, inlineAt(p.s[i+1:label], p.depth+1)...), label + 2 + end + 1 - i
}

// balanced reports whether every bracket of a label that is not escaped has
// its other half.
func balanced(label string) bool {
	open := 0
	for i := 0; i < len(label) && open >= 0; i++ {
		switch label[i] {
		case '\\':
			i++
		case '[':
			open++
		case ']':
			open--
		}
	}
	return open == 0
}

// styled shows a run between two equal marks.
func (p *inliner) styled(i int) (node, int) {
	for _, style := range []struct{ mark, tag, class string }{
		{"***", "strong", "both"},
		{"**", "strong", ""},
		{"__", "u", ""},
		{"~~", "s", ""},
		{"||", "span", "spoiler"},
		{"*", "em", ""},
		{"_", "em", ""},
	} {
		mark := style.mark
		if !strings.HasPrefix(p.s[i:], mark) || p.dead[mark] || !p.opens(i, mark) {
			continue
		}
		end := p.end(i+len(mark), mark)
		if end < 0 {
			continue
		}
		kids := inlineAt(p.s[i+len(mark):end], p.depth+1)
		if style.class == "both" {
			return el("strong", "", el("em", "", kids...)), end + len(mark) - i
		}
		return el(style.tag, style.class, kids...), end + len(mark) - i
	}
	return node{}, 0
}

// opens reports whether mark at i can begin a run: an underscore only at a
// word's edge, an asterisk not before a space.
func (p *inliner) opens(i int, mark string) bool {
	after := i + len(mark)
	switch mark {
	case "_":
		return !wordBefore(p.s, i)
	case "*":
		next := p.s[after:]
		return next != "" && next[0] != ' ' && next[0] != '\n' && (next[0] != '*' || strings.HasPrefix(next, "**"))
	}
	return after < len(p.s)
}

// end returns where mark next stands, after at least one character, outside
// code and not escaped, or -1.
func (p *inliner) end(from int, mark string) int {
	for j := from; j < len(p.s); {
		switch {
		case p.s[j] == '\\':
			j += 2
		case p.s[j] == '`':
			n := len(p.s[j:]) - len(strings.TrimLeft(p.s[j:], "`"))
			if end := p.codeEnd(j+n, n); end > 0 {
				j = end
			}
			j += n
		case strings.HasPrefix(p.s[j:], mark) && j > from && p.closes(j, mark):
			return j
		case len(mark) == 1 && strings.HasPrefix(p.s[j:], mark+mark):
			j += 2 // a double mark inside a single one
		default:
			j++
		}
	}
	p.dead[mark] = true
	return -1
}

// closes reports whether mark at j can end a run: an asterisk not after a space.
func (p *inliner) closes(j int, mark string) bool {
	switch mark {
	case "*":
		return !strings.HasPrefix(p.s[j:], "**") && p.s[j-1] != ' ' && p.s[j-1] != '\n'
	case "_":
		return !strings.HasPrefix(p.s[j:], "__") && !wordAfter(p.s, j+1)
	case "**":
		return !strings.HasPrefix(p.s[j:], "***") || strings.HasPrefix(p.s[j:], "****")
	}
	return true
}
