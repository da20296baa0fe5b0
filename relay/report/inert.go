package report

import (
	"bytes"
	"fmt"
	"unicode/utf16"

	"botrelay/relay/render"
)

// Inert returns JSON that means the same, in which what a terminal might obey
// or hide is escaped. In valid JSON that stands in strings only.
func Inert(text []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(text))
	for _, r := range string(text) {
		switch {
		case r == '\n', r >= ' ' && r <= '~', !render.Hidden(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
