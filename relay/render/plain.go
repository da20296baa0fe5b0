package render

// Line returns what a stranger wrote as one line of plain text for a terminal or
// a log, at most limit runes long: without control, bidi and invisible
// characters, and "" if nothing is left to see.
func Line(s string, limit int) string {
	if s = line(s, limit); isVisible(s) {
		return s
	}
	return ""
}

// Text is Line for text of several lines, with at most one empty line in a row,
// and of at most 20,000 runes and 500 lines.
func Text(s string) string {
	if s = cut(cutLines(tidyText(s, paragraphs), maxLines), maxText); isVisible(s) {
		return s
	}
	return ""
}

// Hidden reports whether r is a control, bidi or other character that draws
// nothing of its own, or a line break; joiners and variation selectors are
// among them.
func Hidden(r rune) bool { return isInvisible(r) || isBreak(r) }
