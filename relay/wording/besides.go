package wording

import (
	"strings"

	"botrelay/relay"
)

// Besides returns an advice for who reads it below a text: without its meaning if the text
// says the same.
func Besides(text string, a relay.Advice) relay.Advice {
	if strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSuffix(a.Meaning, "."))) {
		a.Meaning = ""
	}
	return a
}
