package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxWord is how many bytes of a word count. Longer ones are found by their beginning.
const maxWord = 48

// legible returns text without what is no UTF-8.
func legible(text string) string { return strings.ToValidUTF8(text, " ") }

// fold returns text as it is compared: in lower case, without diacritics, and with
// letters and digits that look alike made the same. What is not seen is taken out, so
// that it parts no word.
func fold(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
		case r < utf8.RuneSelf:
			b.WriteByte(byte(unicode.ToLower(r)))
		default:
			b.WriteString(spelled(unicode.ToLower(r)))
		}
	}
	return b.String()
}

func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// spelled returns a letter as those write it who do not have it on their keyboard.
// Unicode takes none of these apart.
func spelled(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ħ':
		return "h"
	}
	return string(r)
}

// isOfWord reports whether a folded character is part of a word. Marks that stand
// beside a letter are: in the scripts of India they are its vowels.
func isOfWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mc, r))
}

// isUnspaced reports whether a character's script has no spaces between words.
func isUnspaced(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// words yields the words of folded text. Of scripts without spaces each two neighbours
// are one, and the last by itself if whole says so: in a text it may be what is looked
// for, in a query it is part of the two before.
func words(folded string, whole bool, yield func(word string) bool) {
	for start := 0; start < len(folded); {
		r, size := utf8.DecodeRuneInString(folded[start:])
		if !isOfWord(r) {
			start += size
			continue
		}
		end := start + size
		unspaced := isUnspaced(r)
		for end < len(folded) {
			next, size := utf8.DecodeRuneInString(folded[end:])
			if !isOfWord(next) || isUnspaced(next) != unspaced {
				break
			}
			end += size
		}
		word := folded[start:end]
		start = end
		if !unspaced {
			if !yield(cut(word)) {
				return
			}
			continue
		}
		if !pairs(word, whole, yield) {
			return
		}
	}
}

// pairs yields each two neighbours of a run of characters, and the last alone.
func pairs(run string, whole bool, yield func(string) bool) bool {
	former := -1 // where the character before begins
	for at := range run {
		if former >= 0 {
			_, size := utf8.DecodeRuneInString(run[at:])
			if !yield(run[former : at+size]) {
				return false
			}
		}
		former = at
	}
	_, only := utf8.DecodeRuneInString(run)
	return !whole && only < len(run) || yield(run[former:])
}

// cut returns the beginning of a word that counts.
func cut(word string) string {
	if len(word) <= maxWord {
		return word
	}
	end := maxWord
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}
