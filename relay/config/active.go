package config

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Errors of the values of active. They hold nothing of the value.
var (
	errDays    = errors.New(`wants days such as "mon-fri" or "mon,wed,sat"`)
	errHours   = errors.New(`wants two times of day such as "09:00-17:30" or "18:00-08:00"`)
	errWindows = errors.New(`holds one window: write a route for each further one`)
	errEmpty   = errors.New(`ends when it begins: leave it out for all day`)
)

// Active is when a route applies, by the clock on the wall in Zone. The zero
// value is always. Its fields are those of route.Active, so that one can be
// converted to the other.
type Active struct {
	Days     [7]bool // by time.Weekday; none: every day
	From, To int     // minutes since midnight, To excluded; both 0: all day
	Zone     *time.Location
}

// days are written as English has them, in three letters.
type days [7]bool

// UnmarshalText reads days such as "mon-fri" or "mon,wed,sat". Its error tells
// the cure.
func (d *days) UnmarshalText(text []byte) error {
	var set days
	for item := range strings.SplitSeq(strings.ToLower(string(text)), ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(item), "-")
		from, to := weekday(first), weekday(last)
		if !isRange {
			to = from
		}
		if from < 0 || to < 0 {
			return meant{error: errDays, like: daysLike(string(text))}
		}
		for day := from; ; day = (day + 1) % 7 {
			set[day] = true
			if day == to {
				break
			}
		}
	}
	*d = set
	return nil
}

// weekday returns a day's number as time.Weekday has it, or -1.
func weekday(name string) int {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.ToLower(day.String()[:3]) == strings.TrimSpace(name) {
			return int(day)
		}
	}
	return -1
}

// hours are two times of a day.
type hours struct{ from, to int }

// UnmarshalText reads times such as "18:00-08:00". Its error tells the cure.
func (h *hours) UnmarshalText(text []byte) error {
	first, last, _ := strings.Cut(string(text), "-")
	from, to := minuteOfDay(first), minuteOfDay(last)
	switch {
	case strings.Count(string(text), "-") > 1 && strings.Contains(string(text), ","):
		return errWindows
	case from < 0 || to < 0 || from == 24*60:
		return meant{error: errHours, like: hoursLike(string(text))}
	case from == to:
		return errEmpty
	}
	*h = hours{from, to}
	return nil
}

// minuteOfDay reads a time from 00:00 to 24:00, and returns -1 for anything else.
func minuteOfDay(text string) int {
	hour, minute, _ := strings.Cut(strings.TrimSpace(text), ":")
	h, err := strconv.ParseUint(hour, 10, 8)
	if err != nil || len(hour) > 2 || len(minute) != 2 {
		return -1
	}
	m, err := strconv.ParseUint(minute, 10, 8)
	if total := int(h*60 + m); err == nil && m < 60 && total <= 24*60 {
		return total
	}
	return -1
}

// activeKeys is the table active as it is written.
type activeKeys struct {
	Days  days           `toml:"days" example:"mon-fri" doc:"Days such as mon-fri or mon,wed,sat. Without it every day."`
	Hours hours          `toml:"hours" example:"18:00-08:00" doc:"From when until when, the end excluded; a window across midnight belongs to the day it begins. Without it all day."`
	Zone  *time.Location `toml:"tz" example:"Europe/Berlin" doc:"The time zone. Without it the server's."`
}

// active reads a route's active.
func (r *reader) active(n *node) (Active, bool) {
	var a activeKeys
	if n.kind != tableKind {
		r.wants(n, `a table, as in { days = "mon-fri", hours = "09:00-17:00" }`)
		return Active{}, false
	}
	good := r.inner(n, &a)
	if good && len(n.items) == 0 {
		r.warnf(n.at, `"active" says nothing: a route without it applies at any time`)
	}
	return Active{Days: a.Days, From: a.Hours.from, To: a.Hours.to, Zone: a.Zone}, good
}
