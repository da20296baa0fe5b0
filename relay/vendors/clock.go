package vendors

import (
	"strconv"
	"strings"
	"time"
)

// moment reads a time as vendors write it: RFC 3339 or near it, or seconds or
// milliseconds since 1970. A time without a zone is not one, and neither is one
// outside of this century: both are more likely something else.
func moment(text string) (time.Time, bool) {
	at, ok := count(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST"} {
		if ok {
			break
		}
		if strings.HasSuffix(layout, "MST") && !strings.HasSuffix(text, " UTC") && !strings.HasSuffix(text, " GMT") {
			break // of any other name Go knows no offset
		}
		var err error
		at, err = time.Parse(layout, strings.TrimSpace(text))
		ok = err == nil
	}
	return at.UTC(), ok && at.Year() >= 2000 && at.Year() < 2100
}

// count reads a number since 1970. From 100,000,000,000 on, which in seconds
// is the year 5138, it counts milliseconds.
func count(text string) (time.Time, bool) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Trim(text, "0123456789.") != "" || n > 1e14 {
		return time.Time{}, false
	}
	if n < 1e11 {
		n *= 1000
	}
	return time.UnixMilli(int64(n)), true
}

// created takes the first of the named fields that is a time, and returns how
// the vendor wrote it. Where none can be read, it only returns what is written.
func (r record) created(names ...string) (at time.Time, written string) {
	isTime := func(text string) bool {
		_, ok := moment(text)
		return ok
	}
	if written = r.textIf(isTime, names...); written != "" {
		at, _ = moment(written)
		return at, written
	}
	return time.Time{}, r.peek(names...)
}
