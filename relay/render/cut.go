package render

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// The most that is rendered of any one text. Platforms take far less and sinks
// cut to what fits; these keep a hostile event from costing memory and time.
const (
	maxText  = 20_000 // runes of a customer's text or of a code block
	maxLines = 500    // lines of a customer's text
	maxLine  = 1000   // runes of a field's value
	maxWho   = 120    // runes of a name in the title
	maxLabel = 80     // runes of a field's name or a part of the footer
)

// ellipsis stands where text was cut.
const ellipsis = "…"

// cut shortens s to at most limit runes, the ellipsis included. It cuts
// between graphemes, unless a single one is longer than the limit.
func cut(s string, limit int) string {
	end, ok := runeOffset(s, limit)
	if !ok {
		return s
	}
	head := s[:end]
	if at := graphemeStart(s, end); at > 0 {
		head = s[:at]
	}
	return strings.TrimRight(head, " \n") + ellipsis
}

// cutLines shortens s to at most limit lines.
func cutLines(s string, limit int) string {
	end := 0
	for range limit {
		i := strings.IndexByte(s[end:], '\n')
		if i < 0 {
			return s
		}
		end += i + 1
	}
	return strings.TrimRight(s[:end], " \n") + "\n" + ellipsis
}

// runeOffset returns the offset of the limit-th rune of s, the last that may
// stay if there are more than limit.
func runeOffset(s string, limit int) (offset int, longer bool) {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return 0, false
	}
	n := 0
	for i := range s {
		if n++; n == limit {
			return i, true
		}
	}
	return 0, false
}

// graphemeStart returns the start of the grapheme that reaches across end, or
// end if none does.
func graphemeStart(s string, end int) int {
	start, state := 0, -1
	for rest := s; start < end; {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if start+len(g) > end {
			return start
		}
		start += len(g)
	}
	return start
}
