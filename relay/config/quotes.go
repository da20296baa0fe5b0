package config

import (
	"regexp"
	"strings"
)

// early says what to do about a text that ends before it is meant to, as it holds
// the quotes that it stands in, and where it ends; "" if that is not the matter.
// The first value of the line begins at from.
func (l badLine) early(from int) (offset int, text string) {
	before := strings.TrimRight(l.text[:l.at], " \t")
	if before == "" || strings.IndexByte(`"'`, before[len(before)-1]) < 0 {
		return 0, ""
	}
	quote := before[len(before)-1:]
	place := l.start + len(before) - 1
	rest, _, _ := strings.Cut(l.text[l.at:], " #")
	left := strings.Count(unescaped(rest), quote)
	switch {
	case strings.HasSuffix(before, quote+quote) && len(before) == from+2 && left > 0:
		return l.start + from, "a text has one quote on each side: take the other one out"
	case left == 0, strings.HasPrefix(rest, quote), regexp.MustCompile(`^[\w.-]+\s*=($|[^=])`).MatchString(rest):
		return 0, ""
	case left%2 == 0, quote == "'" && regexp.MustCompile(`\pL'$`).MatchString(before) && regexp.MustCompile(`^\pL`).MatchString(rest):
		return place, ends(quote, strings.Contains(l.text[from:], other(quote)))
	}
	return place, "a quote is missing on this line, here or before"
}

// ends says how a text can hold the quotes that it stands in. both: it holds the
// other ones too.
func ends(quote string, both bool) string {
	switch {
	case both && quote == `"`:
		return `the text ends here, as it has such quotes within: write \" for each of them, or '''…''' around the text`
	case both:
		return `the text ends here, as it has such quotes within: write """…""" around it`
	case quote == `"`:
		return `the text ends here, as it has double quotes within: write '…' around it`
	}
	return `the text ends here, as it has single quotes within: write "…" around it`
}

func other(quote string) string {
	if quote == `"` {
		return "'"
	}
	return `"`
}

// unescaped returns text without what a backslash stands before.
func unescaped(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
