package config

import (
	"testing"
	"time"
)

// TestMeant holds what is taken for a mistake, and that what is offered instead is
// good.
func TestMeant(t *testing.T) {
	for text, want := range map[string]string{
		"Berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin", "EUROPE/BERLIN": "Europe/Berlin", "Europe/Munich": "Europe/Berlin",
		"New York": "America/New_York", "america/new york": "America/New_York", "Port of Spain": "America/Port_of_Spain",
		"CEST": "Europe/Berlin", "PST": "America/Los_Angeles", "UTC+2": "Etc/GMT-2", "+02:00": "Etc/GMT-2", "GMT-05:00": "Etc/GMT+5", "UTC+5:30": "",
		"Europe/Berln": "Europe/Berlin", "Asia/Calcuta": "Asia/Calcutta", "Mumbai": "Asia/Kolkata", "utc": "UTC", "": "", "/": "", "somewhere": "", "../../etc/passwd": "",
	} {
		got := zoneLike(text)
		if _, err := time.LoadLocation(got); got != want && text != "Asia/Calcuta" || err != nil {
			t.Errorf("%q: %q, want %q; %v", text, got, want, err)
		}
	}
	for text, want := range map[string]string{
		"Monday-Friday": "mon-fri", "mon to fri": "mon-fri", "Mon – Fri": "mon-fri", "weekdays": "mon-fri", "Weekend": "sat,sun", "every day": "mon-sun",
		"mon wed": "mon,wed", "Monday, Tuesday and Thurs.": "mon,tue,thu", "mon,tus,wed": "mon,tue,wed", "mo-fr": "mon-fri", "Mo-So": "mon-sun", "Dienstag": "tue",
		"wendsday": "wed", "mon-fry": "mon-fri", "thr": "thu", "m-f": "", "": "", "holidays": "", "mon-": "", "-fri": "", "mon-fri-sun": "",
	} {
		got := daysLike(text)
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if err := new(days).UnmarshalText([]byte(got)); got != "" && err != nil {
			t.Errorf("%q: %q is no better: %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"9am-5pm": "09:00-17:00", "9 a.m. to 5:30 p.m.": "09:00-17:30", "12am-12pm": "00:00-12:00", "9-17": "09:00-17:00", "09.00-17.30": "09:00-17:30", "0900-1700": "09:00-17:00",
		"09:00 – 17:00": "09:00-17:00", "09:00,17:00": "09:00-17:00", "18h-8h": "18:00-08:00", "08:00:00-17:00:00": "08:00-17:00", "24:00-08:00": "00:00-08:00",
		"18:00-25:00": "", "9:75-10": "", "9-9": "", "": "", "9": "", "9-12-17": "", "-": "",
	} {
		got := hoursLike(text)
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if err := new(hours).UnmarshalText([]byte(got)); got != "" && err != nil {
			t.Errorf("%q: %q is no better: %v", text, got, err)
		}
	}
}
