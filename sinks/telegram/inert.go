package telegram

import (
	"strings"
	"unicode"
)

// joiner is a word joiner: it has no width, and ends what Telegram would take
// for a name or a tag.
const joiner = '\u2060'

// inert returns text in which Telegram finds no mention, command, hashtag or
// cashtag: @name, /name, #name and $NAME have a word joiner behind the sign
// wherever Telegram would make them links. Addresses stay as they are, so that
// they can be copied, and may become links to themselves. What Telegram finds
// is in td/telegram/MessageEntity.cpp.
func inert(text string) string { return inertBetween(0, text, 0) }

// inertBetween is inert for text that stands between two others.
func inertBetween(before rune, text string, after rune) string {
	if !strings.ContainsAny(text, "@/#＃$") {
		return text
	}
	var b strings.Builder
	runes := append([]rune(text), after)
	address := 0 // where the address ends that we are in
	for i, r := range runes[:len(runes)-1] {
		b.WriteRune(r)
		if i >= address {
			address = addressFrom(runes[:len(runes)-1], i)
		}
		if i >= address && starts(r, before, runes[i+1:]) {
			b.WriteRune(joiner)
		}
		before = r
	}
	return b.String()
}

// starts reports whether sign begins a name or tag between what stands before
// it and the rest, which is not empty.
func starts(sign, before rune, rest []rune) bool {
	after := rest[0]
	switch sign {
	case '@':
		return !asciiWord(before) && asciiWord(after)
	case '/':
		return !asciiWord(before) && before != '/' && asciiWord(after)
	case '#', '＃':
		return !word(before) && isTag(rest)
	case '$':
		return !word(before) && (after >= 'A' && after <= 'Z' || after == '1')
	}
	return false
}

// isTag reports whether a hashtag's word begins here. A number is none: #42 is
// an order, and stays as it is.
func isTag(rest []rune) bool {
	for _, r := range rest {
		if unicode.IsLetter(r) || !word(r) {
			return unicode.IsLetter(r)
		}
	}
	return false
}

// addressFrom returns where a web address that begins at i ends, or i if none
// does. It knows fewer addresses than Telegram, whose links nothing else is
// found in.
func addressFrom(runes []rune, i int) int {
	host := i
	switch {
	case hasPrefixFold(runes[i:], "https://"):
		host += len("https://")
	case hasPrefixFold(runes[i:], "http://"):
		host += len("http://")
	default:
		return i
	}
	end, dot := host, -1
	for end < len(runes) && (runes[end] == '.' || runes[end] == '-' || asciiWord(runes[end]) && runes[end] != '_') {
		if runes[end] == '.' {
			dot = end
		}
		end++
	}
	if dot <= host || !letters(runes[dot+1:end]) || runes[host] == '-' || strings.Contains(string(runes[host:end]), "..") {
		return i
	}
	if end == len(runes) || runes[end] != '/' {
		return end
	}
	for end < len(runes) && runes[end] > ' ' && runes[end] <= '~' && !strings.ContainsRune(`<>"`, runes[end]) {
		end++
	}
	return end
}

// letters reports whether runes could be a top-level domain.
func letters(runes []rune) bool {
	for _, r := range runes {
		if !asciiWord(r) || r == '_' || r >= '0' && r <= '9' {
			return false
		}
	}
	return len(runes) >= 2
}

func hasPrefixFold(runes []rune, prefix string) bool {
	if len(runes) < len(prefix) {
		return false
	}
	for i, r := range prefix {
		if unicode.ToLower(runes[i]) != r {
			return false
		}
	}
	return true
}

func asciiWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// word reports whether r may stand in a hashtag.
func word(r rune) bool {
	return r == '_' || r == '\u200c' || r == '·' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
