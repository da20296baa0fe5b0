package wording_test

import (
	"testing"
	"time"

	"botrelay/relay/wording"
)

// TestLast: a span is told in the largest unit that it is a whole number of.
func TestLast(t *testing.T) {
	for span, want := range map[time.Duration]string{
		time.Hour: "last hour", 24 * time.Hour: "last 24 hours", 168 * time.Hour: "last 7 days", 36 * time.Hour: "last 36 hours",
		48 * time.Hour: "last 2 days", time.Minute: "last minute", 90 * time.Minute: "last 90 minutes", 1500 * time.Millisecond: "last 1.5s",
	} {
		if got := wording.Last(span); got != want {
			t.Errorf("%v: %q, want %q", span, got, want)
		}
	}
}
