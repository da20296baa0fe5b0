package render

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
)

// literal is how strangers' text becomes spans of one line, at most limit
// runes long: cleaned, without any style, and with a URL that is written out
// as a link to itself.
func literal(s string, limit int) []relay.Span {
	return linkify([]relay.Span{{Text: line(s, limit)}})
}

// line is literal without links, where the text is part of a line of ours.
func line(s string, limit int) string {
	return cut(tidyText(s, oneLine), limit)
}

// quote is how strangers' text of any length becomes blocks: one for each
// paragraph, all of them marked as a quotation, so that none can be taken for
// a line of ours.
func quote(s string) []relay.Block {
	blocks := paragraphsOf(s)
	for i := range blocks {
		blocks[i].Quote = true
	}
	return blocks
}

// paragraphsOf returns one block of literal text for each paragraph of s.
func paragraphsOf(s string) []relay.Block {
	s = cut(cutLines(tidyText(s, paragraphs), maxLines), maxText)
	var blocks []relay.Block
	for p := range strings.SplitSeq(s, "\n\n") {
		if isVisible(p) {
			spans := linkify(tidy([]relay.Span{{Text: p}}, paragraph))
			blocks = append(blocks, relay.Block{Spans: spans})
		}
	}
	return blocks
}

// linkify makes a link to itself of each URL that is written out in spans,
// which are clean. Links and code stay as they are.
func linkify(spans []relay.Span) []relay.Span {
	var out []relay.Span
	for _, s := range spans {
		if s.Link != "" || s.Style.Has(relay.Mono) {
			out = append(out, s)
			continue
		}
		out = appendLinked(out, s)
	}
	return out
}

// appendLinked appends s, divided at its URLs.
func appendLinked(out []relay.Span, s relay.Span) []relay.Span {
	text, begin := s.Text, 0
	for at := 0; ; {
		start, end := findURL(text, at)
		if start < 0 {
			break
		}
		at = end
		u, ok := webURL(text[start:end])
		if !ok {
			continue
		}
		if start > begin {
			out = append(out, relay.Span{Text: text[begin:start], Style: s.Style})
		}
		out = append(out, relay.Span{Text: text[start:end], Style: s.Style, Link: lowerScheme(text[start:end], u.Scheme)})
		begin = end
	}
	if begin < len(text) {
		out = append(out, relay.Span{Text: text[begin:], Style: s.Style})
	}
	return out
}

// lowerScheme returns the URL as it is written, but for the case of its scheme.
func lowerScheme(s, scheme string) string { return scheme + s[len(scheme):] }

// findURL returns where the next http or https URL in text begins and ends, at
// or after from; start is -1 if there is none. What goes on in letters that no
// URL has (a host in another script) is found as a whole, to be refused as a
// whole: half a URL leads somewhere else.
func findURL(text string, from int) (start, end int) {
	for {
		i := strings.Index(text[from:], "://")
		if i < 0 {
			return -1, 0
		}
		sep := from + i
		from = sep + len("://")
		start = schemeStart(text, sep)
		if start < 0 {
			continue
		}
		end = from + urlLength(text[from:])
		r, _ := utf8.DecodeRuneInString(text[end:])
		if end < len(text) && goesOn(r) || end-start > maxURL {
			return start, from + wordLength(text[from:])
		}
		return start, trimURL(text, from, end)
	}
}

// goesOn reports whether a URL that is followed by r is only part of what was
// written: a host or path in another script, or text that has been cut.
func goesOn(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N) || string(r) == ellipsis
}

// schemeStart returns where the http or https that ends at sep begins, or -1
// if there is none, or only as the tail of a longer word.
func schemeStart(text string, sep int) int {
	for _, scheme := range []string{"https", "http"} {
		start := sep - len(scheme)
		if start < 0 || !strings.EqualFold(text[start:sep], scheme) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		if start == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) && !strings.ContainsRune("+-.", before) {
			return start
		}
	}
	return -1
}

// urlLength returns the length of the run of characters that URLs are made of.
func urlLength(s string) int {
	if n := strings.IndexFunc(s, isNotURLChar); n >= 0 {
		return n
	}
	return len(s)
}

// wordLength returns the length of the run without white space.
func wordLength(s string) int {
	if n := strings.IndexFunc(s, unicode.IsSpace); n >= 0 {
		return n
	}
	return len(s)
}

// trimURL returns where a URL ends whose characters end at end: punctuation
// after it belongs to the sentence, and so does a closing parenthesis or
// bracket that was not opened in it.
func trimURL(text string, from, end int) int {
	for end > from {
		switch text[end-1] {
		case '.', ',', ':', ';', '!', '?', '\'', '*', '_', '~':
		case ')':
			if strings.Count(text[from:end], "(") >= strings.Count(text[from:end], ")") {
				return end
			}
		case ']':
			if strings.Count(text[from:end], "[") >= strings.Count(text[from:end], "]") {
				return end
			}
		default:
			return end
		}
		end--
	}
	return end
}
