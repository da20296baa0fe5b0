package main

import (
	"fmt"
	"strconv"
	"time"

	"botrelay/relay/config"
)

// span is a duration on the command line, such as 30m, 24h or 7d.
type span time.Duration

// UnmarshalText reads a duration as routes.toml has them.
func (s *span) UnmarshalText(text []byte) error {
	d, err := config.ParseDuration(string(text))
	if err == nil && d <= 0 {
		err = fmt.Errorf("wants more than nothing")
	}
	*s = span(d)
	return err
}

// spell says how long d is, as shortly as people do: 40s, 5m, 3h, 2d.
func spell(d time.Duration) string {
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

// moment says when t was, as shortly as is clear at the time now: 14:03 if it
// was today, else with the date, and of another year the date alone. It is told
// in now's zone.
func moment(t, now time.Time) string {
	t = t.In(now.Location())
	switch {
	case t.YearDay() == now.YearDay() && t.Year() == now.Year():
		return t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("Jan _2 15:04")
	}
	return t.Format("2006-01-02")
}

// count writes n as people read it, with its noun: "1 message", "1,500 messages".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if noun == "delivery" {
		return thousands(n) + " deliveries"
	}
	return thousands(n) + " " + noun + "s"
}

// thousands writes n, which is not negative, in groups of three digits.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
