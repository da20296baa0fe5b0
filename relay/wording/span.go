package wording

import (
	"fmt"
	"time"
)

// Last says a time up to now that begins so long ago, without an article: "last hour",
// "last 24 hours", "last 7 days".
func Last(span time.Duration) string {
	const day = 24 * time.Hour
	for _, of := range []struct {
		unit time.Duration
		name string
	}{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		switch n := int64(span / of.unit); {
		case span <= 0 || span%of.unit != 0 || of.unit == day && n == 1: // a day is 24 hours, whatever the date
		case n == 1:
			return "last " + of.name
		default:
			return fmt.Sprintf("last %d %ss", n, of.name)
		}
	}
	return "last " + span.String()
}
