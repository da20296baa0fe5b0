package mask

import "unicode/utf8"

// Head is the beginning of a text: at most so many bytes, and whole characters.
func Head(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for size > 0 && !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}
