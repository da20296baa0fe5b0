package notice

import (
	"fmt"
	"math"
	"strings"
	"time"
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

// spoken tells a duration as people do, in one unit.
func spoken(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return counted(in(d, time.Minute), "minute")
	case d < 2*day:
		return counted(in(d, time.Hour), "hour")
	}
	return counted(in(d, day), "day")
}

// in returns how many units d is, rounded.
func in(d, unit time.Duration) int { return int(math.Round(float64(d) / float64(unit))) }

// counted is a number and its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
