package condition

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// cure says what is wrong with a condition in words of those who write one, with
// what to write instead, and where that is. at is where the language stopped, and
// said what it says. It returns "" for what it has no better words for.
func cure(text string, at int, said string) (place int, told string) {
	rest := text[at:]
	open := bareBraces(text)
	switch {
	case open >= 0 && open <= at:
		return open, braces(text[open:])
	case said == "literal not terminated":
		return max(0, openQuote(text)), "the text that begins here has no closing quote"
	case strings.HasPrefix(strings.ToLower(text), "if "):
		return 0, "write the condition alone, without if"
	case strings.HasPrefix(said, "unexpected token EOF"):
		return tooEarly(text, at)
	case strings.HasPrefix(said, "unexpected token "), strings.HasPrefix(said, "unrecognized character"):
		return unexpected(text, at)
	case strings.HasPrefix(said, "unknown name ") && capitals(wordOf(rest)) != "":
		return at, capitals(wordOf(rest))
	case strings.HasPrefix(said, "unknown name "):
		return at, stranger(text[:at], wordOf(rest), rest)
	case strings.Contains(said, " has no method "), strings.Contains(said, " has no field "):
		return at, member(text[:at], wordOf(rest))
	case strings.HasPrefix(said, "invalid operation: "):
		return at, mismatch(said)
	case strings.HasPrefix(said, "expected bool, but got string"):
		return at, noCondition(text)
	}
	return at, ""
}

// wordOf returns the word, with points and underscores, that rest begins with.
func wordOf(rest string) string {
	return rest[:len(rest)-len(strings.TrimLeftFunc(rest, func(r rune) bool {
		return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}))]
}

// capitals is for an operator in capitals.
func capitals(word string) string {
	switch word {
	case "AND", "OR", "NOT", "IN", "TRUE", "FALSE":
		return fmt.Sprintf("unexpected %q: write %s", word, strings.ToLower(word))
	}
	return ""
}

// nameOf returns how a condition writes a name of templates, or "".
func nameOf(word string) string {
	name := snake(strings.TrimPrefix(word, "."))
	if first, _, _ := strings.Cut(name, "."); slices.Contains(FieldNames(), first) {
		return name
	}
	return ""
}

// bareBraces returns where {{ stands outside of quotes, or -1.
func bareBraces(text string) int {
	first := -1
	outsideQuotes(text, func(at int) {
		if first < 0 && strings.HasPrefix(text[at:], "{{") {
			first = at
		}
	})
	return first
}

// braces is for a name that stands between {{ and }}.
func braces(rest string) string {
	name := nameOf(wordOf(strings.TrimLeft(rest, "{ ")))
	if name == "" {
		name = "kind"
	}
	return fmt.Sprintf("names stand here without {{ }} and without a point: write %s", name)
}

// openQuote returns where the text begins that does not end, or -1.
func openQuote(text string) int { return outsideQuotes(text, func(int) {}) }

// outsideQuotes calls each with where every byte is that stands outside of quotes.
// It returns where the quote is that does not close, or -1.
func outsideQuotes(text string, each func(at int)) (open int) {
	open = -1
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case open < 0 && strings.IndexByte("\"'`", c) >= 0:
			open = i
		case open < 0:
			each(i)
		case c == text[open]:
			open = -1
		case c == '\\' && text[open] != '`':
			i++
		}
	}
	return open
}

// tooEarly is for a condition that ends where something has to follow.
func tooEarly(text string, at int) (place int, told string) {
	if open := openBracket(text); open >= 0 {
		closing := map[byte]string{'(': ")", '[': "]", '{': "}"}[text[open]]
		return open, fmt.Sprintf("this %q has no closing %q", text[open:open+1], closing)
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return at, ""
	}
	return at, fmt.Sprintf("ends too early: something is missing after %s", words[len(words)-1])
}

// openBracket returns where the last bracket is that does not close, or -1.
func openBracket(text string) int {
	var open []int
	outsideQuotes(text, func(at int) {
		switch text[at] {
		case '(', '[', '{':
			open = append(open, at)
		case ')', ']', '}':
			open = open[:max(0, len(open)-1)]
		}
	})
	if len(open) == 0 {
		return -1
	}
	return open[len(open)-1]
}

// snake writes a name of templates as conditions have it: BotID is bot_id.
func snake(name string) string {
	var b strings.Builder
	var last rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return b.String()
}
