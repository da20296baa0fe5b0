package render

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// moment is a time as somebody wrote it, who may not have said all of it.
type moment struct {
	time  time.Time
	zoned bool // it is known where; else time has the hours and minutes as written
	clock bool // it has hours and minutes
}

// readMoment reads what programs write: a date, perhaps with a time of day,
// perhaps with a zone (ISO 8601 and what is close to it).
func readMoment(s string) (moment, bool) {
	s = strings.TrimSpace(s)
	for _, utc := range []string{" UTC", " GMT"} {
		if before, found := strings.CutSuffix(s, utc); found {
			s = before + "Z"
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		for _, zone := range []string{"", "Z07:00", "Z0700", "Z07", " Z07:00", " Z0700"} {
			if layout == time.DateOnly && zone != "" {
				break
			}
			if t, err := time.Parse(layout+zone, s); err == nil {
				return moment{t, zone != "", layout != time.DateOnly}, true
			}
		}
	}
	return moment{}, false
}

// appointment tells when somebody is to come, with the day of the week. The
// clock is as the vendor wrote it, or in the server's zone where it says which
// zone it means. A text that is no time stays as it is, and so does a year that is
// written where nothing is known.
func (r *Renderer) appointment(s string) string {
	m, ok := readMoment(s)
	switch {
	case !ok, m.time.Year() < 2000:
		return s
	case !m.clock:
		return m.time.Format("Mon 2 Jan 2006")
	case !m.zoned:
		return m.time.Format("Mon 2 Jan 2006, 15:04")
	}
	return m.time.In(r.cfg.Location).Format("Mon 2 Jan 2006, 15:04 MST")
}

// date tells a time: date LAYOUT [ZONE] TIME. The layout shows how 2 January
// 2006, 15:04:05 would be written; the zone is the server's, unless it is named.
// A time that does not say its zone is told as it is written, without one. A text
// that is no time, or has not what the layout wants, stays as it is.
func (x *execution) date(args ...any) (string, error) {
	if len(args) < 2 || len(args) > 3 {
		return "", errors.New(usage("date"))
	}
	layout, ok := args[0].(string)
	if !ok {
		return "", errors.New(usage("date"))
	}
	if !changes(layout, 2*366*24*time.Hour+32*24*time.Hour+5*time.Hour+7*time.Minute+time.Second) {
		return "", fmt.Errorf("date: %q is no layout: it has to show 2 January 2006, 15:04:05 in your form", cut(layout, maxLabel))
	}
	zone := x.zone
	if len(args) == 3 {
		name := textOf(args[1])
		named, err := time.LoadLocation(name)
		if err != nil || name == "" {
			return "", fmt.Errorf("date: %q is no time zone", cut(name, maxLabel))
		}
		zone = named
	}
	value := args[len(args)-1]
	m, ok := momentOf(value)
	switch {
	case !ok, !m.clock && changes(layout, 5*time.Hour+7*time.Minute+time.Second):
		return textOf(value), nil
	case !m.zoned:
		return m.time.Format(withoutZone(layout)), nil
	}
	return m.time.In(zone).Format(layout), nil
}

// changes reports whether two times that lie that far apart look different.
func changes(layout string, apart time.Duration) bool {
	t := time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC)
	return t.Format(layout) != t.Add(apart).Format(layout)
}

// withoutZone returns a layout without what shows a zone.
func withoutZone(layout string) string {
	for _, zone := range []string{"Z07:00:00", "-07:00:00", "Z070000", "-070000", "Z07:00", "-07:00", "Z0700", "-0700", "Z07", "-07", "MST"} {
		layout = strings.ReplaceAll(layout, zone, "")
	}
	return strings.TrimSpace(strings.ReplaceAll(layout, "  ", " "))
}

// momentOf returns a time, or one that JSON has: a text of the forms that
// readMoment knows, or a count of seconds or milliseconds since 1970.
func momentOf(v any) (moment, bool) {
	switch v := v.(type) {
	case *time.Time:
		if v != nil {
			return moment{*v, true, true}, true
		}
	case time.Time:
		return moment{v, true, true}, true
	case int64:
		return moment{unixTime(v), true, true}, true
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && len(v) >= 10 {
			return moment{unixTime(n), true, true}, true
		}
		return readMoment(v)
	}
	return moment{}, false
}

// unixTime takes what is far in the future as seconds for milliseconds.
func unixTime(n int64) time.Time {
	if n > 100_000_000_000 {
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}
