package render_test

import (
	"testing"

	"botrelay/relay/render"
)

// TestReach: what a stranger wrote leads where it says, or nowhere.
func TestReach(t *testing.T) {
	web := func(text string) string { link, _ := render.WebURL(text); return link }
	for _, tc := range []struct {
		link       func(string) string
		text, want string
	}{
		{render.Mailto, " anna@example.com ", "mailto:anna@example.com"},
		{render.Mailto, "anna@example.com?bcc=all@example.com", ""},
		{render.Mailto, "javascript:alert(1)//@example.com", ""},
		{render.Tel, "+49 (170) 12 34-567", "tel:+491701234567"},
		{render.Tel, "javascript:1234567", ""},
		{web, "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"},
		{web, "javascript:alert(1)", ""},
		{web, "JaVaScRiPt://example.com/%0aalert(1)", ""},
		{web, "//example.com", ""},
		{web, "https://example.com@evil.example", ""},
		{web, "https://ex\u202eample.com", ""},
		{web, "data:text/html,<script>alert(1)</script>", ""},
	} {
		if got := tc.link(tc.text); got != tc.want {
			t.Errorf("%q leads to %q, want %q", tc.text, got, tc.want)
		}
	}
	if _, host := render.WebURL("https://shop.example.com:8443/x"); host != "shop.example.com:8443" {
		t.Errorf("host %q", host)
	}
}
