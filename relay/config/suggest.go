package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

const maxListed = 24 // names in one message

// unknown says that a name is not known, which one may be meant, and which
// there are. written is the name as the file has it, between quotes.
func unknown(what, written, name string, known []string) string {
	text := "unknown " + what + " " + written
	if like := cmp.Or(closest(name, known), heldBy(name, known)); like != "" {
		text += fmt.Sprintf(": did you mean %q?", like)
	}
	return text + " (" + listed(known) + ")"
}

// heldBy returns the longest known name that name has within it, as "hmac-sha256" has
// sha256, or "".
func heldBy(name string, known []string) string {
	best := ""
	for _, k := range known {
		if len(k) > max(3, len(best)) && len(name) <= maxShownName && strings.Contains(strings.ToLower(name), strings.ToLower(k)) {
			best = k
		}
	}
	return best
}

// unknownKey is unknown for a key. As the list of keys is long, it is told only
// if none is close.
func unknownKey(name string, known []string) string {
	if like := closest(name, known); like != "" {
		return fmt.Sprintf("unknown key %q: did you mean %q?", cut(name), like)
	}
	return unknown("key", quote(name), name, known)
}

// listed enumerates known names.
func listed(known []string) string {
	return enumerated(slices.Sorted(slices.Values(known)))
}

// enumerated is listed in the order that they have.
func enumerated(known []string) string {
	if len(known) == 0 {
		return "there is none"
	}
	if len(known) > maxListed {
		known = append(slices.Clip(known[:maxListed]), "…")
	}
	return "known: " + strings.Join(known, ", ")
}

// closest returns the known name that name was probably meant to be, or "".
func closest(name string, known []string) string {
	name = strings.ToLower(name)
	best, least := "", 1+max(1, len(name)/3)
	for _, k := range slices.Sorted(slices.Values(known)) {
		if len(k) > 2*maxShownName || len(name) > 2*maxShownName {
			continue
		}
		if longer := utf8.RuneCountInString(k) - utf8.RuneCountInString(name); longer >= least || -longer >= least {
			continue // by so many letters they differ at least
		}
		if d := distance(name, strings.ToLower(k)); d < least && d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to be put in, left out, replaced, or swapped
// with their neighbour, to make b out of a.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	var before, above []int // the two rows above the one that is computed
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		before, above, row = above, row, make([]int, len(t)+1)
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(t)]
}
