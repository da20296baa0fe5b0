package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// partsOf returns the names that a text holds in which several stand, with commas
// or the like between them; nil if it holds one.
func partsOf(text string) []string {
	if !strings.ContainsAny(text, ",;| ") { // there may be many
		return nil
	}
	parts := regexp.MustCompile(`\s*(?:[,;|]|\s(?:or|and|oder|und)\s)\s*`).Split(strings.TrimSpace(text), -1)
	if len(parts) < 2 || slices.Contains(parts, "") {
		return nil
	}
	return parts
}

// quotedParts returns the names in a text, each between quotes, for a message. A text
// with a variable is one.
func quotedParts(n *node) []string {
	parts := partsOf(n.text())
	if parts == nil || strings.Contains(n.text(), "$") {
		return []string{quoted(n)}
	}
	for i, part := range parts {
		parts[i] = strconv.Quote(cut(part))
	}
	return parts
}

// quotedItems returns the texts of a list, which it shows, as a list has them.
func quotedItems(n *node) string {
	var texts []string
	for _, item := range n.items {
		item.public = item.kind == textKind
		texts = append(texts, quoted(item))
	}
	return strings.Join(texts, ", ")
}
