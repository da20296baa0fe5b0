package render

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean returns s as it was written, but for what nobody can see or what makes
// a line lie about itself:
//
//   - control characters go; every kind of line break becomes "\n", and a tab
//     one space;
//   - format characters go (Unicode's Cf and Default_Ignorable_Code_Point:
//     bidi marks, overrides and isolates, zero-width characters, soft hyphens,
//     fillers, tag characters), but for joiners, variation selectors and tags
//     where a script or an emoji needs them;
//   - a letter keeps a handful of combining marks and loses the rest;
//   - bytes that are not UTF-8, and noncharacters, become U+FFFD.
//
// Nothing is normalised. clean(clean(s)) is clean(s).
func clean(s string) string {
	return new(cleaner).clean(s)
}

// cleaner is what has to be known of the text so far. It may be used for one
// text in several pieces.
type cleaner struct {
	tabs  bool // keep tabs, for Markdown that is yet to be parsed
	base  rune // the last character that was kept and is not a mark or joiner; 0 at the start
	last  rune // the last character that was kept; 0 at the start
	marks int  // combining marks on base
	tags  int  // how many tag characters of a flag are still to come
	cr    bool // the last character read was a carriage return
}

// clean returns the cleaned form of the next piece.
func (c *cleaner) clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(s[i:])
		}
		afterCR := c.cr
		c.cr = r == '\r'
		if r == '\n' && afterCR {
			continue
		}
		if r, ok := c.keep(r, s[i+size:]); ok {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// keep returns what stands for r in clean text, and whether anything does.
// rest is the text after it.
func (c *cleaner) keep(r rune, rest string) (rune, bool) {
	switch {
	case isBreak(r):
		return c.take('\n'), true
	case r == '\t' && !c.tabs:
		return c.take(' '), true
	case r == '\t', r >= ' ' && r <= '~':
		return c.take(r), true
	case isNoncharacter(r):
		return c.take(utf8.RuneError), true
	case r == zwj || r == zwnj:
		return r, c.keepJoiner(r, rest)
	case unicode.Is(unicode.Variation_Selector, r):
		return r, c.keepSelector(r)
	case c.tags > 0 && isTag(r):
		c.tags--
		c.last = r
		return r, true
	case isInvisible(r):
		return 0, false
	case unicode.In(r, unicode.Mn, unicode.Me):
		return r, c.keepMark(r)
	}
	c.take(r)
	c.tags = flagTags(r, rest)
	return r, true
}

// take notes that r, which is no mark, is kept.
func (c *cleaner) take(r rune) rune {
	c.base, c.last, c.marks, c.tags = r, r, 0, 0
	return r
}

// isBreak reports whether r ends a line: Unicode's mandatory breaks (UAX #14,
// classes BK, CR, LF and NL).
func isBreak(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// isNoncharacter reports whether r is one of the 66 code points that are never
// to be interchanged (The Unicode Standard, 23.7).
func isNoncharacter(r rune) bool {
	return r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
}

// isInvisible reports whether r is a control or draws nothing of its own.
// Prepended marks (the Arabic number signs) and Egyptian format controls are
// of category Cf too, but are seen. The interlinear annotation characters are
// not Default_Ignorable; they hide text all the same.
func isInvisible(r rune) bool {
	if unicode.In(r, unicode.Cc, unicode.Other_Default_Ignorable_Code_Point) {
		return true
	}
	isEgyptian := r >= 0x13430 && r <= 0x13455
	return unicode.Is(unicode.Cf, r) && !isEgyptian && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// isVisible reports whether there is anything to see in s, which is clean: not
// just spaces, blank Braille cells, and marks without a letter.
func isVisible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r != '\u2800' && !unicode.In(r, unicode.White_Space, unicode.Mn, unicode.Me, unicode.Cf)
	})
}
