package main

import (
	"testing"
	"time"
)

func TestTimeAt(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 26, 9, 30, 15, 7, zone) // a Thursday; the clocks go forward on Sunday
	for text, want := range map[string]string{
		"2026-11-21 22:00":          "2026-11-21T22:00:00+01:00",
		"2026-11-21 22:00:30":       "2026-11-21T22:00:30+01:00",
		"2026-07-01T22:00":          "2026-07-01T22:00:00+02:00",
		"2026-07-01":                "2026-07-01T00:00:00+02:00",
		"2026-07-01T22:00:00Z":      "2026-07-01T22:00:00Z",
		"2026-07-01T22:00:00+09:00": "2026-07-01T22:00:00+09:00",
		"22:00":                     "2026-03-26T22:00:00+01:00",
		" 9:05 ":                    "2026-03-26T09:05:00+01:00",
		"Fri 22:00":                 "2026-03-27T22:00:00+01:00",
		"thu 08:00":                 "2026-03-26T08:00:00+01:00",
		"Sunday 03:30":              "2026-03-29T03:30:00+02:00",
		"sat, 00:00":                "2026-03-28T00:00:00+01:00",
		"10pm":                      "2026-03-26T22:00:00+01:00",
		"10:30 PM":                  "2026-03-26T22:30:00+01:00",
		"Fri 12am":                  "2026-03-27T00:00:00+01:00",
		"12pm":                      "2026-03-26T12:00:00+01:00",
		"wed  23:59":                "2026-04-01T23:59:00+02:00",
	} {
		got, ok := timeAt(text, now)
		if !ok || got.Format(time.RFC3339) != want {
			t.Errorf("%q: %s %v, want %s", text, got.Format(time.RFC3339), ok, want)
		}
	}
	for _, text := range []string{"", "noon", "25:00", "Fr 22:00", "Fri", "Frisday 22:00", "22", "2026-02-30 10:00", "22:00 Fri", "13pm", "22:00pm", "tomorrow 10:00"} {
		if got, ok := timeAt(text, now); ok {
			t.Errorf("%q: %s", text, got)
		}
	}
}
