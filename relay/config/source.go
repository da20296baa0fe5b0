package config

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxShownLine = 160      // characters of a line that is still shown
	maxLine      = 16 << 10 // bytes of a line that is looked at, to show it
	maxShownName = 32       // characters of a key or value that are shown
)

// source is the text that problems point into.
type source struct {
	data   []byte
	tokens []token
}

// unparsed places the findings of a file that could not be understood. Nobody
// knows where its secrets are: of its lines only known words are shown.
func (s *source) unparsed(name string, findings []finding, words vocabulary) Problems {
	ps := make(Problems, len(findings))
	for i, f := range findings {
		ps[i] = s.problem(name, f)
		if len(s.data) > 0 {
			l := lineAt(s.data, f.offset)
			ps[i].Source, ps[i].mark = masked(l, words)
			ps[i].Text = words.exampled(ps[i].Text, l)
		}
	}
	return ps
}

// problem places a finding, without its line.
func (s *source) problem(name string, f finding) Problem {
	p := Problem{File: name, Text: f.text, Warning: f.warning}
	p.Line, p.Col = position(s.data, f.offset)
	return p
}

// problems turns findings into what people read, in the order of the file.
func (s *source) problems(name string, root *node, findings []finding) Problems {
	slices.SortStableFunc(findings, func(a, b finding) int { return cmp.Compare(a.offset, b.offset) })
	shown := make(map[int]bool)
	allow(root, shown)
	findings = slices.Compact(findings)
	all := len(findings)
	findings, more := mostOf(findings)
	var ps Problems
	for _, f := range findings {
		p := s.problem(name, f)
		p.Source, p.mark = s.line(f.offset, shown)
		ps = append(ps, p)
	}
	if more != nil {
		p := s.problem(name, *more)
		p.More = all - len(ps)
		ps = append(ps, p)
	}
	return ps
}

// maxFindings is how many are told at once: nobody reads more before mending some.
const maxFindings = 100

// mostOf returns as many findings as are told, errors rather than warnings, and one
// that says how many more there are.
func mostOf(findings []finding) (told []finding, more *finding) {
	room := maxFindings
	for _, f := range findings {
		if !f.warning {
			room--
		}
	}
	room = max(0, room)            // for warnings
	errs, hidden := maxFindings, 0 // hidden errors
	for _, f := range findings {
		left := &errs
		if f.warning {
			left = &room
		}
		switch {
		case *left > 0:
			told = append(told, f)
			*left--
		case !f.warning:
			hidden++
		}
	}
	if len(told) == len(findings) {
		return findings, nil
	}
	last := findings[len(findings)-1]
	return told, &finding{
		offset: max(last.offset, told[len(told)-1].offset), warning: hidden == 0,
		text: fmt.Sprintf("and %d more, up to here: mend these first", len(findings)-len(told)),
	}
}

// allow collects where the public values begin.
func allow(n *node, shown map[int]bool) {
	if n.public {
		shown[n.at.start] = true
	}
	for _, item := range n.items {
		allow(item, shown)
	}
}

// line returns the line of offset as it may be shown, and which of its
// characters stands at offset. What stands between keys and values is shown up
// to a comment, which may be a secret of last year's; a value only if its start
// is in shown, and a key only if it is too short for a secret.
func (s *source) line(offset int, shown map[int]bool) (text string, mark int) {
	start := lineStart(s.data, offset)
	end := nextLine(s.data, start)
	if end-start > maxLine {
		return "", 0
	}
	var b strings.Builder
	at := start
	copyTo := func(to int) (comment bool) {
		gap, _, comment := strings.Cut(string(s.data[at:to]), "#")
		b.WriteString(gap)
		at = to
		return comment
	}
	mark = -1
	first, _ := slices.BinarySearchFunc(s.tokens, start, func(t token, start int) int { return cmp.Compare(t.end, start+1) })
	for _, t := range s.tokens[first:] {
		if t.start >= end {
			break
		}
		from, to := max(t.start, start), min(t.end, end)
		if offset < from && mark < 0 {
			mark = utf8.RuneCountInString(b.String()) + utf8.RuneCount(s.data[at:offset])
		}
		copyTo(from)
		if offset < to && mark < 0 {
			mark = utf8.RuneCountInString(b.String())
			if shown[t.start] && !looksSecret(string(s.data[from:to])) {
				mark += utf8.RuneCount(s.data[from:offset])
			}
		}
		b.WriteString(s.token(t, from, to, shown))
		at = to
	}
	if mark < 0 {
		mark = utf8.RuneCountInString(b.String()) + utf8.RuneCount(s.data[at:max(at, offset)])
	}
	copyTo(end)
	text = printable(strings.TrimRight(b.String(), " \t\r\n"))
	if n := utf8.RuneCountInString(text); n > maxShownLine || mark > n {
		return "", 0
	}
	return text, mark
}

// token returns the part of a token that may be shown.
func (s *source) token(t token, from, to int, shown map[int]bool) string {
	text := string(s.data[from:to])
	switch {
	case looksSecret(text) && (text[0] == '"' || text[0] == '\''):
		return text[:1] + "***" + text[:1]
	case looksSecret(text):
		return "***"
	case t.isKey && utf8.RuneCountInString(text) <= maxShownName, !t.isKey && shown[t.start]:
		return text
	case text[0] == '"' || text[0] == '\'':
		return text[:1] + "***" + text[:1]
	}
	return "***"
}

// printable replaces what a terminal would obey or hide.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if c != '\t' && !unicode.IsPrint(c) {
			return utf8.RuneError
		}
		return c
	}, text)
}

// cut shortens a key or a value so that it can stand in a message. What looks like a
// secret cannot.
func cut(text string) string {
	if looksSecret(text) {
		return "***"
	}
	if utf8.RuneCountInString(text) <= maxShownName {
		return text
	}
	return string([]rune(text)[:maxShownName]) + "…"
}

// position returns line and column of an offset: from 1, in characters.
func position(data []byte, offset int) (line, col int) {
	offset = min(max(offset, 0), len(data))
	start := lineStart(data, offset)
	return 1 + bytes.Count(data[:start], []byte("\n")), 1 + utf8.RuneCount(data[start:offset])
}

// offsetOf returns the offset of a line and a column in bytes, both from 1. A
// place that is outside the file is put at its nearest end.
func offsetOf(data []byte, line, col int) int {
	offset := 0
	for ; line > 1 && offset < len(data); line-- {
		offset = nextLine(data, offset)
	}
	return min(max(offset, offset+col-1), len(data))
}

// lineStart returns where the line of offset begins.
func lineStart(data []byte, offset int) int {
	return bytes.LastIndexByte(data[:min(offset, len(data))], '\n') + 1
}
