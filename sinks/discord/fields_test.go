package discord

import (
	"strings"
	"testing"

	"botrelay/relay"
)

// TestSharing holds which fields share a row: a digit is the length of a value in
// tens, and L one that wants a line of its own.
func TestSharing(t *testing.T) {
	for fields, want := range map[string]string{
		"":         "",
		"1":        ".",
		"11":       "==",
		"111":      "===",
		"1111":     "===.",
		"11111":    "=====",
		"22":       "==",
		"12":       "==",
		"222":      "==.", // a third one would join them
		"1122":     "==..",
		"2112":     "==..",
		"3":        ".",
		"13":       "..",
		"311":      ".==",
		"1L1":      "...",
		"11L11":    "==.==",
		"22L22":    "==.==",
		"22222222": "==.==.==",
	} {
		var list []relay.Field
		for _, c := range fields {
			f := relay.Field{Name: "n", Long: c == 'L'}
			if !f.Long {
				f.Value = []relay.Span{{Text: strings.Repeat("x", 10*int(c-'0'))}}
			}
			list = append(list, f)
		}
		got := ""
		for _, shares := range sharing(list) {
			if shares {
				got += "="
			} else {
				got += "."
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", fields, got, want)
		}
	}
}
