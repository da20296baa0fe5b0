package glob_test

import (
	"strings"
	"testing"

	"botrelay/relay/glob"
)

// TestMatches is what DESIGN says of patterns, line by line.
func TestMatches(t *testing.T) {
	for _, tt := range []struct {
		pattern, yes, no string // texts with spaces between them; _ is the empty one
	}{
		{"", "_", "a *"},
		{"lead", "lead", "_ Lead leads lea lead.submit"},
		{"*", "_ a a.b", ""},
		{"?*", "a ab", "_"},
		{"*?", "a ab", "_"},
		{"?", "a é 🚲", "_ ab"},
		{"lead.*", "lead. lead.a lead.a.b", "lead leads.a a.lead.b"},
		{"*.lead", ".lead new.lead .lead.lead", "lead lead. new.lead.x"},
		{"a*b*c", "abc axbxc abcbc abbcc", "ab acb abcd"},
		{"*a*", "a ba ab bab", "_ b"},
		{"a**b", "ab aab axb", "a b"},
		{"*??bc*", "xybcd", "🚲bcd"},
		{"m?ssage", "message m🚲ssage", "mssage meessage"},
		{`\*`, "*", "_ a **"},
		{`a\?b`, "a?b", "axb"},
		{`\\`, `\`, `_ \\`},
		{`\lead`, "lead", `\lead`},
		{`\!web`, "!web", "web"},
		{"!web", "_ whatsapp Web !web", "web"},
		{"!web*", "_ w whatsapp", "web website"},
		{"!", "a !", "_"},
		{"!!a", "a !", "!a"},
		{"a!b", "a!b", "ab"},
		{"[ab]", "[ab]", "a b"},
		{"a{1,2}", "a{1,2}", "a1"},
	} {
		p, err := glob.Parse(tt.pattern)
		if err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
			continue
		}
		for want, texts := range map[bool]string{true: tt.yes, false: tt.no} {
			for text := range strings.FieldsSeq(texts) {
				if text == "_" {
					text = ""
				}
				if p.Matches(text) != want {
					t.Errorf("%q matches %q: %t", tt.pattern, text, !want)
				}
			}
		}
	}
	for _, text := range []string{`\`, `a\`, `!\`, `a\\\`} {
		if _, err := glob.Parse(text); err == nil {
			t.Errorf("%q is taken for a pattern", text)
		}
	}
	if (glob.Pattern{}).Covers("a") || !(glob.Pattern{}).Covers("") {
		t.Error("the zero value covers the empty text alone")
	}
}

// TestTime: no pattern makes a text take long, which is for strangers to write.
func TestTime(t *testing.T) {
	p, err := glob.Parse(strings.Repeat("a*", 1000) + "b")
	if err != nil {
		t.Fatal(err)
	}
	if p.Covers(strings.Repeat("a", 100_000)) {
		t.Error("it has no b")
	}
}

// TestCompare: whether two patterns, but for their negations, have a text in
// common, and whether the first has all of the second.
func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		p, q            string
		meets, contains bool
	}{
		{"", "", true, true},
		{"*", "", true, true},
		{"", "*", true, false},
		{"*", "lead.*", true, true},
		{"lead.*", "*", true, false},
		{"lead.*", "lead.created", true, true},
		{"lead.*", "lead.?*", true, true},
		{"lead.?*", "lead.*", true, false},
		{"lead.*", "message.*", false, false},
		{"lead.*", "*.created", true, false},
		{"*.lead.*", "lead.*.x", true, false},
		{"a*c", "ab*bc", true, true},
		{"a*c", "a*b", false, false},
		{"a?", "a*", true, false},
		{"a*", "a?", true, true},
		{"?", "??", false, false},
		{"**", "*", true, true},
		{"?b*", "a?*", true, false},
		{`\*`, "*", true, false},
		{`\*`, "?", true, false},
		{`\*`, `\*`, true, true},
		{"*a*b*", "*x*a*y*b*", true, true},
		{"*", "!a", true, true},
		{"a*", "!a", true, false},
		{"!a*", "b*", false, true},
		{"!a*", "?b", true, false},
		{"!ab", "!a*", true, true},
		{"!a*", "!ab", true, false},
	} {
		p, _ := glob.Parse(tt.p)
		q, _ := glob.Parse(tt.q)
		if p.Meets(q, false) != tt.meets || q.Meets(p, false) != tt.meets {
			t.Errorf("%q meets %q: %t, %t", tt.p, tt.q, p.Meets(q, false), q.Meets(p, false))
		}
		if p.Contains(q) != tt.contains {
			t.Errorf("%q contains %q: %t", tt.p, tt.q, !tt.contains)
		}
	}
	p, _ := glob.Parse("Lead*")
	q, _ := glob.Parse("lEaD")
	if p.Meets(q, false) || !p.Meets(q, true) {
		t.Error("case counts unless it is folded")
	}
}

// reference is what a pattern means, written down once more: whether the runes of
// a text can be made of it.
func reference(pattern, text []rune) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	switch pattern[0] {
	case '*':
		return reference(pattern[1:], text) || len(text) > 0 && reference(pattern, text[1:])
	case '?':
		return len(text) > 0 && reference(pattern[1:], text[1:])
	case '\\':
		return len(text) > 0 && text[0] == pattern[1] && reference(pattern[2:], text[1:])
	}
	return len(text) > 0 && text[0] == pattern[0] && reference(pattern[1:], text[1:])
}

// texts are all that can be written with some letters, up to a length.
func texts(letters string, length int) []string {
	all := []string{""}
	for from := 0; length > 0; length-- {
		to := len(all)
		for _, text := range all[from:to] {
			for _, letter := range letters {
				all = append(all, text+string(letter))
			}
		}
		from = to
	}
	return all
}

// TestReference tries every short pattern on every short text.
func TestReference(t *testing.T) {
	words := texts("ab*", 5)
	for _, pattern := range texts(`ab*?\`, 5) {
		p, err := glob.Parse(pattern)
		if bad := strings.HasSuffix(strings.ReplaceAll(pattern, `\\`, ""), `\`); bad != (err != nil) {
			t.Fatalf("%q: %v", pattern, err)
		}
		if err != nil {
			continue
		}
		for _, word := range words {
			if want := reference([]rune(pattern), []rune(word)); p.Covers(word) != want {
				t.Fatalf("%q covers %q: want %t", pattern, word, want)
			}
		}
	}
}

// TestCompareReference compares every two short patterns by the short texts that
// they cover: those of twice the length have one for every way to meet.
func TestCompareReference(t *testing.T) {
	type known struct {
		glob.Pattern
		covers []bool
	}
	words := texts("abc", 6)
	var all []known
	for _, pattern := range texts(`ab*?`, 3) {
		p, err := glob.Parse(pattern)
		if err != nil {
			t.Fatal(err)
		}
		k := known{Pattern: p}
		for _, word := range words {
			k.covers = append(k.covers, p.Covers(word))
		}
		all = append(all, k)
	}
	for _, p := range all {
		for _, q := range all {
			meets, contains := false, true
			for i := range words {
				meets = meets || p.covers[i] && q.covers[i]
				contains = contains && (p.covers[i] || !q.covers[i])
			}
			if p.Meets(q.Pattern, false) != meets {
				t.Fatalf("%v meets %v: want %t", p.Pattern, q.Pattern, meets)
			}
			if p.Contains(q.Pattern) && !contains {
				t.Fatalf("%v does not contain %v", p.Pattern, q.Pattern)
			}
		}
	}
}

// FuzzCovers compares with the reference on what nobody thought of: characters of
// several bytes, broken ones, escapes.
func FuzzCovers(f *testing.F) {
	f.Add("lead.*", "lead.created")
	f.Add(`m?ss\*ge`, "méss*ge")
	f.Add("*\xff?", "a\xff\xfe")
	f.Add(`\*\?\\*`, `*?\x`)
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 12 || len(text) > 24 { // the reference takes its time
			return
		}
		p, err := glob.Parse(pattern)
		if err != nil {
			return
		}
		bare, negated := strings.CutPrefix(pattern, "!")
		want := reference([]rune(bare), []rune(text))
		if p.Covers(text) != want || p.Matches(text) != (want != negated) || p.Negated != negated {
			t.Errorf("%q covers %q: want %t", pattern, text, want)
		}
		if q, err := glob.Parse(text); err == nil && want && !strings.ContainsAny(text, `*?\!`) && (!p.Meets(q, false) || !p.Contains(q)) {
			t.Errorf("%q covers %q, and does not meet or contain it", pattern, text)
		}
	})
}
