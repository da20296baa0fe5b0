package telegram

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

func TestGolden(t *testing.T) {
	for _, sample := range sinktest.Samples() {
		rich := compose(relay.Post{Messages: []relay.Message{sample.Message}, Form: relay.Rich}, nil)
		text := compose(relay.Post{Messages: []relay.Message{sample.Message}, Form: relay.Text}, nil)
		sinktest.Golden(t, sample.Name, map[string]any{
			"rich": map[string]any{"text": rich.text, "entities": rich.entities}, "text": text.text,
		})
	}
}

// show writes a message with its entities as brackets: [bold:text].
func show(c content) string {
	units := utf16.Encode([]rune(c.text))
	var b strings.Builder
	for at := 0; at <= len(units); at++ {
		for _, e := range slices.Backward(c.entities) {
			if e.Offset+e.Length == at {
				b.WriteString("]")
			}
		}
		for _, e := range c.entities {
			if e.Offset == at {
				b.WriteString("[" + e.Type)
				if e.URL != "" {
					b.WriteString(" " + e.URL)
				}
				b.WriteString(":")
			}
		}
		if at == len(units) {
			break
		}
		end := at + 1
		if utf16.IsSurrogate(rune(units[at])) {
			end++
		}
		b.WriteString(string(utf16.Decode(units[at:end])))
		at = end - 1
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	m := relay.Message{
		Title: "🎯 Lead: Ada", Link: "https://app.example.com/c/1",
		Fields: []relay.Field{
			{Name: "Email", Value: []relay.Span{{Text: "ada@example.com", Link: "mailto:ada@example.com"}}},
			{Name: "Page", Value: []relay.Span{{Text: "x.example/p", Link: "https://x.example/p?q"}}},
		},
		Body: []relay.Block{
			{Quote: true, Spans: []relay.Span{{Text: "𝕬 says hi\n@durov"}}},
			{Type: relay.Heading, Level: 1, Spans: []relay.Span{{Text: "Answer"}}},
			{Spans: []relay.Span{{Text: "a "}, {Text: "b", Style: relay.Bold | relay.Italic}, {Text: " c", Style: relay.Strike}, {Text: "/d", Style: relay.Mono}}},
			{Type: relay.Item, Level: 1, Number: 2, Spans: []relay.Span{{Text: "two"}}},
			{Type: relay.Item, Level: 2, Spans: []relay.Span{{Text: "deep"}}},
			{Type: relay.Code, Spans: []relay.Span{{Text: "x\n\ny"}}},
			{Quote: true, Type: relay.Code, Spans: []relay.Span{{Text: "z"}}},
		},
		Footer: []relay.Span{{Text: "bot · web"}},
	}
	want := "[text_link https://app.example.com/c/1:[bold:🎯 Lead: Ada]]\n" +
		"[bold:Email:] ada@example.com\n" +
		"[bold:Page:] [text_link https://x.example/p?q:x.example/p]\n\n" +
		"[blockquote:𝕬 says hi\n@\u2060durov]\n\n" +
		"[bold:Answer]\na [bold:[italic:b]][strikethrough: c][code:/d]\n\n" +
		"2. two\n  • deep\n\n" +
		"[pre:x\n\ny]\n\n" +
		"[blockquote:[pre:z]]\n\n" +
		"[italic:bot · web]"
	if got := show(compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Rich}, nil)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	plain := "🎯 Lead: Ada\nhttps://app.example.com/c/1\nEmail: ada@example.com\nPage: x.example/p (https://x.example/p?q)\n\n" +
		"> 𝕬 says hi\n> @\u2060durov\n\nAnswer\na b c/\u2060d\n\n2. two\n  • deep\n\nx\n\ny\n\n> z\n\nbot · web"
	plain = strings.Replace(plain, "c/\u2060d", "c/d", 1) // c stands before it
	c := compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Text}, nil)
	if c.text != plain || c.entities != nil {
		t.Errorf("got  %q\nwant %q", c.text, plain)
	}
}

func TestInert(t *testing.T) {
	for text, want := range map[string]string{
		"@durov":                     "@\u2060durov",
		"(@durov)":                   "(@\u2060durov)",
		"é@durov":                    "é@\u2060durov",
		"ada@example.com":            "ada@example.com",
		"@ home":                     "@ home",
		"/start":                     "/\u2060start",
		"a/b and/or km/h 1/2":        "a/b and/or km/h 1/2",
		"see (/stop@bot)":            "see (/\u2060stop@bot)",
		"#tag":                       "#\u2060tag",
		"＃tag":                       "＃\u2060tag",
		"#42 and #4_2":               "#42 and #4_2",
		"#4x":                        "#\u20604x",
		"C# is C#":                   "C# is C#",
		"#тег":                       "#\u2060тег",
		"$USD":                       "$\u2060USD",
		"$5 and $usd and US$5":       "$5 and $usd and US$5",
		"$1INCH":                     "$\u20601INCH",
		"https://t.example/@x/-/y#z": "https://t.example/@x/-/y#z",
		"https://t.example/@x @y":    "https://t.example/@x @\u2060y",
		"https://no-host/@x":         "https://no-host/@\u2060x",
		"https:///-/x":               "https:///-/\u2060x",
		"HTTPS://T.EXAMPLE/-/x":      "HTTPS://T.EXAMPLE/-/x",
		"https://t.example/<@x>":     "https://t.example/<@\u2060x>",
		"https://t.example@durov":    "https://t.example@durov",
		"nothing here":               "nothing here",
		"https://1.2/-/x":            "https://1.2/-/\u2060x",
		"https://a..example/-/x":     "https://a..example/-/\u2060x",
		"@@durov":                    "@@\u2060durov",
		"\u2060@durov":               "\u2060@\u2060durov",
		// What TDLib's own find_entities makes of these was tried.
		"(https://t.example/@x)":              "(https://t.example/@x)",
		"a.b(https://t.example/@x":            "a.b(https://t.example/@\u2060x",
		"a.mdhttps://t.example/@durov":        "a.mdhttps://t.example/@\u2060durov",
		"a.mdx/(https://t.example/@durov":     "a.mdx/(https://t.example/@\u2060durov",
		"tg://https://t.example/@durov":       "tg://https://t.example/@\u2060durov",
		"[a](https://t.example/x)[b](/start)": "[a](https://t.example/x)[b](/\u2060start)",
		"https://t.example/x_(y)_z)&#x202e;":  "https://t.example/x_(y)_z)&#\u2060x202e;",
		"https://t.example/x}$USD":            "https://t.example/x}$\u2060USD",
		"https://a-.example/@durov":           "https://a-.example/@\u2060durov",
		"https://teiegram.org/@durov":         "https://teiegram.org/@\u2060durov",
		"https://t.example:80/@durov":         "https://t.example:80/@\u2060durov",
		"@\u0333durov /\u030aZ #\u033ftag":    "@\u2060durov /\u2060Z #\u2060tag",
		"A\u030ase og e\u030a":                "Åse og e",
		"#\ufe0f\u20e3 #\u20e3 #😀 #“a”":       "#\ufe0f\u20e3 #\u20e3 #😀 #“a”",
		"#ිa":                                 "#\u2060ිa",
		"https://t.example\u00a0/start/run":   "https://t.example\u00a0/\u2060start/run",
	} {
		if got := inert(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if found := autoEntity(inert(text), nil); found != "" {
			t.Errorf("%q: Telegram would find %q", text, found)
		}
	}
}

// A name that is put together from two spans is found by Telegram as well.
func TestInertAcrossSpans(t *testing.T) {
	for _, spans := range [][]relay.Span{
		{{Text: "@"}, {Text: "durov", Style: relay.Bold}},
		{{Text: "a ", Style: relay.Italic}, {Text: "/"}, {Text: "start"}},
		{{Text: "x", Style: relay.Mono}, {Text: " #"}, {Text: "tag", Style: relay.Strike}},
		{{Text: "$"}, {Text: "USD", Link: "https://x.example/"}},
	} {
		c := compose(relay.Post{Form: relay.Rich, Messages: []relay.Message{{Title: "t", Body: []relay.Block{{Spans: spans}}}}}, nil)
		if err := checkText(c.text, c.entities); err != nil {
			t.Error(err)
		}
	}
}

// An address that is put together from two spans can be copied.
func TestAddressAcrossSpans(t *testing.T) {
	spans := []relay.Span{{Text: "ada", Style: relay.Bold}, {Text: "@example.com"}, {Text: " a", Style: relay.Mono}, {Text: "/b"}}
	c := compose(relay.Post{Form: relay.Rich, Messages: []relay.Message{{Title: "t", Body: []relay.Block{{Spans: spans}}}}}, nil)
	if want := "t\n\nada@example.com a/b"; c.text != want {
		t.Errorf("got %q", c.text)
	}
}

// Code that there is no room to show as such is inert like any other text.
func TestTooMuchCode(t *testing.T) {
	var body []relay.Block
	for range 120 {
		body = append(body, relay.Block{Type: relay.Code, Spans: []relay.Span{{Text: "/start"}}}, relay.Block{Quote: true, Spans: []relay.Span{{Text: "q"}}})
	}
	c := compose(relay.Post{Form: relay.Rich, Messages: []relay.Message{{Title: "t", Body: body}}}, nil)
	if err := checkText(c.text, c.entities); err != nil {
		t.Error(err)
	}
}

func TestEntitiesAreKeptByWorth(t *testing.T) {
	var body []relay.Block
	for range 150 {
		body = append(body, relay.Block{Quote: true, Spans: []relay.Span{
			{Text: "b", Style: relay.Italic},
			{Text: "/c", Style: relay.Mono},
			{Text: "\n"},
			{Text: "l", Link: "https://x.example/"},
		}})
	}
	c := compose(relay.Post{Form: relay.Rich, Messages: []relay.Message{{Title: "T", Link: "https://x.example/", Body: body}}}, nil)
	count := map[string]int{}
	for _, e := range c.entities {
		count[e.Type]++
	}
	if len(c.entities) != 100 || count["bold"] != 1 || count["italic"] != 0 || count["code"] != maxCodes || count["expandable_blockquote"] != 1 {
		t.Errorf("kept %v", count)
	}
	if err := checkText(c.text, c.entities); err != nil { // the code that is not shown as such is no command
		t.Error(err)
	}
}

func TestLongBodyIsCutFirst(t *testing.T) {
	m := sinktest.Filled("word ", 100_000)
	m.Title, m.Fields, m.Footer = "The title", []relay.Field{{Name: "Email", Value: []relay.Span{{Text: "ada@example.com"}}}}, []relay.Span{{Text: "the footer"}}
	for _, form := range []relay.Form{relay.Rich, relay.Text} {
		c := compose(relay.Post{Messages: []relay.Message{m}, Form: form}, nil)
		for _, want := range []string{"The title", "ada@example.com", "the footer", "word word", "…"} {
			if !strings.Contains(c.text, want) {
				t.Errorf("%s: no %q", form, want)
			}
		}
		if n := length(c.text); n < 4000 {
			t.Errorf("%s: cut to %d, which is more than needed", form, n)
		}
	}
}

// 4,096 are code points, not UTF-16 units: a text in astral characters has as many.
func TestLengthIsCodePoints(t *testing.T) {
	m := relay.Message{Title: "t", Body: []relay.Block{{Spans: []relay.Span{{Text: strings.Repeat("𝕬", 5000)}}}}}
	if n := length(compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Rich}, nil).text); n != 4096 {
		t.Errorf("%d code points", n)
	}
}

func FuzzPayload(f *testing.F) {
	sinktest.FuzzPosts(f, func(t *testing.T, p relay.Post) { composed(t, p) })
}

// composed returns the text of a post, and fails t if Telegram would not take
// the post.
func composed(t *testing.T, p relay.Post) string {
	t.Helper()
	c := compose(p, nil)
	if err := checkText(c.text, c.entities); err != nil {
		t.Errorf("%v in %+v", err, c)
	}
	if part := mailPartIn(c.text); part != "" && len(c.entities) == 0 { // with entities it may be code, or a link
		t.Errorf("Telegram would link to %q in %q", part, c.text)
	}
	if p.Form == relay.Text && c.entities != nil {
		t.Errorf("entities in plain text: %v", c.entities)
	}
	return c.text
}
