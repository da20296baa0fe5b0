package config

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"botrelay/relay"
)

// maxMended is how many lines may be no TOML in a file that is still shown.
const maxMended = 20

// UnsecretMistaken returns the text of a routes file that cannot be used, for who may see
// it without its secrets, as Unsecret does for one that can. Since nobody knows what its
// mistakes were meant to be, it shows less: where secrets may stand only the values of
// keys that never have one, and of lines that are no TOML only words that a file without
// secrets may have, with *** for the others. ok is false if what is wrong is not confined
// to some lines: then nothing of the file can be shown.
func UnsecretMistaken(file File, env Env) (text []byte, ok bool) {
	data := bytes.TrimPrefix(bytes.Clone(file.Data), []byte("\xef\xbb\xbf"))
	root, src, lines := mended(data)
	if root == nil {
		return nil, false
	}
	words := vocabularyOf(env)
	h := hiding{keys: words.secret}
	misplaced := slices.ContainsFunc(lines, func(l badLine) bool { return strings.HasPrefix(strings.TrimSpace(l.text), "[") })
	for _, section := range root.items {
		if misplaced || !slices.Contains([]string{"bots", "routes", "default", "messages", "vendors"}, section.name) {
			h.unknown(section, words.public)
		}
		h.keyed(section)
	}
	h.guess(root)
	h.instead = make(map[int]piece)
	for _, l := range lines {
		h.instead[l.start] = piece{l.start + len(l.text), l.told(words)}
		for _, word := range regexp.MustCompile(wordPattern).FindAllString(l.text, -1) {
			if !words.words[word] && utf8.RuneCountInString(word) >= minHidden {
				h.secrets = append(h.secrets, relay.NewSecret(word))
			}
		}
	}
	slices.SortFunc(h.spans, func(a, b span) int { return a.start - b.start })
	return h.apply(src.data, src.tokens), true
}

// unknown hides the values of keys that are not among those which never have a secret.
func (h *hiding) unknown(n *node, public map[string]bool) {
	for _, item := range n.items {
		h.unknown(item, public)
	}
	if n.kind != listKind && n.kind != tableKind && !public[n.name] && !h.keys[n.name] && !isOpen(n.text()) {
		h.hide(n)
	}
}

// mended blanks the lines that keep data from being TOML, and returns what is left; nil
// if that cannot be done line by line.
func mended(data []byte) (root *node, src *source, lines []badLine) {
	for {
		root, src, refused := parseTOML(data)
		if refused == nil {
			return root, src, lines
		}
		for _, f := range refused {
			l := lineAt(data, f.offset)
			if slices.Contains(lines, l) {
				continue
			}
			if len(src.data) == 0 || len(lines) == maxMended || strings.TrimSpace(l.text) == "" || regexp.MustCompile(`"""|'''`).MatchString(l.text) {
				return nil, nil, nil // it is about the whole, or goes on in other lines
			}
			lines = append(lines, l)
		}
		for _, l := range lines {
			blank(data, l.start, nextLine(data, l.start))
		}
	}
}

// told returns a line that is no TOML as it may be shown.
func (l badLine) told(words vocabulary) string {
	text, _ := masked(l, words)
	if text == "" || slices.ContainsFunc(strings.FieldsFunc(l.text, isBetween), looksSecret) {
		return "***"
	}
	return text
}

// isBetween reports whether c stands between values.
func isBetween(c rune) bool { return strings.ContainsRune(" \t\"',=[]{}", c) }
