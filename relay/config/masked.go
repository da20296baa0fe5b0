package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wordPattern is what is shown or masked as a whole.
const wordPattern = `[\pL\pN_%@$~^&*!?+\\-]+`

// masked returns a line of a file that is no TOML as it may be shown, and which
// of its characters stands at l.at. Words that a file without secrets may have are
// shown, and signs; any other word may be one, and is masked.
func masked(l badLine, known vocabulary) (text string, mark int) {
	open := known.opens(l.text)
	var b strings.Builder
	mark, last := -1, 0
	note := func(start int, text string) {
		if mark < 0 && l.at < start+len(text) {
			mark = utf8.RuneCountInString(b.String()) + utf8.RuneCountInString(text[:max(0, l.at-start)])
		}
		b.WriteString(text)
	}
	line, _, _ := strings.Cut(l.text, " #")
	for _, at := range regexp.MustCompile(wordPattern).FindAllStringIndex(line, -1) {
		note(last, line[last:at[0]])
		word := line[at[0]:at[1]]
		isVariable := strings.HasSuffix(line[:at[0]], "${") && strings.HasPrefix(line[at[1]:], "}") && strings.ToUpper(word) == word && isVariableName(word)
		isName := strings.HasPrefix(strings.TrimSpace(line), "[") && isVariableName(word) && len(word) <= maxShownName && !likeSecret(word)
		if last = at[1]; known.words[word] || open && !likeSecret(word) || isVariable || isName || !strings.ContainsAny(word, letters) {
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

// vocabulary is what a file without secrets may have.
type vocabulary struct {
	words  map[string]bool // names of tables and keys, and the values that all know
	public map[string]bool // keys whose values are no secrets, in whatever table
	secret map[string]bool // keys that have secrets
}

// opens reports whether a line that is no TOML may be shown but for what looks like
// a secret: it begins with a key that never has one, and names none that does.
func (v vocabulary) opens(line string) bool {
	key := regexp.MustCompile(`^\s*["']?(\w+)["']?\s*[=:]`).FindStringSubmatch(line)
	if key == nil || !v.public[key[1]] {
		return false
	}
	return !slices.ContainsFunc(regexp.MustCompile(`\w+`).FindAllString(line, -1), func(word string) bool { return v.secret[word] })
}

// exampled puts the text that stands without quotes into what is said of it, if it
// may be shown.
func (v vocabulary) exampled(said string, l badLine) string {
	value := strings.TrimSpace(regexp.MustCompile(`^[^"'#,\[\]{}=]*`).FindString(l.text[l.at:]))
	about, _, found := strings.Cut(said, " stands in quotes, as in ")
	switch {
	case !found, value == "", len(value) > maxShownName, looksSecret(value):
	case v.words[value], v.opens(l.text) && !slices.ContainsFunc(regexp.MustCompile(wordPattern).FindAllString(value, -1), likeSecret):
		return about + " stands in quotes, as in " + quote(value)
	}
	return said
}

// likeSecret reports whether a word may be a token or a password: it is very long,
// or long and of letters and digits.
func likeSecret(word string) bool {
	hasDigit := strings.ContainsAny(word, "0123456789")
	hasLetter := strings.ContainsFunc(word, unicode.IsLetter)
	n := utf8.RuneCountInString(word)
	return n > 24 || hasDigit && hasLetter && n >= 8
}

// vocabularyOf returns the words of a file that is read in env.
func vocabularyOf(env Env) vocabulary {
	v := vocabulary{words: make(map[string]bool), public: make(map[string]bool), secret: make(map[string]bool)}
	for _, word := range slices.Concat(strings.Fields("true false True False yes no on off null"), kinds(), env.Vendors) {
		v.words[word] = true
	}
	for _, table := range Reference(env) {
		v.words[table.Key] = true
		if !table.Free {
			v.add(table.Keys)
		}
		for _, kind := range table.Types {
			v.words[kind.Name] = true
			v.add(kind.Keys)
		}
	}
	for key := range v.secret {
		delete(v.public, key)
	}
	return v
}

func (v vocabulary) add(keys []Key) {
	for _, k := range keys {
		v.words[k.Name], v.public[k.Name] = true, true
		for _, known := range k.Known {
			v.words[known] = true
		}
		if k.Secret {
			v.words[k.Name+fileSuffix], v.secret[k.Name] = true, true
		}
		v.add(k.Keys)
	}
}
