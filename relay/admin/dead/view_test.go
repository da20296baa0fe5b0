package dead

import (
	"testing"
	"time"
)

// TestAtOnce: what came in within one minute, as people are shown it, came at once.
func TestAtOnce(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, one := range []struct {
		oldest, newest time.Duration
		want           bool
	}{{0, 0, true}, {0, 59 * time.Second, true}, {0, time.Minute, false}, {59 * time.Second, 61 * time.Second, false}, {time.Minute, time.Hour, false}} {
		if got := (group{Oldest: noon.Add(one.oldest), Newest: noon.Add(one.newest)}).AtOnce(); got != one.want {
			t.Errorf("%v to %v: %t", one.oldest, one.newest, got)
		}
	}
}
