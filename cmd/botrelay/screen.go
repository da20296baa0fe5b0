package main

import (
	"io"
	"os"
	"strings"

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
	file, ok := w.stdout.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return s
	}
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
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// tint is a colour of text: the number of ECMA-48's SGR.
type tint string

const (
	noTint tint = ""
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
	var b strings.Builder
	state, used := -1, 1 // the ellipsis
	for rest := text; rest != ""; {
		var cluster string
		var wide int
		cluster, rest, wide, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used += wide; used > width {
			break
		}
		b.WriteString(cluster)
	}
	return strings.TrimRight(b.String(), " ") + "…"
}
