package config

import (
	"fmt"
	"strings"
)

// Problem is something wrong with a routes.toml, and where.
type Problem struct {
	File    string
	Line    int    // from 1
	Col     int    // in characters, from 1; a tab is one
	Text    string // what is wrong and what to do; holds no secret
	Warning bool   // legal, but surely not meant
	More    int    // how many it stands for that are not told; 0: it is one itself
	Source  string // the line without its comment, each secret as ***; empty if it is better not shown

	mark int // which character of Source, from 0, is meant
}

// String returns the problem as people read it: FILE:LINE:COL: and the text,
// and, where the line may be shown, the line with a mark below it.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Col)
	if p.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Text)
	if p.Source == "" {
		return b.String()
	}
	fmt.Fprintf(&b, "\n    %s\n    %s", p.Source, p.Caret())
	return b.String()
}

// Caret returns what is written below Source to mark the place that is meant:
// spaces, and tabs where Source has them, and "^"; empty if Source is.
func (p Problem) Caret() string {
	if p.Source == "" {
		return ""
	}
	var b strings.Builder
	for i, c := range []rune(p.Source) {
		switch {
		case i >= p.mark:
		case c == '\t': // as wide below as it is above
			b.WriteRune('\t')
		default:
			b.WriteRune(' ')
		}
	}
	b.WriteRune('^')
	return b.String()
}

// Problems are all that Parse has found, in the order of the file.
type Problems []Problem

// Failed reports whether one of them is more than a warning.
func (ps Problems) Failed() bool {
	for _, p := range ps {
		if !p.Warning {
			return true
		}
	}
	return false
}

// String returns all of them, each on lines of its own.
func (ps Problems) String() string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.String()
	}
	return strings.Join(texts, "\n")
}
