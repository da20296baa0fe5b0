package telegram

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiner is a word joiner: it has no width, and ends what Telegram would take
// for a name, a tag or a host.
const joiner = '\u2060'

// inert returns text in which Telegram finds no mention, command, hashtag or
// cashtag: @name, /name, #name and $NAME have a word joiner behind the sign
// wherever Telegram would make them links. Addresses stay as they are, so that
// they can be copied, and may become links to themselves; but a mail address of
// which only a part would be a link has one before its host's first dot, and is
// none. What Telegram finds is in td/telegram/MessageEntity.cpp.
func inert(text string) string { return inertBetween(edge{}, text, 0) }

// inertBetween is inert for text that stands between two others.
func inertBetween(before edge, text string, after rune) string {
	text = kept(text)
	if !strings.ContainsAny(text, "@/#＃$") && before.mail.part != mailHost {
		return text
	}
	var b strings.Builder
	runes := append([]rune(text), after)
	address := 0 // where the address ends that we are in
	for i, r := range runes[:len(runes)-1] {
		if i >= address && r == '.' && before.mail.part == mailHost && inHost(runes[i+1]) {
			b.WriteRune(joiner)
			before = before.next(joiner)
		}
		b.WriteRune(r)
		if i >= address && !before.shut {
			address = addressFrom(runes[:len(runes)-1], i)
		}
		sign := i >= address && starts(r, before.last, runes[i+1:])
		before = before.next(r)
		if sign {
			b.WriteRune(joiner)
			before = before.next(joiner)
		}
	}
	return b.String()
}

// kept returns what Telegram keeps of text: it takes out three combining marks
// (clean_input_string in td/telegram/misc.cpp), behind which a name would hide.
// A ring above a letter is kept as part of it.
func kept(text string) string {
	const ring, marks = "\u030a", "\u030a\u0333\u033f"
	if !strings.ContainsAny(text, marks) {
		return text
	}
	text = strings.NewReplacer("A"+ring, "Å", "a"+ring, "å", "U"+ring, "Ů", "u"+ring, "ů", "w"+ring, "ẘ", "y"+ring, "ẙ").Replace(text)
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(marks, r) {
			return -1
		}
		return r
	}, text)
}

// edge is what has to be known of the text so far.
type edge struct {
	last rune // its last character; 0 at the start
	// shut: it is not sure that Telegram finds an address which begins here. It
	// does at the start, behind white space, and behind brackets and quotation marks
	// that follow it. Anything else could be the host or path of a longer address,
	// and where Telegram does not take that one, it takes no part of it either.
	shut bool
	mail mail
}

// next returns the edge behind r.
func (e edge) next(r rune) edge {
	shut := !unicode.IsSpace(r) && (e.shut || !strings.ContainsRune("([{<\"'“„«‹", r))
	return edge{r, shut, e.mail.next(e.last, r)}
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
		return !asciiWord(before) && isTag(rest)
	case '$':
		return !asciiWord(before) && (after >= 'A' && after <= 'Z' || after == '1')
	}
	return false
}

// isTag reports whether a hashtag's word may begin here. A number is none: #42 is
// an order, and stays as it is; so does the keycap #️⃣. What a letter is depends
// on the edition of Unicode, so what is nothing else counts as one, and so do the
// marks of Sinhala, with Telegram.
func isTag(rest []rune) bool {
	for _, r := range rest {
		switch {
		case r >= '0' && r <= '9', r == '_':
		case r < utf8.RuneSelf:
			return asciiWord(r)
		case r == '\u200c', r == '·', r >= 0xD80 && r <= 0xDFF:
			return true
		default:
			return !unicode.IsSpace(r) && !unicode.IsPunct(r) && !unicode.IsMark(r) && !unicode.IsSymbol(r) && r != joiner
		}
	}
	return false
}

// addressFrom returns how far Telegram takes the web address that begins at i,
// or i if none does. It knows fewer addresses than Telegram, whose links nothing
// else is found in.
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
	end := host
	for end < len(runes) && (runes[end] == '.' || runes[end] == '-' || asciiWord(runes[end]) && runes[end] != '_') {
		end++
	}
	if end == len(runes) || runes[end] != '/' || !isHost(string(runes[host:end])) {
		return i
	}
	return pathEnd(runes, end)
}

// isHost reports whether Telegram takes a name of letters, digits, dots and
// hyphens for a host's. It has its own opinion of one.
func isHost(name string) bool {
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	top := labels[len(labels)-1]
	return len(labels) > 1 && len(top) > 1 && !strings.ContainsAny(top, "-0123456789") && !strings.EqualFold(name, "teiegram.org")
}

// pathEnd returns where the path ends that begins at i: at the latest with a
// bracket that closes none of its own.
func pathEnd(runes []rune, i int) int {
	const opening, closing = "([{", ")]}"
	var open [len(opening)]int
	for i < len(runes) && runes[i] > ' ' && runes[i] <= '~' && !strings.ContainsRune(`<>"`, runes[i]) {
		if n := strings.IndexRune(opening, runes[i]); n >= 0 {
			open[n]++
		}
		if n := strings.IndexRune(closing, runes[i]); n >= 0 {
			if open[n]--; open[n] < 0 {
				return i
			}
		}
		i++
	}
	return i
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
