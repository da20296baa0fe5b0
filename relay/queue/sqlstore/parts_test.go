package sqlstore

import (
	"math"
	"slices"
	"testing"
)

// All time since then is there once: by 5 minutes, hours and days.
func TestParts(t *testing.T) {
	const day = 86400
	for since, want := range map[int64][]any{
		0:                   {int64(0), int64(0), int64(0), int64(0), int64(0), int64(math.MaxInt64)},
		day:                 {int64(288), int64(288), int64(24), int64(24), int64(1), int64(math.MaxInt64)},
		day + 300:           {int64(289), int64(300), int64(25), int64(48), int64(2), int64(math.MaxInt64)},
		day + 3600:          {int64(300), int64(300), int64(25), int64(48), int64(2), int64(math.MaxInt64)},
		2*day - 300:         {int64(575), int64(576), int64(48), int64(48), int64(2), int64(math.MaxInt64)},
		2*day - 3600 - 3300: {int64(553), int64(564), int64(47), int64(48), int64(2), int64(math.MaxInt64)},
	} {
		if got := parts(since); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", since, got, want)
		}
	}
}
