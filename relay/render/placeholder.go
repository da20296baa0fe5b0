package render

import (
	"strconv"
	"strings"
)

// A template writes placeholders where it inserts values: the number of a value
// between two characters that are never interchanged (The Unicode Standard,
// 23.7). What stands in the template itself is cleaned, which takes these
// characters away, and values are never looked through, so that nobody can write
// a placeholder. To the Markdown parser one is a word of ordinary letters: what
// the text around it means does not depend on any value.
const (
	holderStart = "\uFDD0"
	holderEnd   = "\uFDD1"
)

// value is what a template inserts in one place.
type value struct {
	text string
	form form
}

// form says what a value is.
type form int

const (
	literalForm  form = iota // text of a stranger
	markdownForm             // Markdown, on purpose
	addressForm              // a URL of ours
)

// holder returns the placeholder for the value of that number.
func holder(i int) string { return holderStart + strconv.Itoa(i) + holderEnd }

// piece is a part of a template's text: text of the template, or a value.
type piece struct {
	text  string
	value *value // nil: text
}

// pieces divides text at its placeholders.
func pieces(text string, values []value) []piece {
	if len(values) == 0 && !strings.Contains(text, holderStart) {
		return []piece{{text: text}}
	}
	var out []piece
	for {
		before, rest, found := strings.Cut(text, holderStart)
		if before != "" {
			out = append(out, piece{text: before})
		}
		if !found {
			return out
		}
		number, after, _ := strings.Cut(rest, holderEnd)
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < len(values) {
			out = append(out, piece{value: &values[i]})
			rest = after
		}
		text = rest
	}
}

// filled returns text with its values put in, Markdown without its form.
func (m markdown) filled(text string, values []value) string {
	var b strings.Builder
	for _, p := range pieces(text, values) {
		switch {
		case p.value == nil:
			b.WriteString(p.text)
		case p.value.form == markdownForm:
			b.WriteString(strings.TrimRight(m.text(p.value.text), "\n"))
		default:
			b.WriteString(p.value.text)
		}
	}
	return b.String()
}
