package config

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// nested is known for a line within a list or a table that began on a line before.
func (l badLine) nested(message string) (offset int, text string) {
	stopped := l.text[l.at:]
	c, _ := utf8.DecodeRuneInString(stopped)
	switch {
	case strings.Contains(message, "expected '='") && c == ':':
		return l.start + l.at, l.colon()
	case isSmartQuote(c):
		return l.start + l.at, straight
	case isSpaceLike(c):
		return l.start + l.at, `this only looks like a space: type it anew`
	case strings.HasPrefix(stopped, "//"), strings.HasPrefix(stopped, "/*"):
		return l.start + l.at, `a comment begins with "#"`
	}
	return l.early(len(l.text) - len(strings.TrimLeft(l.text, " \t")))
}

const straight = `these quotes are a text processor's: type " or '`

// foreignEnd returns where that ends which begins on the line of offset and is
// written as in another language: a comment of several lines, or a list with a line
// for each item. Of anything else it is the line's end.
func foreignEnd(data []byte, offset int) int {
	end := nextLine(data, offset)
	line := bytes.TrimSpace(data[lineStart(data, offset):end])
	for begin, closing := range map[string]string{"/*": "*/", "<!--": "-->", `"""`: `"""`, "'''": "'''"} {
		if !bytes.HasPrefix(line, []byte(begin)) {
			continue
		}
		from := lineStart(data, offset) + bytes.Index(data[lineStart(data, offset):end], []byte(begin)) + len(begin)
		if i := bytes.Index(data[from:], []byte(closing)); i >= 0 {
			return nextLine(data, from+i)
		}
		return end
	}
	for end < len(data) && isItem(data, end) {
		end = nextLine(data, end)
	}
	return end
}

const noItems = `a list stands in brackets behind its key, as in to = ["sales", "night"]`

// hasItems reports whether the line of offset is followed by the items of a list
// as YAML has them.
func hasItems(data []byte, offset int) bool { return isItem(data, nextLine(data, offset)) }

func isItem(data []byte, start int) bool {
	return bytes.HasPrefix(bytes.TrimSpace(data[start:nextLine(data, start)]), []byte("- "))
}

// blank makes spaces of a part of data, but keeps its lines.
func blank(data []byte, from, to int) {
	for i := from; i < to; i++ {
		if data[i] != '\n' {
			data[i] = ' '
		}
	}
}
