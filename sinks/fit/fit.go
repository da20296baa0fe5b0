// Package fit makes messages fit: it makes them sound, shortens them at
// grapheme boundaries until a platform takes them, and lays them out in lines.
// What a platform takes and how it counts is left to its sink, which says so
// with a function; so text is always cut before it is escaped or marked up, and
// never inside markup.
package fit

import (
	"iter"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"botrelay/relay"
)

const (
	ellipsis = "…"
	// longest is where a search for a length begins, in code points: no
	// platform takes more in one message.
	longest = 20_000
)

// Text returns text, or if ok refuses it the longest beginning of it, ending
// in an ellipsis, that ok accepts. The empty text must be acceptable.
func Text(text string, ok func(string) bool) string {
	if ok(text) {
		return text
	}
	n := largest(utf8.RuneCountInString(text), func(n int) bool { return ok(cutText(text, n)) })
	return cutText(text, n)
}

// Spans returns spans, or if ok refuses them the longest beginning of them,
// ending in an ellipsis, that ok accepts. No spans must be acceptable.
func Spans(spans []relay.Span, ok func([]relay.Span) bool) []relay.Span {
	if ok(spans) {
		return spans
	}
	n := largest(size(spans), func(n int) bool { return ok(cutSpans(spans, n)) })
	return cutSpans(spans, n)
}

// Merged returns spans with neighbours joined that look alike, since each costs
// room.
func Merged(spans []relay.Span) []relay.Span {
	var out []relay.Span
	for _, s := range spans {
		if end := len(out) - 1; end >= 0 && out[end].Style == s.Style && out[end].Link == s.Link {
			out[end].Text += s.Text
			continue
		}
		out = append(out, s)
	}
	return out
}

// Literal reports whether spans lose nothing as plain text: they have no links,
// and no style but Mono, which IDs have.
func Literal(spans []relay.Span) bool {
	for _, s := range spans {
		if s.Link != "" || s.Style&^relay.Mono != 0 {
			return false
		}
	}
	return true
}

// largest returns the largest n from 0 to most that ok accepts, given that it
// accepts small ones and refuses large ones; 0 if it accepts none.
func largest(most int, ok func(int) bool) int {
	return max(sort.Search(min(most, longest)+1, func(n int) bool { return !ok(n) })-1, 0)
}

func size(spans []relay.Span) int {
	n := 0
	for _, s := range spans {
		n += utf8.RuneCountInString(s.Text)
	}
	return n
}

// cutText returns at most n code points of text, the last an ellipsis if
// anything is missing.
func cutText(text string, n int) string {
	if len(text) <= n || utf8.RuneCountInString(text) <= n {
		return text
	}
	if n <= 0 {
		return ""
	}
	end, used := 0, 1 // the ellipsis
	for rest, state := text, -1; rest != ""; {
		var cluster string
		cluster, rest, state = firstCluster(rest, state)
		used += utf8.RuneCountInString(cluster)
		if used > n {
			break
		}
		end += len(cluster)
	}
	return strings.TrimRightFunc(text[:end], unicode.IsSpace) + ellipsis
}

// firstCluster is uniseg.FirstGraphemeClusterInString, faster where ASCII
// stands before ASCII: between these is a boundary, but within a line break.
func firstCluster(text string, state int) (cluster, rest string, next int) {
	if len(text) > 1 && text[0] < utf8.RuneSelf && text[1] < utf8.RuneSelf && text[0] != '\r' {
		return text[:1], text[1:], -1
	}
	cluster, rest, _, next = uniseg.FirstGraphemeClusterInString(text, state)
	return cluster, rest, next
}

// cutSpans is cutText over the text of spans: a grapheme may reach from one
// span into the next.
func cutSpans(spans []relay.Span, n int) []relay.Span {
	text := relay.Plain(spans)
	kept := cutText(text, n)
	if kept == text {
		return spans
	}
	if kept == "" {
		return nil
	}
	return append(firstBytes(spans, len(kept)-len(ellipsis)), relay.Span{Text: ellipsis})
}

// firstBytes returns the first n bytes of spans as spans of their own. An
// address that is cut no longer links to itself: its text would lie.
func firstBytes(spans []relay.Span, n int) []relay.Span {
	var out []relay.Span
	for _, s := range spans {
		if n <= 0 {
			break
		}
		if len(s.Text) > n {
			if s.Link != "" && shows(s.Text, s.Link) {
				s.Link = ""
			}
			s.Text = s.Text[:n]
		}
		n -= len(s.Text)
		out = append(out, s)
	}
	return out
}

// cutBlocks returns blocks with at most n code points of text, and perhaps one
// more for the ellipsis.
func cutBlocks(blocks []relay.Block, n int) []relay.Block {
	if n <= 0 && len(blocks) > 0 {
		return nil
	}
	for i, b := range blocks {
		has := size(b.Spans)
		if has <= n {
			n -= has
			continue
		}
		out := append([]relay.Block(nil), blocks[:i]...)
		if n > 0 {
			b.Spans = cutSpans(b.Spans, n)
			return append(out, b)
		}
		last := &out[i-1]
		last.Spans = append(append([]relay.Span(nil), last.Spans...), relay.Span{Text: ellipsis})
		return out
	}
	return blocks
}

// Chunks splits text at grapheme boundaries into parts of at most n code
// points; only a grapheme that is longer itself is split.
func Chunks(text string, n int) []string {
	if text != "" && utf8.RuneCountInString(text) <= n {
		return []string{text}
	}
	var chunks []string
	start, end, used := 0, 0, 0
	for rest, state := text, -1; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		for part := range parts(cluster, n) {
			has := utf8.RuneCountInString(part)
			if used+has > n {
				chunks = append(chunks, text[start:end])
				start, used = end, 0
			}
			used += has
			end += len(part)
		}
	}
	if end > start {
		chunks = append(chunks, text[start:end])
	}
	return chunks
}

// parts yields a grapheme, in parts of n code points if it is longer.
func parts(cluster string, n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for utf8.RuneCountInString(cluster) > n {
			size := 0
			for range n { // byte by byte where it is not UTF-8
				_, width := utf8.DecodeRuneInString(cluster[size:])
				size += width
			}
			if !yield(cluster[:size]) {
				return
			}
			cluster = cluster[size:]
		}
		yield(cluster)
	}
}
