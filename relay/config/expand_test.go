package config

import (
	"strings"
	"testing"
	"time"
)

func TestExpand(t *testing.T) {
	vars := map[string]string{"A": "alpha", "_B2": "beta", "EMPTY": "", "NESTED": "${A}$$", "BRACE": "}"}
	getenv := func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	const noName = `"${…}" does not hold the name of a variable: write ${NAME} or ${NAME:-text}, and "$${" if no variable is meant`
	for _, tc := range []struct {
		text, want string
		sheer, any bool
		errs       string
	}{
		{text: "", want: ""},
		{text: "plain", want: "plain"},
		{text: "${A}", want: "alpha", sheer: true, any: true},
		{text: "${A}${_B2}", want: "alphabeta", sheer: true, any: true},
		{text: "x${A}y${A}z", want: "xalphayalphaz", any: true},
		{text: "${NESTED}", want: "${A}$$", sheer: true, any: true},
		{text: "${BRACE}}", want: "}}", any: true},
		{text: "$", want: "$"},
		{text: "$$", want: "$"},
		{text: "$$$", want: "$$"},
		{text: "$$$$", want: "$$"},
		{text: "$A", want: "$A"},
		{text: "5$", want: "5$"},
		{text: "$ {A}", want: "$ {A}"},
		{text: "$${A}", want: "${A}"},
		{text: "$$${A}", want: "$alpha", any: true},
		{text: "${A:-x}", want: "alpha", any: true},
		{text: "${EMPTY:-x}", want: "x", any: true},
		{text: "${GONE:-x}", want: "x", any: true},
		{text: "${GONE:-}", want: "", any: true},
		{text: "${GONE:-a:-b}", want: "a:-b", any: true},
		{text: "${GONE:- $5 $$ }", want: " $5 $ ", any: true},
		{text: "${GONE:-x}y}", want: "xy}", any: true},
		{text: "${EMPTY}", any: true, sheer: true, errs: "the environment variable EMPTY is empty"},
		{text: "a${GONE}b${EMPTY}c", want: "abc", any: true, errs: "the environment variable GONE is not set|the environment variable EMPTY is empty"},
		{text: "${}", any: true, errs: noName},
		{text: "${:-x}", any: true, errs: noName},
		{text: "${1A}", any: true, errs: noName},
		{text: "${A-x}", any: true, errs: noName},
		{text: "${A B}", any: true, errs: noName},
		{text: "${Ä}", any: true, errs: noName},
		{text: "${ A }", any: true, errs: noName},
		{text: "${${A}}", want: "}", any: true, errs: noName},
		{text: "x${A", want: "x", errs: `"${" has no closing "}": write ${NAME}, or "$${" if no variable is meant`},
		{text: "${A:-${B}}", want: "}", any: true, errs: "the default of ${A} cannot hold a variable itself"},
	} {
		e := expand(tc.text, getenv)
		if e.text != tc.want && len(e.errs) == 0 || e.sheer != tc.sheer || e.any != tc.any || strings.Join(e.errs, "|") != tc.errs {
			t.Errorf("%q: got %+v, want %+v", tc.text, e, tc)
		}
	}
}

// TestExpandUnset: a value without "found" is none, whatever it is.
func TestExpandUnset(t *testing.T) {
	e := expand("${A:-b}", func(string) (string, bool) { return "a", false })
	if e.text != "b" {
		t.Errorf("got %q", e.text)
	}
}

func TestDuration(t *testing.T) {
	for _, tc := range []struct {
		text string
		want time.Duration
	}{
		{"0s", 0},
		{"5m", 5 * time.Minute},
		{"72h", 72 * time.Hour},
		{"30d", 720 * time.Hour},
		{"1d12h30m15s250ms", 36*time.Hour + 30*time.Minute + 15*time.Second + 250*time.Millisecond},
		{"1.5h", 90 * time.Minute},
		{"0.001s", time.Millisecond},
		{"106751d", 106751 * 24 * time.Hour},
	} {
		if got, err := parseDuration(tc.text); err != nil || got != tc.want {
			t.Errorf("%q: got %s, %v, want %s", tc.text, got, err, tc.want)
		}
	}
	for _, text := range []string{
		"", "5", "m", "5 m", " 5m", "5m ", "-5m", "+5m", "5M", "5min", "5w", "1e3s", "0x5s", "5m5", ".s", "1.2.3s",
		"١m", "5m-3s", "infs", "NaNh", "106752d", strings.Repeat("9", 400) + "s",
	} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

func TestSize(t *testing.T) {
	for _, tc := range []struct {
		text string
		want int64
	}{
		{"1B", 1},
		{"1kB", 1000},
		{"1KB", 1000},
		{"1MB", 1000000},
		{"1GB", 1000000000},
		{"512KiB", 524288},
		{"1MiB", 1048576},
		{"1GiB", 1073741824},
		{"1.5KiB", 1536},
	} {
		if got, err := parseSize(tc.text); err != nil || got != tc.want {
			t.Errorf("%q: got %d, %v, want %d", tc.text, got, err, tc.want)
		}
	}
	for _, text := range []string{"", "1", "0B", "0.5B", "-1B", "1 MiB", "1mib", "1M", "1TB", "2GiB", "1KiB5", "1KiB5B", "MiB", "1e3B", strings.Repeat("9", 400) + "B"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestRate(t *testing.T) {
	for _, text := range []string{"", "20", "20/", "/1m", "0/1m", "-1/1m", "+1/1m", "1.5/1m", "20/1", "20/0s", "20/m", "1/1m/1m", "99999999999/1s", "20 / 1m"} {
		var r Rate
		if err := r.UnmarshalText([]byte(text)); err == nil || r != (Rate{}) {
			t.Errorf("%q is %+v, %v", text, r, err)
		}
	}
	var r Rate
	if err := r.UnmarshalText([]byte("30/2s")); err != nil || r != (Rate{30, 2 * time.Second}) {
		t.Errorf("got %+v, %v", r, err)
	}
}

// TestLoopback: the admin page may do without a token there and only there.
func TestLoopback(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "127.8.9.1", "::1", "localhost", "LocalHost", "::ffff:127.0.0.1"} {
		if !isLoopback(host) {
			t.Errorf("%q is not", host)
		}
	}
	for _, host := range []string{"", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "localhost.evil.example", "example.com", "127.0.0.1.example.com"} {
		if isLoopback(host) {
			t.Errorf("%q is", host)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"kitten", "sitting", 3},
		{"chanel", "channel", 1},
		{"nigth", "night", 1},
		{"ca", "abc", 3}, // the letters between two swapped ones are not touched
		{"ä", "a", 1},
	} {
		if got := distance(tc.a, tc.b); got != tc.want {
			t.Errorf("%q and %q: got %d, want %d", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestClosest(t *testing.T) {
	known := []string{"channel", "channel_id", "chat_id", "to", "x"}
	for name, want := range map[string]string{
		"chanel": "channel", "Channel": "channel", "channel-id": "channel_id", "chatid": "chat_id",
		"tto": "to", "y": "", "": "", "topic": "", strings.Repeat("channel", 50): "",
	} {
		if got := closest(name, known); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}
