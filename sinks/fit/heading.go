package fit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"botrelay/relay"
)

const (
	// maxKinds is how many kinds of messages the title of a digest tells of.
	maxKinds = 4
	// maxKind is how long a kind's name may be, and maxIcon an emoji, in code points.
	maxKind = 30
	maxIcon = 8
	// maxHeading is how long the title may be, in code points: all platforms
	// show so much in bold.
	maxHeading = 140
)

// kind is what messages are. It is zero where that is not known.
type kind struct {
	icon   string // "🎯", or empty
	words  string // "new lead", or empty
	urgent bool
}

func kindOf(m relay.Message) kind {
	words := oneLine(literal(cutText(m.Noun, maxGlance)))
	if utf8.RuneCountInString(words) > maxKind {
		return kind{urgent: m.Urgent}
	}
	return kind{oneLine(literal(cutText(m.Icon, maxIcon))), words, m.Urgent}
}

// heading tells what is in a digest: "🎯 24 new leads", "🚨 17 messages: 1
// escalation, 12 new leads, 4 chats". What is urgent comes first.
func heading(drafts []draft) string {
	counts := map[kind]int{}
	var kinds []kind
	for _, k := range kindsOf(drafts) {
		if counts[k]++; counts[k] == 1 && k.words != "" {
			kinds = append(kinds, k)
		}
	}
	all := len(drafts)
	switch {
	case len(kinds) == 0:
		return plural(all, "message")
	case counts[kinds[0]] == all:
		return withIcon(kinds[0].icon, plural(all, kinds[0].words))
	}
	slices.SortStableFunc(kinds, func(a, b kind) int {
		switch {
		case a.urgent == b.urgent:
			return cmp.Compare(counts[b], counts[a])
		case a.urgent:
			return -1
		}
		return 1
	})
	icon := ""
	if kinds[0].urgent {
		icon = kinds[0].icon
	}
	kinds = kinds[:min(len(kinds), maxKinds)]
	for len(kinds) > 1 && utf8.RuneCountInString(withIcon(icon, summary(all, kinds, counts))) > maxHeading {
		kinds = kinds[:len(kinds)-1]
	}
	return withIcon(icon, summary(all, kinds, counts))
}

// kindsOf returns the kinds of messages. Those of one name count as one kind; where
// their icons differ, since some have a title of their own, it has none.
func kindsOf(drafts []draft) []kind {
	icons := map[kind]string{}
	for _, m := range drafts {
		k := kind{words: m.kind.words, urgent: m.kind.urgent}
		if icon, seen := icons[k]; seen && icon != m.kind.icon {
			icons[k] = ""
		} else {
			icons[k] = m.kind.icon
		}
	}
	kinds := make([]kind, len(drafts))
	for i, m := range drafts {
		k := kind{words: m.kind.words, urgent: m.kind.urgent}
		kinds[i] = kind{icons[k], k.words, k.urgent}
	}
	return kinds
}

func withIcon(icon, text string) string { return strings.TrimSpace(icon + " " + text) }

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
