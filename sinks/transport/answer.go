package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
)

const (
	// longestWait bounds what a platform may ask to wait: more is nonsense, and
	// would overflow.
	longestWait = 7 * 24 * time.Hour
	// maxReason is how much of a reason is kept, in code points.
	maxReason = 300
)

// Judge judges what means the same on every platform: no answer, a redirect,
// a server's own failure, a request that was stopped on its way. It returns
// false if the answer may hold the platform's own words, for the sink to judge. The platform's name is for people, and now
// is the time at which the answer came.
func (a Answer) Judge(platform string, now time.Time) (relay.Verdict, bool) {
	v := relay.Verdict{Outcome: relay.Later, Status: a.Status}
	switch {
	case a.Status == 0:
		return a.unanswered(platform), true
	case a.Status/100 == 3:
		v.Outcome = relay.Held
		v.Reason = fmt.Sprintf("%s: %s (%d): check the URL", platform, saidRedirect, a.Status)
	case a.Status == http.StatusRequestTimeout:
		v.After = a.RetryAfter(now)
		v.Reason = platform + ": " + saidLate
	case a.Status/100 == 1, a.Status == http.StatusProxyAuthRequired,
		a.Status == http.StatusMisdirectedRequest, a.Status == http.StatusTooEarly:
		v.After = a.RetryAfter(now)
		v.Reason = fmt.Sprintf("%s: the request did not get through to it, something in between %s: %s", platform, saidInTheWay, a.Summary())
	case a.Status >= 500:
		// It may have posted the message before it failed.
		v.Doubtful, v.After = true, a.RetryAfter(now)
		v.Reason = fmt.Sprintf("%s: %s (%s)", platform, saidOwn, a.Summary())
	default:
		return relay.Verdict{}, false
	}
	return v, true
}

// JudgeForeign judges a refusal that is not in the platform's own words, and
// may come from a proxy, a filter or a server that took its place. It tells
// nothing about the message, so that none is lost by it, unless it is that the
// message is too large. reason is the verdict's where a person must mend
// something, or the message is refused.
func (a Answer) JudgeForeign(platform, reason string, now time.Time) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Held, Status: a.Status, Reason: reason}
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
	case http.StatusRequestEntityTooLarge:
		v.Outcome = relay.Refused
	default:
		v.Outcome, v.After = relay.Later, a.RetryAfter(now)
		v.Reason = fmt.Sprintf("%s: the answer is not its own, %s%s %s: %s", platform, saidBetween, platform, saidInTheWay, a.Summary())
	}
	return v
}

// unanswered judges an attempt to which nothing came back.
func (a Answer) unanswered(platform string) relay.Verdict {
	v := relay.Verdict{Outcome: relay.Later, Doubtful: a.Written}
	switch {
	case a.Err == nil:
		return relay.Verdict{Outcome: relay.Refused, Reason: fmt.Sprintf("%s: the request could not be made: %v", platform, a.Library)}
	case errors.Is(a.Err, context.DeadlineExceeded):
		v.Reason = platform + ": " + saidNothing
	case errors.Is(a.Err, context.Canceled):
		v.Reason = platform + ": " + saidStopped
	default:
		v.Reason = fmt.Sprintf("%s: %s%v", platform, saidNoAnswer, a.Err)
	}
	return v
}

// RetryAfter returns how long the platform asked to wait by the Retry-After
// header: seconds, also with a fraction, or a date, which is measured by the
// answer's own Date if it has one and by now if not. 0 means it did not say.
func (a Answer) RetryAfter(now time.Time) time.Duration {
	value := strings.TrimSpace(a.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		return Seconds(seconds)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(a.Header.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), longestWait)
}

// Seconds turns a platform's seconds into a duration, rounded up to a
// millisecond and at most a week. What is not a number of seconds is 0.
func Seconds(s float64) time.Duration {
	switch {
	case !(s > 0): // also NaN
		return 0
	case s >= longestWait.Seconds():
		return longestWait
	}
	return time.Duration(math.Ceil(s*1000)) * time.Millisecond
}

// HTML reports whether the answer is a page for a browser: it then comes from
// a proxy, a filter or a login in between, not from a platform's API. The
// Content-Type does not tell: Slack's webhooks say text/html and send a word.
func (a Answer) HTML() bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(a.Body, []byte("\uFEFF"))), []byte("<"))
}

// Summary returns the answer's status and, unless it is a page or JSON, its
// words.
func (a Answer) Summary() string {
	status := strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)))
	body := bytes.TrimSpace(a.Body)
	if len(body) == 0 || a.HTML() || body[0] == '{' {
		return status
	}
	return status + ": " + string(body)
}

// Clean returns v as it may be shown: without secrets, and with a reason that
// is one short line.
func (c *Client) Clean(v relay.Verdict) relay.Verdict {
	v.ID = relay.Scrub(v.ID, c.cfg.Secrets...)
	v.MovedTo = relay.Scrub(v.MovedTo, c.cfg.Secrets...)
	// Cut only what is scrubbed: half a secret is not recognised.
	v.Reason = shorten(oneLine(relay.Scrub(v.Reason, c.cfg.Secrets...)))
	return v
}

// oneLine returns text with every run of spaces and of characters that do not
// print as one space.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r)
	}), " ")
}

func shorten(text string) string {
	if utf8.RuneCountInString(text) <= maxReason {
		return text
	}
	return string([]rune(text)[:maxReason-1]) + "…"
}
