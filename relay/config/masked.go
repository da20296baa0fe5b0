package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// masked returns a line of a file that is no TOML as it may be shown, and which
// of its characters stands at l.at. Words that a file without secrets may have are
// shown, and signs; any other word may be one, and is masked.
func masked(l badLine, shown map[string]bool) (text string, mark int) {
	var b strings.Builder
	mark, last := -1, 0
	note := func(start int, text string) {
		if mark < 0 && l.at < start+len(text) {
			mark = utf8.RuneCountInString(b.String()) + utf8.RuneCountInString(text[:max(0, l.at-start)])
		}
		b.WriteString(text)
	}
	line, _, _ := strings.Cut(l.text, " #")
	for _, at := range regexp.MustCompile(`[\pL\pN_%@$~^&*!?+\\-]+`).FindAllStringIndex(line, -1) {
		note(last, line[last:at[0]])
		word := line[at[0]:at[1]]
		isVariable := strings.HasSuffix(line[:at[0]], "${") && strings.HasPrefix(line[at[1]:], "}") && strings.ToUpper(word) == word && isVariableName(word)
		isName := strings.HasPrefix(strings.TrimSpace(line), "[") && isVariableName(word) && len(word) <= maxShownName
		if last = at[1]; shown[word] || isVariable || isName || !strings.ContainsAny(word, letters) {
			note(at[0], word)
			continue
		}
		if mark < 0 && l.at < at[1] {
			mark = utf8.RuneCountInString(b.String())
		}
		b.WriteString("***")
	}
	note(last, line[last:])
	text = printable(strings.TrimRight(b.String(), " \t"))
	if mark < 0 {
		mark = utf8.RuneCountInString(text)
	}
	if utf8.RuneCountInString(text) > maxShownLine || text == "" || !utf8.ValidString(l.text) {
		return "", 0
	}
	return text, mark
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// knownWords are the names of tables and keys, and the values that all know.
func knownWords(env Env) map[string]bool {
	words := make(map[string]bool)
	for _, word := range slices.Concat(strings.Fields("true false True False yes no on off null"), kinds(), env.Vendors) {
		words[word] = true
	}
	var add func(keys []Key)
	add = func(keys []Key) {
		for _, k := range keys {
			words[k.Name] = true
			for _, known := range k.Known {
				words[known] = true
			}
			if k.Secret {
				words[k.Name+fileSuffix] = true
			}
			add(k.Keys)
		}
	}
	for _, table := range Reference(env) {
		words[table.Key] = true
		add(table.Keys)
		for _, kind := range table.Types {
			words[kind.Name] = true
			add(kind.Keys)
		}
	}
	return words
}
