package rows

import (
	"testing"
	"time"
)

func TestLaterIsNeverEarly(t *testing.T) {
	for d, want := range map[time.Duration]int64{
		-time.Hour: 1000, 0: 1000, 1: 1001, time.Microsecond: 1001, time.Microsecond + 1: 1002, time.Second: 1_001_000,
	} {
		if got := Later(1000, d); got != want {
			t.Errorf("%s after 1000 is %d, want %d", d, got, want)
		}
	}
}
