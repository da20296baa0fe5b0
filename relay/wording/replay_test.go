package wording_test

import (
	"testing"

	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

// TestArrived: how far a replay has come is one sentence, and why what was given up on was.
func TestArrived(t *testing.T) {
	for want, p := range map[string]replay.Progress{
		"":                                  {},
		"It has arrived.":                   {Owed: 1, Arrived: 1},
		"It is on its way.":                 {Owed: 1, Waiting: 1},
		"It was given up on once more: no.": {Owed: 1, GivenUp: 1, Why: "no."},
		"3 of 3 have arrived.":              {Owed: 3, Arrived: 3},
		"2 of 3 have arrived, 1 was given up on: channel_not_found.":                                {Owed: 3, Arrived: 2, GivenUp: 1, Why: "channel_not_found"},
		"1 of 1,003 has arrived, 1,002 are on their way.":                                           {Owed: 1003, Arrived: 1, Waiting: 1002},
		"0 of 4 have arrived, 1 was put away by somebody, 1 is no longer kept, 2 were given up on.": {Owed: 4, PutAway: 1, Gone: 1, GivenUp: 2},
	} {
		if got := wording.Arrived(p); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}
