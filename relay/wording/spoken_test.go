package wording_test

import (
	"testing"
	"time"

	"botrelay/relay/wording"
)

func TestSpoken(t *testing.T) {
	for d, want := range map[time.Duration]string{
		40 * time.Second: "40s", 5*time.Minute + 59*time.Second: "5m", 3 * time.Hour: "3h", 47 * time.Hour: "47h", 49 * time.Hour: "2d", -time.Second: "0s",
	} {
		if got := wording.Spell(d); got != want {
			t.Errorf("wording.Spell(%s) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 deliveries", 1: "1 delivery", 999: "999 deliveries", 1500: "1,500 deliveries", 1234567: "1,234,567 deliveries"} {
		if got := wording.Count(n, "delivery"); got != want {
			t.Errorf("wording.Count(%d) = %q, want %q", n, got, want)
		}
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 9, 0, 30, 0, 0, zone)
	for at, want := range map[string]string{
		"2026-03-08T23:10:00Z": "00:10", // today in Berlin
		"2026-03-08T22:10:00Z": "Mar  8 23:10",
		"2025-03-09T12:00:00Z": "2025-03-09",
	} {
		parsed, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := wording.Moment(parsed, now); got != want {
			t.Errorf("wording.Moment(%s) = %q, want %q", at, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for noun, want := range map[string]string{"day": "2 days", "reply": "2 replies", "dead letter": "2 dead letters"} {
		if got := wording.Count(2, noun); got != want {
			t.Errorf("%q: got %q", noun, got)
		}
	}
}

func TestSpokenOut(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "less than a minute",
		59 * time.Second:               "less than a minute",
		time.Minute:                    "1 minute",
		15*time.Minute + 5*time.Second: "15 minutes",
		119 * time.Minute:              "119 minutes",
		2 * time.Hour:                  "2 hours",
		47 * time.Hour:                 "47 hours",
		48 * time.Hour:                 "2 days",
		(9*24 + 13) * time.Hour:        "10 days",
	} {
		if got := wording.Spoken(d); got != want {
			t.Errorf("spoken(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestCapital(t *testing.T) {
	for text, want := range map[string]string{"": "", "more": "More", "3 leads": "3 leads", "Slack": "Slack", "élan": "élan", "\xff": "\xff"} {
		if got := wording.Capital(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}
