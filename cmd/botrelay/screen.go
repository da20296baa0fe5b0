package main

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/term"
)

// screen is where people read a command's answer.
type screen struct {
	io.Writer
	width int // in columns; 0: it is no terminal, and nothing is cut to fit
	color bool
}

// newScreen looks at standard output: what is not a terminal gets no colours,
// nor does who has set NO_COLOR (https://no-color.org).
func newScreen(w *world) screen {
	s := screen{Writer: w.stdout}
	if !isTerminal(w.stdout) {
		return s
	}
	file := fileOf(w.stdout)
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		s.width = width
	}
	no, _ := w.getenv("NO_COLOR")
	kind, _ := w.getenv("TERM")
	s.color = no == "" && kind != "dumb"
	return s
}

// isTerminal reports whether a person watches what is written to w.
func isTerminal(w io.Writer) bool {
	file := fileOf(w)
	return file != nil && term.IsTerminal(int(file.Fd()))
}

// fileOf returns the file that w writes to, or nil.
func fileOf(w io.Writer) *os.File {
	if out, ok := w.(*output); ok {
		w = out.Writer
	}
	file, _ := w.(*os.File)
	return file
}

// output is standard output. It keeps the first error, so that who prints need
// not look at each: a command that could not say all has failed.
type output struct {
	io.Writer

	err error
}

func (o *output) Write(b []byte) (int, error) {
	n, err := o.Writer.Write(b)
	if err != nil && o.err == nil {
		o.err = err
	}
	return n, err
}

// tint is a colour of text: the number of ECMA-48's SGR.
type tint string

const (
	noTint tint = ""
	bold   tint = "1"
	faint  tint = "2"
	red    tint = "31"
	green  tint = "32"
	yellow tint = "33"
)

// paint returns text in a colour, if the screen shows colours.
func (s screen) paint(t tint, text string) string {
	if !s.color || t == noTint || text == "" {
		return text
	}
	return "\x1b[" + string(t) + "m" + text + "\x1b[0m"
}

// flow writes text behind head, which is painted. It is broken between words
// where a terminal would else break it anywhere, and goes on behind indent, so
// that nothing in it can pass for a line of its own.
func (s screen) flow(t tint, head, indent, text string) {
	room := s.width - columns(head)
	var b strings.Builder
	b.WriteString(s.paint(t, head))
	for i, line := range broken(text, room, s.width-columns(indent)) {
		if i > 0 {
			b.WriteString("\n" + indent)
		}
		b.WriteString(line)
	}
	_, _ = io.WriteString(s, strings.TrimRight(b.String(), " ")+"\n")
}

// note writes a text of ours, of one or more lines.
func (s screen) note(text string) {
	for line := range strings.SplitSeq(text, "\n") {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		s.flow(noTint, indent, indent+"  ", line[len(indent):])
	}
}

// leastRoom is how many columns text gets even on the narrowest of terminals.
const leastRoom = 20

// broken breaks text into lines of at most first columns, and rest for all but
// the first. A terminal without a width breaks nothing.
func broken(text string, first, rest int) []string {
	if first <= 0 && rest <= 0 {
		return []string{text}
	}
	var lines []string
	var line strings.Builder
	used, room := 0, max(first, leastRoom)
	end := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used, room = 0, max(rest, leastRoom)
	}
	state := -1
	for text != "" {
		var word string
		word, text, state = nextWord(text, state)
		wide := columns(strings.TrimRight(word, " "))
		if used > 0 && used+wide > room {
			end()
		}
		for ; wide > room; wide = columns(strings.TrimRight(word, " ")) { // a word that fits nowhere
			head := fitting(word, room)
			line.WriteString(head)
			word = word[len(head):]
			end()
		}
		line.WriteString(word)
		used += columns(word)
	}
	end()
	return lines
}

// nextWord cuts off what is to stay on one line: up to a space, since names, zones
// and conditions are to be copied whole, or one character of a script without them.
func nextWord(text string, before int) (word, rest string, state int) {
	word, rest, _, state = uniseg.FirstLineSegmentInString(text, before)
	for rest != "" && !strings.HasSuffix(word, " ") {
		if last, _ := utf8.DecodeLastRuneInString(word); last >= firstIdeograph {
			break
		}
		var more string
		more, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		word += more
	}
	return word, rest, state
}

// firstIdeograph begins what is written without spaces.
const firstIdeograph = '\u2e80'

// fitting returns the longest beginning of text that is no wider than width,
// between characters, and at least one of them.
func fitting(text string, width int) string {
	state, used, n := -1, 0, 0
	for rest := text; rest != ""; {
		var cluster string
		var wide int
		cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += wide; used > width && n > 0 {
			break
		}
		n += len(cluster)
	}
	return text[:n]
}

// columns returns how wide text is on a terminal.
func columns(text string) int { return uniseg.StringWidth(text) }

// pad fills text up to so many columns.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-columns(text)))
}

// crop shortens text to at most so many columns, between characters.
func crop(text string, width int) string {
	if columns(text) <= width {
		return text
	}
	head := fitting(text, width-1) // leaves room for the ellipsis
	if columns(head) >= width {
		head = ""
	}
	return strings.TrimRight(head, " ") + "…"
}
