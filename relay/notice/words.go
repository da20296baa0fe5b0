package notice

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxReason is how much of what somebody else said is shown, in runes.
const maxReason = 300

// says quotes what a platform or an error said, as a sentence after others; it
// is empty if nothing was said.
func says(who, reason string) string {
	if reason = oneLine(reason); reason == "" {
		return ""
	}
	return fmt.Sprintf(" %s: “%s”.", who, reason)
}

// oneLine makes a single short line of s, whatever it is.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if utf8.RuneCountInString(s) <= maxReason {
		return s
	}
	return string([]rune(s)[:maxReason-1]) + "…"
}

// counted is a number and its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
