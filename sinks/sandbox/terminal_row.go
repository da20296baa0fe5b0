package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// look is how a terminal shows a run of text.
type look struct {
	bold, dim, italic, underline, strike, reverse, code bool

	literal bool   // in a block of code, in which nothing is marked
	color   int    // 0xRRGGBB + 1; 0: the terminal's own
	link    string // an address; empty: none
}

// run is text in one look. It has no control characters but line breaks, and
// those only until it is wrapped.
type run struct {
	text string
	look look
}

// row is what stands on one line of a terminal.
type row []run

func (l row) columns() int {
	n := 0
	for _, r := range l {
		n += columns(r.text)
	}
	return n
}

func (l row) blank() bool {
	for _, r := range l {
		if strings.TrimSpace(r.text) != "" {
			return false
		}
	}
	return true
}

// columns is how wide text is on a terminal.
func columns(text string) int { return uniseg.StringWidth(text) }

// clean makes a text of a message fit for a terminal: what a terminal would obey,
// or would show elsewhere than where it stands, becomes a replacement character,
// and what it would not show at all is left out.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', r == '\u00a0':
			return ' '
		case r == '\u200d', r >= 0xe0020 && r <= 0xe007f: // they make emoji
			return r
		case unicode.In(r, unicode.Bidi_Control), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return utf8.RuneError
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
}

// wrap breaks runs into lines of at most width columns, between words where it
// can.
func wrap(runs []run, width int) []row {
	var out []row
	var current []run
	for _, r := range runs {
		for i, part := range strings.Split(r.text, "\n") {
			if i > 0 {
				out = append(out, broken(current, width)...)
				current = nil
			}
			if part != "" {
				current = append(current, run{part, r.look})
			}
		}
	}
	return append(out, broken(current, width)...)
}

// broken breaks runs without line breaks.
func broken(runs []run, width int) []row {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	var out []row
	whole, from := b.String(), 0
	for _, to := range breaks(whole, width) {
		end := from + len(strings.TrimRight(whole[from:to], " "))
		out = append(out, part(runs, from, end))
		from = to
	}
	return out
}

// part returns the part of runs from one byte to another.
func part(runs []run, from, to int) row {
	var out row
	at := 0
	for _, r := range runs {
		start, end := max(from-at, 0), min(to-at, len(r.text))
		if start < end {
			out = append(out, run{r.text[start:end], r.look})
		}
		at += len(r.text)
	}
	return out
}

// breaks returns where lines of at most width columns end, in bytes. A word that
// is wider than a line is broken between characters.
func breaks(text string, width int) []int {
	var ends []int
	at, used, state := 0, 0, -1
	for rest := text; rest != ""; {
		var word string
		if whole := wholeAddress(rest, width); whole > 0 {
			word, rest, state = rest[:whole], rest[whole:], -1
		} else {
			word, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		}
		if wide := columns(strings.TrimRight(word, " ")); used > 0 && used+wide > width {
			ends, used = append(ends, at), 0
		}
		if columns(strings.TrimRight(word, " ")) <= width {
			at, used = at+len(word), used+columns(word)
			continue
		}
		for graphemes := uniseg.NewGraphemes(word); graphemes.Next(); {
			wide := graphemes.Width()
			if used > 0 && used+wide > width {
				ends, used = append(ends, at), 0
			}
			at, used = at+len(graphemes.Str()), used+wide
		}
	}
	return append(ends, len(text))
}

// wholeAddress returns how much of the beginning of text is an address that has
// room on a line, with the spaces behind it, in bytes.
func wholeAddress(text string, width int) int {
	word, _, _ := strings.Cut(text, " ")
	if !strings.Contains(word, "://") || columns(word) > width {
		return 0
	}
	return len(text) - len(strings.TrimLeft(text[len(word):], " "))
}

// write writes a line, with its looks if the terminal knows them.
func (t Terminal) write(b *strings.Builder, l row) {
	if !t.Color {
		var plain strings.Builder
		for _, r := range l {
			plain.WriteString(r.text)
		}
		b.WriteString(strings.TrimRight(plain.String(), " "))
		b.WriteByte('\n')
		return
	}
	for _, r := range l {
		codes := r.look.codes()
		if r.look.link != "" {
			b.WriteString("\x1b]8;;" + address(r.look.link) + "\x1b\\")
		}
		if codes != "" {
			b.WriteString("\x1b[" + codes + "m")
		}
		b.WriteString(r.text)
		if codes != "" {
			b.WriteString("\x1b[0m")
		}
		if r.look.link != "" {
			b.WriteString("\x1b]8;;\x1b\\")
		}
	}
	b.WriteByte('\n')
}

// codes are the parameters of SGR, which ECMA-48 numbers.
func (l look) codes() string {
	var codes []string
	for _, c := range []struct {
		on   bool
		code string
	}{{l.bold, "1"}, {l.dim, "2"}, {l.italic, "3"}, {l.underline, "4"}, {l.reverse, "7"}, {l.strike, "9"}, {l.code, "36"}} {
		if c.on {
			codes = append(codes, c.code)
		}
	}
	if l.color > 0 {
		codes = append(codes, "38;5;"+strconv.Itoa(nearest(l.color-1)))
	}
	return strings.Join(codes, ";")
}

// nearest returns the colour of the 6×6×6 cube that terminals have which comes
// closest to 0xRRGGBB.
func nearest(color int) int {
	level := func(v int) int { // the cube's levels: 0, 95, 135, 175, 215, 255
		if v < 48 {
			return 0
		}
		return min(max((v-35)/40, 1), 5)
	}
	return 16 + 36*level(color>>16&0xff) + 6*level(color>>8&0xff) + level(color&0xff)
}

// address is a link's address as OSC 8 takes it: of printable ASCII characters.
func address(href string) string {
	var b strings.Builder
	for i := range len(href) {
		if c := href[i]; c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
