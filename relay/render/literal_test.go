package render

import (
	"strings"
	"testing"
)

// TestLinks holds which URLs in strangers' text become links, and that each
// leads to exactly what is written. Brackets show the links.
func TestLinks(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"none", "no link here", "no link here"},
		{"alone", "https://example.com", "[https://example.com]"},
		{"in a sentence", "See http://example.com/a?b=c#d, or not.", "See [http://example.com/a?b=c#d], or not."},
		{"end of sentence", "Go to https://example.com/a. Now!", "Go to [https://example.com/a]. Now!"},
		{"questions", "https://example.com/?!...", "[https://example.com/]?!..."},
		{"parentheses around", "(https://example.com/a)", "([https://example.com/a])"},
		{"parentheses in it", "https://en.wikipedia.org/wiki/Go_(game)", "[https://en.wikipedia.org/wiki/Go_(game)]"},
		{"angle brackets", "<https://example.com>", "<[https://example.com]>"},
		{"quotation marks", `"https://example.com"`, `"[https://example.com]"`},
		{"Markdown", "[x](https://example.com)", "[x]([https://example.com])"},
		{"bold", "**https://example.com**", "**[https://example.com]**"},
		{"two", "https://a.example https://b.example", "[https://a.example] [https://b.example]"},
		{"after a Chinese comma", "，https://example.com，", "，[https://example.com]，"},
		{"IPv4", "http://192.0.2.1:8080/x", "[http://192.0.2.1:8080/x]"},
		{"punycode", "https://xn--bcher-kva.example/", "[https://xn--bcher-kva.example/]"},

		{"user information", "https://paypal.com@evil.example/", "https://paypal.com@evil.example/"},
		{"password", "https://paypal.com:443@evil.example/", "https://paypal.com:443@evil.example/"},
		{"empty user", "https://@evil.example/", "https://@evil.example/"},
		{"at sign in the path", "https://example.com/@ada", "[https://example.com/@ada]"},
		{"backslash", `https://paypal.com\@evil.example`, `[https://paypal.com]\@evil.example`},
		{"Cyrillic host", "https://p\u0430ypal.com/", "https://p\u0430ypal.com/"},
		{"letters after the host", "https://example.comé", "https://example.comé"},
		{"letters in the path", "https://example.com/über", "https://example.com/über"},
		{"combining mark", "https://example.com\u0338/x", "https://example.com\u0338/x"},
		{"ideographic dot", "https://example。com", "https://example。com"},
		{"cut", "https://example.com/a…", "https://example.com/a…"},
		{"no dot", "http://localhost/x", "http://localhost/x"},
		{"decimal address", "http://3221225985/", "http://3221225985/"},
		{"short address", "http://127.1/", "http://127.1/"},
		{"hexadecimal address", "http://127.0.0.0x1/", "http://127.0.0.0x1/"},
		{"IPv6", "http://[2001:db8::1]/", "http://[2001:db8::1]/"},
		{"empty label", "http://a..example/", "http://a..example/"},
		{"hyphen", "http://-a.example/", "http://-a.example/"},
		{"underscore", "http://a_b.example/", "http://a_b.example/"},
		{"percent in the host", "http://ex%61mple.com/", "http://ex%61mple.com/"},
		{"bad port", "http://example.com:99999/", "http://example.com:99999/"},
		{"port 0", "http://example.com:0/", "http://example.com:0/"},
		{"no port", "http://example.com:/", "http://example.com:/"},
		{"javascript", "javascript://example.com/%0aalert(1)", "javascript://example.com/%0aalert(1)"},
		{"ftp", "ftp://example.com/", "ftp://example.com/"},
		{"other scheme's tail", "xhttps://example.com view-source+http://example.com", "xhttps://example.com view-source+http://example.com"},
		{"scheme only", "https:// and http://.", "https:// and http://."},
		{"bad escape", "https://example.com/%zz", "https://example.com/%zz"},
		{"too long", "https://example.com/" + strings.Repeat("a", maxURL), "https://example.com/" + strings.Repeat("a", maxURL)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b strings.Builder
			for _, s := range literal(tc.in, maxText) {
				switch s.Link {
				case "":
					b.WriteString(s.Text)
				case s.Text:
					b.WriteString("[" + s.Text + "]")
				default:
					t.Errorf("%q leads to %q", s.Text, s.Link)
				}
			}
			if b.String() != tc.want {
				t.Errorf("got  %s\nwant %s", b.String(), tc.want)
			}
		})
	}
}

func TestLinkHasLowerCaseScheme(t *testing.T) {
	s := literal("HTTPS://Example.com/A", maxText)[0]
	if s.Text != "HTTPS://Example.com/A" || s.Link != "https://Example.com/A" {
		t.Errorf("got %+v", s)
	}
}

func TestContactLinks(t *testing.T) {
	for _, tc := range []struct {
		name string
		link func(string) string
		in   string
		want string
	}{
		{"mail", mailto, "ada.o'brien+x_1-2@mail.example.com", "mailto:ada.o'brien+x_1-2@mail.example.com"},
		{"mail with query", mailto, "a@example.com?bcc=b@example.com", ""},
		{"mail with header", mailto, "a%0Abcc:b@example.com", ""},
		{"two mails", mailto, "a@example.com,b@example.com", ""},
		{"mail with space", mailto, "Ada <a@example.com>", ""},
		{"mail without domain", mailto, "a@localhost", ""},
		{"mail to an address", mailto, "a@192.0.2.1", ""},
		{"mail without name", mailto, "@example.com", ""},
		{"mail in another script", mailto, "\u0430@example.com", ""},
		{"no mail", mailto, "n/a", ""},
		{"long mail", mailto, strings.Repeat("a", 65) + "@example.com", ""},

		{"phone", tel, "+49 30/123-45.67", "tel:+49301234567"},
		{"phone with 00", tel, "0049 30 1234567", "tel:+49301234567"},
		{"phone with (0)", tel, "+44 (0)20 7946 0958", "tel:+442079460958"},
		{"phone at home", tel, "(030) 1234567", "tel:0301234567"},
		{"phone with extension", tel, "+49301234567;ext=1", ""},
		{"phone with pause", tel, "+49301234567,,1", ""},
		{"phone code", tel, "*#06#", ""},
		{"two plus signs", tel, "++49301234567", ""},
		{"words", tel, "call me", ""},
		{"short phone", tel, "110", ""},
		{"long phone", tel, "+1234567890123456", ""},
		{"Arabic digits", tel, "٠١٢٣٤٥٦٧", ""},

		{"WhatsApp", whatsApp, "15551234567", "https://wa.me/15551234567"},
		{"WhatsApp with plus", whatsApp, "+1 (555) 123-4567", "https://wa.me/15551234567"},
		{"WhatsApp at home", whatsApp, "030 1234567", ""},
		{"WhatsApp name", whatsApp, "ada", ""},
		{"Telegram", telegram, "@ada_lovelace1", "https://t.me/ada_lovelace1"},
		{"Telegram without at", telegram, "adalovelace", "https://t.me/adalovelace"},
		{"Telegram number", telegram, "123456789", ""},
		{"Telegram invitation", telegram, "+AbCdEfGh", ""},
		{"Telegram path", telegram, "share/url?url=x", ""},
		{"short Telegram", telegram, "@ada", ""},
		{"long Telegram", telegram, "a" + strings.Repeat("b", 32), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.link(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
