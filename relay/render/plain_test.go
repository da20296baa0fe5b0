package render_test

import (
	"strings"
	"testing"

	"botrelay/relay/render"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, line, text string }{
		{"Grace Hopper", "Grace Hopper", "Grace Hopper"},
		{"\x1b[2J\x1b[31mred\a", "[2J[31mred", "[2J[31mred"}, // ECMA-48: nothing is a sequence without its ESC
		{"\u009b31mred", "31mred", "31mred"},                 // its 8-bit form
		{"a\r\nb\rc", "a b c", "a\nb\nc"},
		{"user\u202egpj.exe", "usergpj.exe", "usergpj.exe"},
		{"a\n\n\n\nb", "a b", "a\n\nb"},
		{" \u200b\u2800 ", "", ""},
		{"日本語 👩‍👩‍👧", "日本語 👩‍👩‍👧", "日本語 👩‍👩‍👧"},
	} {
		if got := render.Line(c.in, 100); got != c.line {
			t.Errorf("Line(%q) = %q, want %q", c.in, got, c.line)
		}
		if got := render.Text(c.in); got != c.text {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.text)
		}
	}
	if got := render.Line(strings.Repeat("ab ", 50), 7); got != "ab ab…" {
		t.Errorf("cut to %q", got)
	}
}
