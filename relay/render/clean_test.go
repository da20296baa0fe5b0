package render

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "Hello, <b>*World*</b> & `co`", "Hello, <b>*World*</b> & `co`"},
		{"line breaks", "a\r\nb\rc\nd\u2028e\u2029f\u0085g\vh\fi", "a\nb\nc\nd\ne\nf\ng\nh\ni"},
		{"two carriage returns", "a\r\r\nb", "a\n\nb"},
		{"tab", "a\tb", "a b"},
		{"C0", "a\x00\x01\x07\x08\x0e\x1b[31m\x1f\x7fb", "a[31mb"},
		{"C1", "a\u0080\u0084\u0090\u009b\u009fb", "ab"},
		{"invalid UTF-8", "a\xffb\xc3", "a\uFFFDb\uFFFD"},
		{"surrogate in UTF-8", "a\xed\xa0\x80b", "a\uFFFD\uFFFD\uFFFDb"},
		{"noncharacters", "a\uFFFE\uFFFF\uFDD0\U0001FFFE\U0010FFFFb", "a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDb"},
		{"replacement character", "a\uFFFDb", "a\uFFFDb"},
		{"bidi embeddings and overrides", "a\u202A\u202B\u202C\u202D\u202Eb", "ab"},
		{"bidi isolates", "a\u2066\u2067\u2068\u2069b", "ab"},
		{"bidi marks", "a\u200E\u200F\u061Cb", "ab"},
		{"deprecated format characters", "a\u206A\u206B\u206C\u206D\u206E\u206Fb", "ab"},
		{"zero width", "a\u200B\u2060\uFEFF\u00AD\u180Eb", "ab"},
		{"invisible operators", "a\u2061\u2062\u2063\u2064b", "ab"},
		{"fillers", "a\u115F\u1160\u3164\uFFA0\u034F\u17B4\u17B5b", "ab"},
		{"interlinear annotation", "a\uFFF9\uFFFA\uFFFBb", "ab"},
		{"tag characters", "a\U000E0001\U000E0041\U000E007Fb", "ab"},
		{"musical and shorthand controls", "a\U0001D173\U0001D17A\U0001BCA0b", "ab"},
		{"object replacement is seen", "a\uFFFCb", "a\uFFFCb"},
		{"Arabic number sign is seen", "\u0600\u0661", "\u0600\u0661"},
		{"Egyptian joiner is seen", "\U00013000\U00013430\U00013001", "\U00013000\U00013430\U00013001"},
		{"spaces of all kinds", "a\u00A0b\u2003c\u3000d\u202Fe", "a\u00A0b\u2003c\u3000d\u202Fe"},
		{"not normalised", "e\u0301 \u00E9 \uFB01 \u212B", "e\u0301 \u00E9 \uFB01 \u212B"},
		{"private use", "\uE000", "\uE000"},

		{"family", "👩\u200D👩\u200D👧", "👩\u200D👩\u200D👧"},
		{"skin and profession", "👩🏽\u200D🚀", "👩🏽\u200D🚀"},
		{"pirate flag", "🏴\u200D☠\uFE0F", "🏴\u200D☠\uFE0F"},
		{"flag of Wales", "🏴\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F!", "🏴\U000E0067\U000E0062\U000E0077\U000E006C\U000E0073\U000E007F!"},
		{"tags that make no flag", "🏴\U000E0067\U000E0062\U000E0078\U000E006C\U000E0073\U000E007F!", "🏴!"},
		{"tags behind a flag", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F\U000E0041\U000E007F!", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!"},
		{"a flag that is not ended", "🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067!", "🏴!"},
		{"tags of a flag elsewhere", "a\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!", "a!"},
		{"eye in bubble", "👁\uFE0F\u200D🗨\uFE0F", "👁\uFE0F\u200D🗨\uFE0F"},
		{"head shaking", "🙂\u200D\u2194\uFE0F", "🙂\u200D\u2194\uFE0F"},
		{"keycap", "1\uFE0F\u20E3 #\uFE0F\u20E3", "1\uFE0F\u20E3 #\uFE0F\u20E3"},
		{"text style", "☺\uFE0E", "☺\uFE0E"},
		{"two joiners", "👩\u200D\u200D👩", "👩\u200D👩"},
		{"joiner at the end", "👩\u200D", "👩"},
		{"joiner before text", "👩\u200Da", "👩a"},
		{"joiner in Latin", "pay\u200Dpal pay\u200Cpal", "paypal paypal"},
		{"Persian", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"Sinhala", "ශ්\u200Dරී", "ශ්\u200Dරී"},
		{"Hindi", "क्\u200Dष", "क्\u200Dष"},
		{"Persian, doubled", "می\u200C\u200C\u200Dخ", "می\u200Cخ"},
		{"selector on a letter", "a\uFE0F\uFE00b", "ab"},
		{"selectors as data", "😀\uFE0F\uFE01\U000E0100\U000E0101x", "😀\uFE0Fx"},
		{"selector at the start", "\uFE0Fa", "a"},
		{"Han variant", "葛\U000E0100飾 邉\U000E0101", "葛\U000E0100飾 邉\U000E0101"},
		{"Han variant, twice", "葛\U000E0100\U000E0101", "葛\U000E0100"},
		{"Mongolian variant", "ᠠ\u180B", "ᠠ\u180B"},

		{"Vietnamese decomposed", "Vie\u0323\u0302t", "Vie\u0323\u0302t"},
		{"Thai", "ที่นี่ น้ำ", "ที่นี่ น้ำ"},
		{"Hindi marks", "ज़िंदगी", "ज़िंदगी"},
		{"Hebrew with points", "בְּ\u05BC\u0591\u05BDר", "בְּ\u05BC\u0591\u05BDר"},
		{"zalgo", "H\u0300\u0301\u0302\u0303\u0304\u0305e", "H\u0300\u0301\u0302\u0303e"},
		{"zalgo through joiners", "ب\u064B\u064B\u064B\u064B\u064B\u064B\u064B\u064B\u200D\u064B", "ب\u064B\u064B\u064B\u064B\u064B\u064B\u064B\u064B\u200D"},
		{"marks on nothing", "\u0301a \u0333b\n\u20DDc\u00A0\u030Ad", "a b\nc\u00A0d"},
		{"marks over invisible", "a\u0301\u0301\u200B\u0301\u0301\u200B\u0301", "a\u0301\u0301\u0301\u0301"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := clean(tc.in); got != tc.want {
				t.Errorf("clean(%+q) = %+q, want %+q", tc.in, got, tc.want)
			}
		})
	}
}

// TestCleanInPieces holds that text in several styles is cleaned like one.
func TestCleanInPieces(t *testing.T) {
	var c cleaner
	got := ""
	for _, s := range []string{"a\r", "\nb", "\u0301\u0301\u0301", "\u0301\u0301", "\u0301"} {
		got += c.clean(s)
	}
	if want := "a\nb\u0301\u0301\u0301\u0301"; got != want {
		t.Errorf("got %+q, want %+q", got, want)
	}
}

func TestLine(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		limit    int
		want     string
	}{
		{"spaces", "  a \n\n b\t\tc  ", 99, "a b c"},
		{"one odd space stays", "山田\u3000太郎", 99, "山田\u3000太郎"},
		{"several do not", "a\u00A0\u00A0b", 99, "a b"},
		{"nothing", " \u200B\n", 99, ""},
		{"just fits", "abcd", 4, "abcd"},
		{"cut", "abcde", 4, "abc…"},
		{"cut before a space", "ab cde", 4, "ab…"},
		{"cut before a family", "ab👩\u200D👩\u200D👧", 5, "ab…"},
		{"cut before an accent", "abce\u0301f", 5, "abc…"},
		{"flags stay whole", "🇩🇪🇫🇷🇮🇹", 4, "🇩🇪…"},
		{"one huge grapheme", "e" + strings.Repeat("\u0903", 10), 4, "e\u0903\u0903…"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := line(tc.in, tc.limit); got != tc.want {
				t.Errorf("line(%+q, %d) = %+q, want %+q", tc.in, tc.limit, got, tc.want)
			}
		})
	}
}

func TestIsVisible(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, " \n\u3000": false, "\u2800\u2800": false, "\u0301": false,
		"a": true, "\uFFFD": true, "🤖": true, "\u2800.": true,
	} {
		if got := isVisible(s); got != want {
			t.Errorf("isVisible(%+q) = %t", s, got)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"paragraphs", "a\nb\n\n\n\n  c\n   \nd", "para    > a\n        > b\npara    > c\npara    > d\n"},
		{"indentation", "a:\n  - b  \n    - c", "para    > a:\n        >   - b\n        >     - c\n"},
		{"markup is text", "# a\n> b\n* c `d`", "para    > # a\n        > > b\n        > * c `d`\n"},
		{"blank", " \n\u200B\n\u2800", ""},
		{"blank paragraph", "a\n\n\u2800\n\nb", "para    > a\npara    > b\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := dumpBlocks(quote(tc.in)); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// TestQuoteBounds holds that the longest text is cut, and only it.
func TestQuoteBounds(t *testing.T) {
	if got := dumpBlocks(quote(strings.Repeat("é", maxText))); strings.Contains(got, ellipsis) {
		t.Error("a text of the greatest length was cut")
	}
	got := quote(strings.Repeat("é", maxText+1))[0].Spans[0].Text
	if want := strings.Repeat("é", maxText-1) + ellipsis; got != want {
		t.Errorf("cut to %d bytes, want %d", len(got), len(want))
	}
	lines := strings.Count(dumpBlocks(quote(strings.Repeat("a\n", 2000))), "\n")
	if lines != maxLines+1 {
		t.Errorf("%d lines, want %d and an ellipsis", lines, maxLines)
	}
}
