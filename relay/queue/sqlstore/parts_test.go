package sqlstore

import (
	"math"
	"slices"
	"testing"
)

// All time since then is there once: by 5 minutes, hours and days.
func TestParts(t *testing.T) {
	const day = 86400
	for since, want := range map[int64][]part{
		0:                   {{300, 0, 0}, {3600, 0, 0}, {day, 0, math.MaxInt64}},
		day:                 {{300, 288, 288}, {3600, 24, 24}, {day, 1, math.MaxInt64}},
		day + 300:           {{300, 289, 300}, {3600, 25, 48}, {day, 2, math.MaxInt64}},
		day + 3600:          {{300, 300, 300}, {3600, 25, 48}, {day, 2, math.MaxInt64}},
		2*day - 300:         {{300, 575, 576}, {3600, 48, 48}, {day, 2, math.MaxInt64}},
		2*day - 3600 - 3300: {{300, 553, 564}, {3600, 47, 48}, {day, 2, math.MaxInt64}},
	} {
		if got := parts(since); !slices.Equal(got, want) {
			t.Errorf("%d: %v, want %v", since, got, want)
		}
	}
}
