package main

import (
	"strings"
	"time"
)

// atForms are what --at takes beside a time of today and of a day of the week.
func atForms() []string {
	return []string{"2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02"}
}

// timeAt reads a time as people write it: a day and a time, a time of today such as
// 22:00 or 10pm, one of the coming Friday (today, if it is one) such as Fri 22:00, in the
// zone of now, or RFC 3339.
func timeAt(text string, now time.Time) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, true
	}
	for _, form := range atForms() {
		if t, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return t, true
		}
	}
	days := 0
	if day, rest, found := strings.Cut(text, " "); found && !startsWithDigit(day) {
		ahead, known := daysUntil(day, now.Weekday())
		if !known {
			return time.Time{}, false
		}
		days, text = ahead, strings.TrimSpace(rest)
	}
	for _, form := range []string{"15:04", "3:04PM", "3PM"} {
		clock, err := time.Parse(form, strings.ToUpper(strings.ReplaceAll(text, " ", "")))
		if err == nil {
			return time.Date(now.Year(), now.Month(), now.Day()+days, clock.Hour(), clock.Minute(), 0, 0, now.Location()), true
		}
	}
	return time.Time{}, false
}

// daysUntil is in how many days the day of the week with that name is, or with a
// name that begins with those three letters or more.
func daysUntil(name string, today time.Weekday) (days int, known bool) {
	name = strings.TrimSuffix(strings.ToLower(name), ",")
	for days = range 7 {
		day := (today + time.Weekday(days)) % 7
		if len(name) >= 3 && strings.HasPrefix(strings.ToLower(day.String()), name) {
			return days, true
		}
	}
	return 0, false
}

func startsWithDigit(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }
