package fit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxKinds is how many kinds of messages the title of a digest tells of.
	maxKinds = 4
	// maxKind is how long a kind's name may be, in bytes.
	maxKind = 30
	// maxHeading is how long the title may be, in code points: all platforms
	// show so much in bold.
	maxHeading = 140
)

// kind is what messages call themselves in their titles, before they tell whom
// they are about.
type kind struct {
	icon  string // "🎯", or empty
	words string // "new lead"; empty if a title does not begin with a kind
}

// kindOf reads "🎯 New lead: Ada", "✉️ Email from Ada" and the like. Only words
// that end in what an event can be are a kind, and few of them, so that nothing
// is taken for one that somebody else has written.
func kindOf(title string) kind {
	icon, words, found := strings.Cut(title, " ")
	if !found || !isIcon(icon) {
		icon, words = "", title
	}
	for _, end := range []string{":", " from ", " with "} {
		words, _, _ = strings.Cut(words, end)
	}
	list := strings.Fields(words)
	if len(list) == 0 || len(list) > 3 || len(words) > maxKind || !countable(list[len(list)-1]) || strings.ContainsFunc(words, isMark) {
		return kind{}
	}
	if len(list) == 1 || slices.Contains([]string{"New", "Text", "Web"}, list[0]) {
		list[0] = strings.ToLower(list[0])
	}
	return kind{icon, strings.Join(list, " ")}
}

// isIcon reports whether a word is one emoji or two.
func isIcon(word string) bool {
	return utf8.RuneCountInString(word) <= 4 &&
		!strings.ContainsFunc(word, func(r rune) bool { return r < 0x80 || unicode.IsLetter(r) })
}

func isMark(r rune) bool { return r != ' ' && r != '-' && !unicode.IsLetter(r) }

func countable(word string) bool {
	return slices.Contains([]string{"lead", "message", "appointment", "chat", "escalation", "email", "event"}, strings.ToLower(word))
}

// heading tells what is in a digest: "🎯 24 new leads", "17 messages: 12 new
// leads, 5 chats".
func heading(drafts []draft) string {
	counts := map[kind]int{}
	var kinds []kind
	for _, m := range drafts {
		k := kindOf(m.title)
		if counts[k]++; counts[k] == 1 && k.words != "" {
			kinds = append(kinds, k)
		}
	}
	all := len(drafts)
	switch {
	case len(kinds) == 0:
		return plural(all, "message")
	case counts[kinds[0]] == all:
		return strings.TrimSpace(kinds[0].icon + " " + plural(all, kinds[0].words))
	}
	slices.SortStableFunc(kinds, func(a, b kind) int { return cmp.Compare(counts[b], counts[a]) })
	kinds = kinds[:min(len(kinds), maxKinds)]
	for len(kinds) > 1 && utf8.RuneCountInString(summary(all, kinds, counts)) > maxHeading {
		kinds = kinds[:len(kinds)-1]
	}
	return summary(all, kinds, counts)
}

// summary tells how many messages there are, and how many of each kind.
func summary(all int, kinds []kind, counts map[kind]int) string {
	var told []string
	others := all
	for _, k := range kinds {
		told = append(told, plural(counts[k], k.words))
		others -= counts[k]
	}
	if others > 0 {
		told = append(told, plural(others, "other"))
	}
	return plural(all, "message") + ": " + strings.Join(told, ", ")
}

func plural(n int, words string) string {
	if n == 1 {
		return "1 " + words
	}
	return fmt.Sprintf("%d %ss", n, words)
}
