package events

import "time"

// The days that a list can be asked for by name. Which ones those are depends on when
// it is asked, and in which zone: the page says it.
const (
	today     = "today"
	yesterday = "yesterday"
)

// isDay reports whether a time of an address is the name of a day.
func isDay(name string) bool { return name == today || name == yesterday }

// dayOf returns when a day begins and ends that is called so at now, in the zone of now.
func dayOf(name string, now time.Time) (from, to time.Time) {
	if name == yesterday {
		return midnight(now, -1), midnight(now, 0)
	}
	return midnight(now, 0), midnight(now, 1)
}

// midnight returns when the day begins that is so many days after that of now. Where the
// clock is set forward at midnight that is an hour later.
func midnight(now time.Time, after int) time.Time {
	noon := time.Date(now.Year(), now.Month(), now.Day()+after, 12, 0, 0, 0, now.Location())
	at := time.Date(noon.Year(), noon.Month(), noon.Day(), 0, 0, 0, 0, now.Location())
	for at.Day() != noon.Day() {
		at = at.Add(30 * time.Minute)
	}
	return at
}
