package config_test

import (
	"reflect"
	"testing"
	"time"

	"botrelay/relay/config"
)

// TestActive holds how days and hours are written, and that the server's time
// zone is the one that is meant where none is named.
func TestActive(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	of := func(days ...time.Weekday) (set [7]bool) {
		for _, d := range days {
			set[d] = true
		}
		return set
	}
	weekdays := of(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday)
	for text, want := range map[string]config.Active{
		`{ days = "mon-fri", hours = "18:00-08:00", tz = "Asia/Tokyo" }`: {weekdays, 18 * 60, 8 * 60, tokyo},
		`{ days = "mon,wed,sat" }`:                                       {of(time.Monday, time.Wednesday, time.Saturday), 0, 0, berlin},
		`{ days = "Fri-Mon, WED" }`:                                      {of(time.Friday, time.Saturday, time.Sunday, time.Monday, time.Wednesday), 0, 0, berlin},
		`{ hours = "00:00-24:00" }`:                                      {[7]bool{}, 0, 24 * 60, berlin},
		`{ hours = "9:05 - 17:30" }`:                                     {[7]bool{}, 9*60 + 5, 17*60 + 30, berlin},
		`{ days = "${DAYS}", hours = "22:00-24:00" }`:                    {of(time.Sunday), 22 * 60, 24 * 60, berlin},
	} {
		env := env(vars())
		getenv := env.Getenv
		env.Getenv = func(name string) (string, bool) {
			if name == "DAYS" {
				return "sun", true
			}
			return getenv(name)
		}
		file := "[server]\ntimezone = 'Europe/Berlin'\n" + rest + "active = " + text + "\n[[routes]]\nmatch = {}\nto = ['sales']"
		cfg, problems := config.Parse(config.File{Name: "routes.toml", Data: []byte(file)}, env)
		if len(problems) > 0 {
			t.Errorf("%s: %v", text, problems)
			continue
		}
		if got := cfg.Routes[0].Active; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
		if got := cfg.Routes[1].Active; got != (config.Active{}) {
			t.Errorf("a route without it: %+v", got)
		}
	}
}
