package render

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"
)

// defaultTo returns v, or instead where there is nothing to see in it.
func defaultTo(instead, v any) any {
	if text := textOf(v); text == "" || !isVisible(clean(text)) {
		return instead
	}
	if x := reflect.ValueOf(v); (x.Kind() == reflect.Slice || x.Kind() == reflect.Map) && x.Len() == 0 {
		return instead
	}
	return v
}

// truncate returns the first characters of a text, as people count them. Cut
// Markdown is Markdown still.
func truncate(limit int, v any) (any, error) {
	if limit < 1 {
		return nil, errors.New("truncate wants a number of characters above 0")
	}
	text := textOf(v)
	short := text
	if end := graphemes(text, limit); end < len(text) {
		end = graphemes(text, limit-1)
		short = strings.TrimRight(text[:end], " \n") + ellipsis
	}
	if _, ok := v.(markdownText); ok {
		return markdownText(short), nil
	}
	return short, nil
}

// graphemes returns the length of the first n graphemes of s.
func graphemes(s string, n int) int {
	end, state := 0, -1
	for rest := s; n > 0 && rest != ""; n-- {
		var g string
		g, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		end += len(g)
	}
	return end
}

// date tells a time: date LAYOUT [ZONE] TIME. The layout shows how 2 January
// 2006, 15:04:05 would be written; the zone is the server's, unless it is named.
// A text that is no time stays as it is.
func (x *execution) date(layout string, args ...any) (string, error) {
	if reference := time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC); reference.Format(layout) == reference.AddDate(2, 2, 2).Add(5*time.Hour+7*time.Minute+time.Second).Format(layout) {
		return "", fmt.Errorf("date: %q is no layout: it has to show 2 January 2006, 15:04:05 in your form", cut(layout, maxLabel))
	}
	zone := x.zone
	switch len(args) {
	case 1:
	case 2:
		name := textOf(args[0])
		named, err := time.LoadLocation(name)
		if err != nil || name == "" {
			return "", fmt.Errorf("date: %q is no time zone", cut(name, maxLabel))
		}
		zone, args = named, args[1:]
	default:
		return "", errors.New(`date wants a layout, perhaps a time zone, and a time: date "15:04" "Europe/Berlin" .ReceivedAt`)
	}
	t, ok := timeOf(args[0])
	if !ok {
		return textOf(args[0]), nil
	}
	return t.In(zone).Format(layout), nil
}

// timeOf returns a time, or one that JSON has: RFC 3339, or a count of seconds
// or milliseconds since 1970.
func timeOf(v any) (time.Time, bool) {
	switch v := v.(type) {
	case *time.Time:
		if v != nil {
			return *v, true
		}
	case time.Time:
		return v, true
	case int64:
		return unixTime(v), true
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && len(v) >= 10 {
			return unixTime(n), true
		}
		t, err := time.Parse(time.RFC3339, v)
		return t, err == nil
	}
	return time.Time{}, false
}

// unixTime takes what is far in the future as seconds for milliseconds.
func unixTime(n int64) time.Time {
	if n > 100_000_000_000 {
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

// hostName returns the host of a URL, or "" if it has none.
func hostName(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// readablePhone groups the digits of a phone number that says its country.
// Another number, or a text that is none, stays as it is written.
func readablePhone(number string) string {
	digits, international := phoneDigits(strings.TrimSpace(number))
	if digits == "" || !international {
		return number
	}
	n := countryLength(digits)
	var b strings.Builder
	b.WriteString("+" + digits[:n])
	for rest := digits[n:]; rest != ""; {
		group := 3
		if len(rest) == 2 || len(rest) == 4 {
			group = len(rest)
		}
		group = min(group, len(rest))
		b.WriteString(" " + rest[:group])
		rest = rest[group:]
	}
	return b.String()
}

// countryLength returns how many digits of a number are the country's: E.164's
// zones 1 and 7 have one, and those codes that are listed have two.
func countryLength(digits string) int {
	if digits[0] == '1' || digits[0] == '7' {
		return 1
	}
	const two = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 " +
		"81 82 84 86 90 91 92 93 94 95 98"
	if strings.Contains(" "+two+" ", " "+digits[:2]+" ") {
		return 2
	}
	return 3
}
