package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	zwnj = '\u200C'
	zwj  = '\u200D'
)

const (
	// maxMarks is how many combining marks a character keeps. Vietnamese needs
	// 2, Thai 3, Hindi 4, phonetic transcription rarely more.
	maxMarks = 4
	// maxStacked is the same for scripts that pile up: Hebrew and Arabic with
	// vowels and cantillation, and Tibetan's stacks.
	maxStacked = 8
)

// keepMark reports whether a combining mark stays: behind a character that it can
// stand on. Where there is none, it would change the one that we write before it.
func (c *cleaner) keepMark(r rune) bool {
	if c.base == 0 || unicode.IsSpace(c.base) {
		return false
	}
	limit := maxMarks
	if unicode.In(c.base, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Tibetan) {
		limit = maxStacked
	}
	if c.marks >= limit {
		return false
	}
	c.marks++
	c.last = r
	return true
}

// keepJoiner reports whether a zero-width (non-)joiner stays: one, between two
// emoji, or after a letter of a script whose shapes depend on it. Elsewhere it
// shows nothing, and would tell apart words that look alike.
func (c *cleaner) keepJoiner(r rune, rest string) bool {
	if c.last == zwj || c.last == zwnj {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest)
	ok := shapesByJoiner(c.base) || r == zwj && isPictograph(c.base) && isPictograph(next)
	if ok {
		c.last = r
	}
	return ok
}

// keepSelector reports whether a variation selector stays: one, straight after
// a character that has variants. A row of them is invisible data.
//
//   - U+FE0E and U+FE0F choose between text and emoji, after symbols, digits
//     and the few punctuation marks that are emoji (‼, 〰, the keycaps);
//   - the others choose the shape of a Han character, which people are
//     particular about in their names, or of a Mongolian or Myanmar letter.
func (c *cleaner) keepSelector(r rune) bool {
	if c.last != c.base {
		return false
	}
	ok := unicode.In(c.base, unicode.Han, unicode.Mongolian, unicode.Myanmar, unicode.Phags_Pa)
	if r == '\uFE0E' || r == '\uFE0F' {
		ok = isPictograph(c.base) || isEmojiPunctuation(c.base)
	}
	if ok {
		c.last = r
	}
	return ok
}

// isPictograph reports whether r may be part of an emoji sequence: all emoji
// but keycaps and a few punctuation marks are So, Sm, or skin tones (Sk).
func isPictograph(r rune) bool {
	return r > '~' && r != utf8.RuneError && unicode.In(r, unicode.So, unicode.Sm, unicode.Sk)
}

// isEmojiPunctuation reports whether r is a character that becomes an emoji by
// its variation selector without being a symbol (Unicode's
// emoji-variation-sequences.txt).
func isEmojiPunctuation(r rune) bool {
	switch r {
	case '#', '*', '\u203C', '\u2049', '\u3030':
		return true
	}
	return r >= '0' && r <= '9'
}

// shapesByJoiner reports whether r is a letter of a script in which U+200C and
// U+200D change what is drawn (The Unicode Standard, 23.2): the cursive ones
// and those with conjuncts.
func shapesByJoiner(r rune) bool {
	return unicode.In(r,
		unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Mandaic, unicode.Adlam,
		unicode.Hanifi_Rohingya, unicode.Manichaean, unicode.Phags_Pa, unicode.Sogdian,
		unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya,
		unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
		unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Balinese, unicode.Javanese,
		unicode.Grantha, unicode.Newa, unicode.Meetei_Mayek, unicode.Chakma,
	)
}

// flagTags returns how many tag characters make a flag of r, or 0 if none do.
// There are three such flags that are recommended for general interchange
// (UTS #51, ED-27): those of England, Scotland and Wales.
func flagTags(r rune, rest string) int {
	if r != '🏴' {
		return 0
	}
	for _, region := range []string{"gbeng", "gbsct", "gbwls"} {
		tags := strings.Map(func(letter rune) rune { return letter + firstTag }, region) + string(lastTag)
		if strings.HasPrefix(rest, tags) {
			return len(region) + 1
		}
	}
	return 0
}

// firstTag is the offset of a tag from the ASCII character that it stands for;
// lastTag ends a row of them.
const (
	firstTag = '\U000E0000'
	lastTag  = '\U000E007F'
)

func isTag(r rune) bool { return r > firstTag && r <= lastTag }
