// Package rows holds what the drivers of package queue have in common, whatever
// database is below them: a lane and a budget as they are stored, what an attempt
// makes of a lane, what a window has room for, and how an event becomes text. It
// knows no SQL, and nothing in it blocks.
//
// Every time is in microseconds since 1970 by the store's clock, 0 for never.
package rows

import "time"

// FarOff is more than anything waits, and keeps times from overflowing.
const FarOff = 100 * 365 * 24 * time.Hour

// Later returns the first microsecond at which d has passed since now.
func Later(now int64, d time.Duration) int64 { return now + Micros(d) }

// Micros returns d in whole microseconds, rounded up: from 0 to FarOff.
func Micros(d time.Duration) int64 {
	d = min(max(d, 0), FarOff)
	return int64((d + time.Microsecond - 1) / time.Microsecond)
}

// Age returns how long ago then was. It is never negative, though a clock may be
// set back.
func Age(now, then int64) time.Duration {
	return time.Duration(max(now-then, 0)) * time.Microsecond
}

// since returns how long ago then was: never 0, though a clock may be set back,
// unless then is 0, for never.
func since(now, then int64) time.Duration {
	if then == 0 {
		return 0
	}
	return max(Age(now, then), time.Microsecond)
}

// rest returns how long a rest still lasts. A clock that was set back to before
// it began ends it: it would last for nobody knows how long.
func rest(now, from, until int64) time.Duration {
	if now < from || now >= until {
		return 0
	}
	return Age(until, now)
}
