package wording

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Spell says how long d is, as shortly as people do: 40s, 5m, 3h, 2d. What is
// less than nothing is 0s.
func Spell(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(d, 0)/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/day)
}

// Spoken tells a duration as people say it, rounded to one unit: "less than a
// minute", "90 minutes", "3 days".
func Spoken(d time.Duration) string {
	const day = 24 * time.Hour
	in := func(unit time.Duration) int { return int(math.Round(float64(d) / float64(unit))) }
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < 2*time.Hour:
		return Count(in(time.Minute), "minute")
	case d < 2*day:
		return Count(in(time.Hour), "hour")
	}
	return Count(in(day), "day")
}

// Moment says when t was, as shortly as is clear at the time now: 14:03 if it
// was today, else with the date, and of another year the date alone. It is told
// in now's zone.
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("Jan _2 15:04")
	}
	return t.Format("2006-01-02")
}

// Count writes n, which is not negative, as people read it, with its noun in the
// singular or the plural: "1 message", "1,500 messages", "2 deliveries".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(n) + " " + plural(noun)
}

// Capital is a text with a capital at its start, where it begins with a small letter of
// English.
func Capital(text string) string {
	if text == "" || text[0] < 'a' || text[0] > 'z' {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// plural returns the plural of a regular noun.
func plural(noun string) string {
	if stem, ok := strings.CutSuffix(noun, "y"); ok && !strings.ContainsAny(stem[max(0, len(stem)-1):], "aeou") {
		return stem + "ies"
	}
	return noun + "s"
}

// Thousands writes n, which is not negative, in groups of three digits: 1,234,567.
func Thousands(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
