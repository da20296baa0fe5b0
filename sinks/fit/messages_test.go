package fit

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"botrelay/relay"
)

func sample(name string, body int) relay.Message {
	return relay.Message{
		Title: "New lead: " + name, Link: "https://x.example/" + strings.Repeat("l", 100),
		Body: []relay.Block{{Quote: true, Spans: []relay.Span{{Text: strings.Repeat("b", body)}}}},
		Fields: []relay.Field{
			{Name: "Email", Value: []relay.Span{{Text: name + "@example.com"}}},
			{Name: "Note", Value: []relay.Span{{Text: strings.Repeat("v", 600)}}},
		},
		Footer: []relay.Span{{Text: "the bot of " + name}},
	}
}

// total is the size of messages: all text, and links.
func total(messages []relay.Message) int {
	n := 0
	for _, m := range messages {
		n += utf8.RuneCountInString(m.Title) + len(m.Link) + size(m.Footer) + bodySize(m.Body)
		for _, f := range m.Fields {
			n += utf8.RuneCountInString(f.Name) + size(f.Value)
		}
	}
	return n
}

func within(n int) func([]relay.Message) bool {
	return func(m []relay.Message) bool { return total(m) <= n }
}

// The order in which parts of a message give way.
func TestMessagesGiveWayInOrder(t *testing.T) {
	whole := []relay.Message{sample("ada", 5000)}
	for _, test := range []struct {
		room                      int
		body, note, fields        int // how much of each is left
		title, mail, footer, link bool
	}{
		{10_000, 5000, 600, 2, true, true, true, true},
		{2000, 1231, 600, 2, true, true, true, true},
		{1100, 400, 531, 2, true, true, true, true},
		{700, 281, 250, 2, true, true, true, true},
		{400, 0, 231, 2, true, true, true, true},
		{240, 0, 0, 1, true, true, true, true},
		{180, 0, 0, 1, true, true, true, true},
		{150, 0, 0, 0, true, false, true, true},
		{60, 0, 0, 0, true, false, true, false},
		{2, 0, 0, 0, false, false, false, false},
	} {
		got := Messages(whole, within(test.room))
		if total(got) > test.room {
			t.Errorf("%d: %d are left", test.room, total(got))
		}
		m := got[0]
		note := 0
		if len(m.Fields) > 1 {
			note = size(m.Fields[1].Value)
		}
		mail := len(m.Fields) > 0 && relay.Plain(m.Fields[0].Value) == "ada@example.com"
		near := func(got, want int) bool { return got >= want-2 && got <= want+2 }
		if !near(bodySize(m.Body), test.body) || !near(note, test.note) || len(m.Fields) != test.fields || mail != test.mail ||
			(m.Title == whole[0].Title) != test.title || (relay.Plain(m.Footer) == "the bot of ada") != test.footer || (m.Link != "") != test.link {
			t.Errorf("%d: body %d, note %d, %d fields, title %q, footer %q, link %t", test.room, bodySize(m.Body), note, len(m.Fields), m.Title, relay.Plain(m.Footer), m.Link != "")
		}
	}
	if !reflect.DeepEqual(whole, []relay.Message{sample("ada", 5000)}) {
		t.Error("the messages were changed")
	}
}

// A footer or a link that is long beyond reason gives way before what was said.
func TestLongLinesGiveWayFirst(t *testing.T) {
	m := sample("ada", 500)
	m.Footer = []relay.Span{{Text: strings.Repeat("f", 3000)}}
	m.Link = "https://x.example/" + strings.Repeat("l", 1500)
	fits := func(m []relay.Message) bool { return total(m) <= 1500 } // which counts links as well
	got := Messages([]relay.Message{m}, fits)[0]
	if !fits([]relay.Message{got}) || bodySize(got.Body) < 400 || len(got.Fields) != 2 || got.Link != "" || size(got.Footer) < 250 {
		t.Errorf("left: body %d, %d fields, footer %d, link %d", bodySize(got.Body), len(got.Fields), size(got.Footer), len(got.Link))
	}
}

// A short message beside a long one stays whole.
func TestMessagesShareRoom(t *testing.T) {
	got := Messages([]relay.Message{sample("ada", 5000), sample("bob", 300), sample("eve", 2000)}, within(5000))
	if n := bodySize(got[1].Body); n != 300 {
		t.Errorf("the short one has %d", n)
	}
	if a, b := bodySize(got[0].Body), bodySize(got[2].Body); a != b || a < 800 {
		t.Errorf("the long ones have %d and %d", a, b)
	}
}

func TestSound(t *testing.T) {
	m := relay.Message{
		Title: " a\n b\x00\u202e ", Link: "javascript:alert(1)",
		Fields: []relay.Field{
			{Name: "N\n1", Value: []relay.Span{{Text: "x\ny", Link: "https://x.example/ü ü"}, {Text: ""}}},
			{Name: "Blank", Value: []relay.Span{{Text: " \n"}}},
		},
		Body: []relay.Block{
			{Spans: []relay.Span{{Text: "a\x1b[31m\tb\u2028c\xff"}, {Text: "\x07"}}},
			{Spans: []relay.Span{{Text: "\u200f\n"}}},
			{Type: relay.Item, Level: -1, Spans: []relay.Span{{Text: "👩‍👩‍👧"}}},
		},
		Footer: []relay.Span{{Text: "f\r\ng"}},
	}
	want := relay.Message{
		Title:  "a b",
		Fields: []relay.Field{{Name: "N 1", Value: []relay.Span{{Text: "x y", Link: "https://x.example/%C3%BC%20%C3%BC"}}}},
		Body: []relay.Block{
			{Spans: []relay.Span{{Text: "a[31m b\nc\uFFFD"}}},
			{Type: relay.Item, Spans: []relay.Span{{Text: "👩‍👩‍👧"}}},
		},
		Footer: []relay.Span{{Text: "f g"}},
	}
	if got := Sound([]relay.Message{m})[0]; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	proper := sample("ada", 10)
	if got := Sound([]relay.Message{proper})[0]; !reflect.DeepEqual(got, proper) {
		t.Errorf("got %+v", got)
	}
}

func TestLink(t *testing.T) {
	for raw, want := range map[string]string{
		"https://x.example/a?b=c#d":         "https://x.example/a?b=c#d",
		"HTTP://x.example":                  "HTTP://x.example",
		"mailto:a@b.example":                "mailto:a@b.example",
		"tel:+491":                          "tel:+491",
		"https://x.example/<a>|b c\"`\\":    "https://x.example/%3Ca%3E%7Cb%20c%22%60%5C",
		"https://x.example/\u202e":          "https://x.example/%E2%80%AE",
		"":                                  "",
		"javascript:alert(1)":               "",
		"data:text/html,x":                  "",
		"tg://resolve?domain=x":             "",
		"slack://open":                      "",
		"//x.example":                       "",
		"/path":                             "",
		"https://":                          "",
		"https:///path":                     "",
		"https://a:b@x.example":             "",
		"https://bank.example@evil.example": "",
		"mailto:":                           "",
		"https://x.example/%zz":             "",
		"https://x.example/\n":              "",
		"https://x.example/" + strings.Repeat("a", 1000): "",
		"https://x.example/" + strings.Repeat("ü", 400):  "",
	} {
		if got := link(raw, 1000); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

// A title's link has brackets around an IPv6 address only (RFC 3986, 3.2.2 and
// appendix A).
func TestTitleLink(t *testing.T) {
	const most = 2000
	for raw, want := range map[string]string{
		"https://x.example/a[1]?b[]=[c]#[d]":                "https://x.example/a%5B1%5D?b%5B%5D=%5Bc%5D#%5Bd%5D",
		"https://[2001:db8::1]:8443/c?i[]=1":                "https://[2001:db8::1]:8443/c?i%5B%5D=1",
		"https://[2001:db8::1]":                             "https://[2001:db8::1]",
		"https://x.example#a#b##c":                          "https://x.example#a%23b%23%23c",
		"mailto:a@b.example":                                "",
		"https://x.example/" + strings.Repeat("[", most-20): "",
	} {
		if got := titleLink(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
	const long = "https://x.example/?a[]=1"
	m := relay.Message{Title: "t", Link: long, Body: []relay.Block{{Spans: []relay.Span{{Text: long, Link: long}}}}}
	if got := Sound([]relay.Message{m})[0]; got.Link != "https://x.example/?a%5B%5D=1" || got.Body[0].Spans[0].Link != long {
		t.Errorf("got %q and %q", got.Link, got.Body[0].Spans[0].Link)
	}
}

func TestPlain(t *testing.T) {
	span := func(s, link string) []relay.Span { return []relay.Span{{Text: s, Link: link}} }
	m := relay.Message{
		Title: "T", Link: "https://x.example/t",
		Fields: []relay.Field{{Name: "Mail", Value: span("a@b.example", "mailto:a@b.example")}, {Name: "Page", Value: span("x", "https://x.example/p")}},
		Body: []relay.Block{
			{Quote: true, Spans: span("one\n\ntwo", "")},
			{Quote: true, Spans: span("three", "")},
			{Type: relay.Heading, Spans: span("H", "")},
			{Spans: []relay.Span{{Text: "a "}, {Text: "b", Link: "https://x.example/", Style: relay.Bold}, {Text: "c", Link: "https://x.example/"}, {Text: "https://y.example/", Link: "https://y.example/"}}},
			{Type: relay.Item, Level: 1, Number: 9, Spans: span("nine\nmore", "")},
			{Type: relay.Item, Level: 2, Spans: span("deep", "")},
			{Type: relay.Code, Level: 2, Spans: span("x\n  y", "")},
		},
		Footer: span("foot", ""),
	}
	want := "T\nhttps://x.example/t\nMail: a@b.example\nPage: x (https://x.example/p)\n\n" +
		"> one\n>\n> two\n>\n> three\n\nH\na bc (https://x.example/)https://y.example/\n\n9. nine\n  more\n  • deep\nx\n  y\n\nfoot"
	if got := Plain([]relay.Message{m}); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := Plain([]relay.Message{{Title: "a", Footer: span("HTTPS://z.example", "https://z.example")}}); got != "a\n\nHTTPS://z.example" {
		t.Errorf("got %q", got)
	}
	if got := Plain([]relay.Message{{Title: "a"}, {Title: "b"}}); got != "a\n\n———\n\nb" {
		t.Errorf("got %q", got)
	}
}

// bodySize counts the code points of blocks.
func bodySize(blocks []relay.Block) int {
	n := 0
	for _, b := range blocks {
		n += size(b.Spans)
	}
	return n
}
