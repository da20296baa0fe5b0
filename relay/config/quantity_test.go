package config

import "testing"

// TestQuantitiesMeant holds what is offered in place of a quantity or an address that
// is written otherwise, and that it is good.
func TestQuantitiesMeant(t *testing.T) {
	for name, tc := range map[string]struct {
		parse func(text string) error
		want  map[string]string
	}{
		"duration": {func(text string) error { _, err := parseDuration(text); return err }, map[string]string{
			"30 days": "30d", "5min": "5m", "1w": "7d", "2 Weeks": "14d", "1 month": "30d", "1y": "365d", "90 sec.": "90s", "250 msec": "250ms", "1 hr": "1h", "-5d": "", "soon": "", "5 x": "", "": "", "99999999 days": "",
		}},
		"size": {func(text string) error { _, err := parseSize(text); return err }, map[string]string{
			"1mb": "1MB", "1M": "1MiB", "1 MiB": "1MiB", "512k": "512KiB", "1 Gi": "1GiB", "2 Mo": "2MB", "100 bytes": "100B", "1 TB": "", "-1": "", "": "",
		}},
		"rate": {func(text string) error { return new(Rate).UnmarshalText([]byte(text)) }, map[string]string{
			"20/min": "20/1m", "20 per minute": "20/1m", "1/s": "1/1s", "20/60s ": "20/60s", "100 / 2 hours": "100/2h", "1 a day": "1/1d", "5/w": "5/7d", "0/1m": "", "/1m": "", "x": "", "": "", "20/0m": "",
		}},
		"address": {func(text string) error { _, err := parseAddress(text); return err }, map[string]string{
			"8080": ":8080", "localhost": "localhost:8080", "127.0.0.1": "127.0.0.1:8080", "http://localhost:8080": "localhost:8080", "https://x.example/hooks": "x.example:8080", "70000": "", "": "", "a b": "",
		}},
		"URL": {func(text string) error { _, err := parseURL(text); return err }, map[string]string{
			"hooks.example.com": "https://hooks.example.com", "htps://hooks.example.com/": "https://hooks.example.com", "localhost": "", "": "", "a b.example": "", "user:pass@x.example": "", "ftp://x.example?a=b": "",
		}},
		"network": {func(text string) error { _, err := parseNetwork(text); return err }, map[string]string{
			"10.0.0.*": "10.0.0.0/24", "10.*.*.*": "10.0.0.0/8", "10.0.0.0/255.255.0.0": "10.0.0.0/16", "localhost": "127.0.0.1", "10.0.0.1:80": "10.0.0.1", "[::1]:80": "::1", " 10.0.0.1": "10.0.0.1", "10.0.0.1-10.0.0.9": "", "*": "", "": "", "x.example": "",
		}},
	} {
		for text, want := range tc.want {
			err := tc.parse(text)
			m, _ := err.(meant) //nolint:errorlint // it is not wrapped
			if err == nil || m.like != want {
				t.Errorf("%s %q: %q, want %q; %v", name, text, m.like, want, err)
			}
			if err := tc.parse(m.like); m.like != "" && err != nil {
				t.Errorf("%s %q: %q is no better: %v", name, text, m.like, err)
			}
		}
	}
}
