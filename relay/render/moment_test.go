package render

import (
	"testing"
	"time"

	"botrelay/relay"
)

// TestAppointments: the days of the week are from a calendar.
func TestAppointments(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := New(Config{Location: berlin})
	for scheduled, want := range map[string]string{
		"2026-03-14 10:30":              "Sat 14 Mar 2026, 10:30",
		" 2026-03-14T10:30 ":            "Sat 14 Mar 2026, 10:30",
		"2026-03-14 10:30:00":           "Sat 14 Mar 2026, 10:30",
		"2026-03-14T10:30:00.000":       "Sat 14 Mar 2026, 10:30",
		"2026-03-14":                    "Sat 14 Mar 2026",
		"2024-02-29":                    "Thu 29 Feb 2024",
		"2026-03-14T10:30:00Z":          "Sat 14 Mar 2026, 11:30 CET",
		"2026-07-14T23:30:00.123Z":      "Wed 15 Jul 2026, 01:30 CEST",
		"2026-03-14T10:30:00-05:00":     "Sat 14 Mar 2026, 16:30 CET",
		"2026-03-14 10:30+0530":         "Sat 14 Mar 2026, 06:00 CET",
		"2026-03-14 10:30:00 +0000":     "Sat 14 Mar 2026, 11:30 CET",
		"2026-03-14 10:30 UTC":          "Sat 14 Mar 2026, 11:30 CET",
		"2026-03-14 10:30 PST":          "2026-03-14 10:30 PST", // which of them is not known
		"2026-02-30 10:30":              "2026-02-30 10:30",
		"2026-03-14 25:00":              "2026-03-14 25:00",
		"0001-01-01T00:00:00":           "0001-01-01T00:00:00",
		"14.3.2026 10:30":               "14.3.2026 10:30",
		"03/04/2026 10:30":              "03/04/2026 10:30", // a day in March or in April
		"Saturday, 14 March 2026, 9:00": "Saturday, 14 March 2026, 9:00",
		"2026-03-14 10:30 to 11:00":     "2026-03-14 10:30 to 11:00",
		"tomorrow":                      "tomorrow",
	} {
		m := r.Message(relay.Event{Kind: relay.Appointment, Scheduled: scheduled})
		if got := relay.Plain(m.Fields[0].Value); m.Fields[0].Name != "Scheduled" || got != tidyText(want, oneLine) {
			t.Errorf("%q: got %q, want %q", scheduled, got, want)
		}
	}
}

// TestDateOfText: date reads what a vendor wrote, and says no more than it does.
func TestDateOfText(t *testing.T) {
	for _, tc := range []struct{ template, scheduled, want string }{
		{`{{ date "Mon 2 Jan" .Scheduled }}`, "2026-03-14 10:30", "Sat 14 Mar"},
		{`{{ date "Mon 15:04 MST" .Scheduled }}`, "2026-03-14 10:30", "Sat 10:30"},
		{`{{ date "15:04 -0700" "Asia/Tokyo" .Scheduled }}`, "2026-03-14T10:30", "10:30"},
		{`{{ date "15:04 MST" "Asia/Tokyo" .Scheduled }}`, "2026-03-14T10:30Z", "19:30 JST"},
		{`{{ date "15:04 MST" .Scheduled }}`, "2026-03-14T10:30:00Z", "11:30 CET"},
		{`{{ date "Mon 2 Jan" .Scheduled }}`, "2026-03-14", "Sat 14 Mar"},
		{`{{ date "Mon 15:04" .Scheduled }}`, "2026-03-14", "2026-03-14"}, // it has no hours
		{`{{ date "2 Jan 2006" .Scheduled }}`, "1985-03-02", "2 Mar 1985"},
		{`{{ date "Mon 2 Jan" .Scheduled }}`, "next week", "next week"},
		{`{{ date "Mon 2 Jan" .Scheduled }}x`, "", "x"},
	} {
		e := relay.Event{Scheduled: tc.scheduled}
		if got := body(t, tc.template, e); got != "para > "+tc.want && got != "para "+tc.want {
			t.Errorf("%s of %q: got %q, want %q", tc.template, tc.scheduled, got, tc.want)
		}
	}
}

// TestUnsetTimes: a clock that was never set is not told of.
func TestUnsetTimes(t *testing.T) {
	received := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	for _, created := range []time.Time{{}, time.Unix(0, 0), time.Date(1999, 12, 31, 12, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		e := relay.Event{Source: "s", CreatedAt: created, ReceivedAt: received}
		if got := relay.Plain(New(Config{}).Message(e).Footer); got != "s · 1 Mar 2026, 09:30 UTC" {
			t.Errorf("%s: the footer is %q", created, got)
		}
		if got := body(t, "{{ if .CreatedAt }}set{{ else }}unset{{ end }}", e); got != "para unset" {
			t.Errorf("%s: %s", created, got)
		}
		if got := e.Created(); !got.IsZero() {
			t.Errorf("%s: created %s", created, got)
		}
	}
}
