package route_test

import (
	"testing"
	"time"

	"botrelay/relay/route"
)

// TestActive goes through times of a week. 2 March 2026 is a Monday; in Berlin
// clocks go forward on 29 March 2026 at 2:00, and back on 25 October at 3:00.
func TestActive(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	weekdays := [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true}
	friday := [7]bool{time.Friday: true}
	office := route.Active{Days: weekdays, From: 9 * 60, To: 17 * 60, Zone: berlin}
	night := route.Active{Days: friday, From: 18 * 60, To: 8 * 60, Zone: berlin}
	for _, tc := range []struct {
		about  string
		active route.Active
		at     string // UTC
		want   bool
	}{
		{"always", route.Active{}, "2026-03-01T03:00:00Z", true},
		{"begins at 9 in Berlin", office, "2026-03-02T08:00:00Z", true},
		{"not before", office, "2026-03-02T07:59:59Z", false},
		{"until 17, excluded", office, "2026-03-02T16:00:00Z", false},
		{"to the last second", office, "2026-03-02T15:59:59Z", true},
		{"not on Sunday", office, "2026-03-01T10:00:00Z", false},
		{"summer time", office, "2026-04-01T07:00:00Z", true},
		{"Friday evening", night, "2026-03-06T18:00:00Z", true},
		{"the window of Friday goes on on Saturday", night, "2026-03-07T06:59:59Z", true},
		{"until 8, excluded", night, "2026-03-07T07:00:00Z", false},
		{"Friday morning belongs to Thursday", night, "2026-03-06T06:00:00Z", false},
		{"Saturday evening is no Friday", night, "2026-03-07T18:00:00Z", false},
		{"the day is that of the place", route.Active{Days: friday, Zone: berlin}, "2026-03-05T23:30:00Z", true},
		{"days alone", route.Active{Days: friday}, "2026-03-06T23:59:59Z", true},
		{"hours alone", route.Active{From: 60, To: 120}, "2026-03-01T01:30:00Z", true},
		{"to midnight", route.Active{From: 23 * 60, To: 24 * 60}, "2026-03-01T23:59:59Z", true},
		{"to midnight and no further", route.Active{From: 23 * 60, To: 24 * 60}, "2026-03-02T00:00:00Z", false},
		{"from midnight", route.Active{To: 60}, "2026-03-02T00:00:00Z", true},
		{"round the clock", route.Active{From: 8 * 60, To: 8 * 60}, "2026-03-02T07:00:00Z", true},
		{"the hour that comes twice, first", route.Active{From: 150, To: 180, Zone: berlin}, "2026-10-25T00:30:00Z", true},
		{"the hour that comes twice, again", route.Active{From: 150, To: 180, Zone: berlin}, "2026-10-25T01:30:00Z", true},
		{"the hour that does not come", route.Active{From: 120, To: 180, Zone: berlin}, "2026-03-29T01:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, tc.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tc.active.Holds(at); got != tc.want {
			t.Errorf("%s: at %s %v, want %v", tc.about, tc.at, got, tc.want)
		}
	}
}
