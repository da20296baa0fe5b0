package telegram

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
)

// TestMail holds that what Telegram takes for a mail address is one that
// somebody wrote, and not a part of it. TDLib's own match_urls was tried with
// these texts.
func TestMail(t *testing.T) {
	for _, test := range []struct {
		text  string
		found []string // by Telegram, in the text as it is
		want  string   // what is made of it; empty: the same
	}{
		{"ada@example.com", []string{"ada@example.com"}, ""},
		{"Write to ada_l+shop@mail.example.com.", []string{"ada_l+shop@mail.example.com"}, ""},
		{"ada.lovelace@example.com", []string{"ada.lovelace@example.com"}, ""},
		{"ada.l+shop@mail.example.com", []string{"+shop@mail.example.com"}, "ada.l+shop@mail\u2060.example.com"},
		{"see x.org (ada+shop@example.com)", []string{"ada+shop@example.com"}, ""},
		{"x.org(ada+shop@example.com)", []string{"ada+shop@example.com"}, ""},
		{"x.org/a.b+c@example.com", nil, ""},
		{"o'neil@example.com", []string{"neil@example.com"}, "o'neil@example\u2060.com"},
		{"o'neil+shop@example.com", []string{"neil+shop@example.com"}, "o'neil+shop@example\u2060.com"},
		{"o'neil.x@mail.example.co.uk", []string{"neil.x@mail.example.co.uk"}, "o'neil.x@mail\u2060.example.co.uk"},
		{"o’neil@example.com", []string{"neil@example.com"}, "o’neil@example\u2060.com"},
		{"o`neil@example.com", []string{"neil@example.com"}, "o`neil@example\u2060.com"},
		{"a{b}c@example.com", []string{"c@example.com"}, "a{b}c@example\u2060.com"},
		{"o'n'x@example.com o'y@example.org", []string{"x@example.com", "y@example.org"}, "o'n'x@example\u2060.com o'y@example\u2060.org"},
		{"O'NEIL@EXAMPLE.COM", []string{"NEIL@EXAMPLE.COM"}, "O'NEIL@EXAMPLE\u2060.COM"},
		{"'ada@example.com'", []string{"ada@example.com"}, ""},
		{"‘ada@example.com’", []string{"ada@example.com"}, ""},
		{"it's ada@example.com", []string{"ada@example.com"}, ""},
		{"mail(ada@example.com)", []string{"ada@example.com"}, ""},
		{"Ada<ada@example.com>", []string{"ada@example.com"}, ""},
		{"ada@example.com's", []string{"ada@example.com"}, ""},
		{"o'neil@example.com.", []string{"neil@example.com"}, "o'neil@example\u2060.com."},
		{"o'neil@localhost. And", nil, ""},
		{"a/b@example.com", nil, ""},
		{"https://x.example/o'neil@y.example", nil, ""},
		{"x.org/o'neil@y.org", nil, ""},
		{"https://o'neil@example.com/", nil, "https://o'neil@example\u2060.com/"},
		{"that's all. See x.org", nil, ""},
		{"rock'n'roll.com", nil, ""},
	} {
		if test.want == "" {
			test.want = test.text
		}
		if got := mails(test.text); !slices.Equal(got, test.found) {
			t.Errorf("%q: Telegram finds %q, want %q", test.text, got, test.found)
		}
		if got := inert(test.text); got != test.want {
			t.Errorf("%q became %q, want %q", test.text, got, test.want)
		}
		if part := mailPartIn(inert(test.text)); part != "" {
			t.Errorf("%q: Telegram would link to %q", test.text, part)
		}
	}
}

// FuzzMail holds the same of any text, in one piece and in two.
func FuzzMail(f *testing.F) {
	for _, text := range []string{
		"o'neil+shop@example.com", "see x.org (ada.l+shop@mail.example.com)", "https://x.example/o'neil@y.example a{b}c@d.example",
		".#A'0@0.AA", ".00:0#0'00@0.AA", "00'00@0'0@0.AA",
	} {
		f.Add(text, 3)
		f.Add(text, 20)
	}
	f.Fuzz(func(t *testing.T, text string, at int) {
		text = strings.ToValidUTF8(text, "?")
		if part := mailPartIn(inert(text)); part != "" {
			t.Errorf("%q in %q", part, inert(text))
		}
		runes := []rune(text)
		at = max(min(at, len(runes)), 0)
		var w writer
		w.spans([]relay.Span{{Text: string(runes[:at]), Style: relay.Bold}, {Text: string(runes[at:])}})
		if part := mailPartIn(w.b.String()); part != "" {
			t.Errorf("%q in %q", part, w.b.String())
		}
	})
}

// A mail address that would have to be broken is code, which can be copied.
func TestMailToCopy(t *testing.T) {
	field := func(mail string) relay.Field {
		return relay.Field{Name: "Email", Value: []relay.Span{{Text: mail, Link: "mailto:" + mail}}}
	}
	m := relay.Message{
		Title: "t", Fields: []relay.Field{field("o'neil@example.com"), field("ada@example.com")},
		Body: []relay.Block{{Spans: []relay.Span{{Text: "o'"}, {Text: "neil", Style: relay.Bold}, {Text: "@example"}, {Text: ".com"}}}},
	}
	want := "[bold:t]\n[bold:Email:] [code:o'neil@example.com]\n[bold:Email:] ada@example.com\n\no'[bold:neil]@example\u2060.com"
	if got := show(compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Rich}, nil)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// mailPartIn returns a mail address that Telegram would find in text where
// somebody wrote another, of which it is the end.
func mailPartIn(text string) string {
	for _, mail := range mails(text) {
		before, _, _ := strings.Cut(text, mail)
		sign, size := utf8.DecodeLastRuneInString(before)
		last, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
		if wide(sign) || strings.ContainsRune("'`{}’‘", sign) && (unicode.IsLetter(last) || unicode.IsDigit(last)) {
			return mail
		}
	}
	return ""
}

// mails returns the mail addresses that Telegram finds in text: match_urls and
// is_email_address of td/telegram/MessageEntity.cpp, but for ports and
// protocols.
func mails(text string) []string {
	var found []string
	for str := []rune(text); ; {
		dot := slices.Index(str, '.')
		if dot < 0 || dot+1 == len(str) {
			return found
		}
		begin, end, at := dot, dot, -1
		for begin > 0 && tdDomain(str[begin-1]) {
			begin--
		}
		for ; end < len(str) && (str[end] == '@' || tdDomain(str[end])); end++ {
			if str[end] == '@' {
				at = end
			}
		}
		if at >= 0 {
			begin = tdUserBegin(str, begin)
		}
		if end < len(str) && strings.ContainsRune("/?#", str[end]) {
			for end < len(str) && tdPath(str[end]) {
				end++
			}
		}
		for end > dot+1 && str[end-1] == '.' {
			end--
		}
		bad := false
		if begin > 0 && str[begin-1] == '@' {
			user := tdUserBegin(str, begin-1)
			bad = at >= 0 || user == begin-1
			begin = user
		}
		if begin > 0 {
			bad = bad || wide(str[begin-1]) || strings.ContainsRune("/#@", str[begin-1]) && !strings.HasSuffix(string(str[:begin]), "://")
		}
		if bad {
			for str[end-1] != '.' {
				end--
			}
		} else if tdMail(string(str[begin:end])) {
			found = append(found, string(str[begin:end]))
		}
		str = str[max(end, dot+1):]
	}
}

// tdMail is the expression that stands in is_email_address.
func tdMail(text string) bool {
	return regexp.MustCompile(`(?i)^([a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(([a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}$`).MatchString(text)
}

func tdUserBegin(str []rune, i int) int {
	for i > 0 && !strings.ContainsRune("\n/[]{}()'`<>\"@«»", str[i-1]) && tdSymbol(str[i-1]) {
		i--
	}
	return i
}

func tdDomain(r rune) bool {
	if r < 0xc0 {
		return strings.ContainsRune(".~_-", r) || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	return tdSymbol(r)
}

func tdPath(r rune) bool { return !strings.ContainsRune("\n<>\"«»", r) && tdSymbol(r) }

func tdSymbol(r rune) bool {
	if r >= 0x2000 && r <= 0x206f {
		return r == 0x200c || r == 0x200d || r >= 0x2010 && r <= 0x2015
	}
	return !unicode.IsSpace(r) && !unicode.Is(unicode.Z, r)
}
