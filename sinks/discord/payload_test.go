package discord

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
	"botrelay/sinks/transport"
)

func TestGolden(t *testing.T) {
	for _, sample := range sinktest.Samples() {
		rich := compose(relay.Post{Messages: []relay.Message{sample.Message}, Form: relay.Rich}, nil)
		text := compose(relay.Post{Messages: []relay.Message{sample.Message}, Form: relay.Text}, nil)
		sinktest.Golden(t, sample.Name, map[string]any{"rich": rich.embeds, "text": text.content})
	}
}

func TestInline(t *testing.T) {
	const page = "https://x.example/p"
	for _, test := range []struct {
		name  string
		spans []relay.Span
		want  string
	}{
		{"text", []relay.Span{{Text: "a*b_c~d`e|f<g>h#i[j](k)@l:m\\n"}}, "a\\*b\\_c\\~d\\`e\\|f\\<g\\>h\\#i\\[j\\]\\(k\\)\\@l\\:m\\\\n"},
		{"list marks", []relay.Span{{Text: "- a + b 1. c !"}}, `\- a \+ b 1\. c \!`},
		{"bold", []relay.Span{{Text: "b", Style: relay.Bold}}, "**b**"},
		{"all styles", []relay.Span{{Text: "b", Style: relay.Bold | relay.Italic | relay.Strike}}, "~~***b***~~"},
		{"struck tildes", []relay.Span{{Text: "~a~~", Style: relay.Strike}}, "~~\\~a\\~\\~\u200b~~"},
		{"space stays outside", []relay.Span{{Text: " b ", Style: relay.Bold}, {Text: "c", Style: relay.Italic}}, " **b** *c*"},
		{"styles that touch", []relay.Span{{Text: "b", Style: relay.Bold}, {Text: "c", Style: relay.Italic}}, "**b**\u200b*c*"},
		{"one style in two spans", []relay.Span{{Text: "b", Style: relay.Bold}, {Text: "c", Style: relay.Bold}}, "**bc**"},
		{"space only", []relay.Span{{Text: "  ", Style: relay.Bold}}, "  "},
		{"code", []relay.Span{{Text: `a\*b`, Style: relay.Mono}}, "`a\\*b`"},
		{"code with ticks", []relay.Span{{Text: "a`b``c", Style: relay.Mono}}, "``a`b`\u200b`c``"},
		{"code with many", []relay.Span{{Text: "a```b`````c", Style: relay.Mono}}, "``a`\u200b`\u200b`b`\u200b`\u200b`\u200b`\u200b`c``"},
		{"code that begins and ends with one", []relay.Span{{Text: "`a`", Style: relay.Mono}}, "`` `a` ``"},
		{"link", []relay.Span{{Text: "a]b", Link: page}}, `[a\]b](` + page + `)`},
		{"link with brackets that close", []relay.Span{{Text: "[1] a [b]", Link: page}}, `[\[1\] a \[b\]](` + page + `)`},
		{"link with one that does not", []relay.Span{{Text: "a[b", Link: page}}, `a\[b \(<` + page + `>\)`},
		{"link with one that nests", []relay.Span{{Text: "[[a]]", Link: page}}, `\[\[a\]\] \(<` + page + `>\)`},
		{"link that closes first", []relay.Span{{Text: "]a[b]", Link: page}}, `\]a\[b\] \(<` + page + `>\)`},
		{"bold link", []relay.Span{{Text: "a", Link: page, Style: relay.Bold}}, `**[a](` + page + `)**`},
		{"bold link with stars", []relay.Span{{Text: "a", Link: page + "**b", Style: relay.Bold}}, `[a](` + page + `**b)`},
		{"struck URL with tildes", []relay.Span{{Text: page + "~~b", Link: page + "~~b", Style: relay.Strike}}, `<` + page + `~~b>`},
		{"link with brackets", []relay.Span{{Text: "a", Link: page + "_(x)"}}, `[a](` + page + `_%28x%29)`},
		{"a URL itself", []relay.Span{{Text: page, Link: page}}, "<" + page + ">"},
		{"a URL with its scheme in capitals", []relay.Span{{Text: "HTTPS" + page[5:], Link: page}}, "<" + page + ">"},
		{"a URL that is another", []relay.Span{{Text: "https://bank.example", Link: page}}, `https\://bank\.example \(<` + page + `>\)`},
		{"mail", []relay.Span{{Text: "a@b.example", Link: "mailto:a@b.example"}}, `a\@b\.example`},
		{"phone", []relay.Span{{Text: "+49 1", Link: "tel:+491"}}, `\+49 1`},
		{"a link that takes too much room", []relay.Span{{Text: "a", Link: page + strings.Repeat("x", 800)}}, "a"},
	} {
		if got := inline(test.spans); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if err := inertMarkdown(inline(test.spans)); err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func TestDescription(t *testing.T) {
	text := func(s string) []relay.Span { return []relay.Span{{Text: s}} }
	body := []relay.Block{
		{Quote: true, Spans: text("# hi\n> there")},
		{Quote: true, Spans: text("again")},
		{Type: relay.Heading, Level: 1, Spans: text("Answer")},
		{Spans: text("one\ntwo")},
		{Type: relay.Item, Level: 1, Number: 3, Spans: text("three\nmore")},
		{Type: relay.Item, Level: 2, Spans: text("deep")},
		{Type: relay.Code, Spans: text("a\n```\n@everyone")},
		{Type: relay.Code, Spans: text("b")},
		{Quote: true, Type: relay.Code, Spans: text("c\n\nd")},
	}
	want := "> \\# hi\n> \\> there\n> \n> again\n\n**Answer**\none\ntwo\n\n3. three\n  more\n  - deep\n\n" +
		"```\na\n`\u200b``\n@everyone\n```\n\n```\nb\n```\n\n> `c`\n> \n> `d`"
	if got := description(body); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Two code blocks of a list stand close, and yet are two.
func TestCodeInAList(t *testing.T) {
	text := func(s string) []relay.Span { return []relay.Span{{Text: s}} }
	got := description([]relay.Block{
		{Type: relay.Item, Level: 1, Spans: text("i")}, {Type: relay.Code, Level: 1, Spans: text("a")}, {Type: relay.Code, Level: 1, Spans: text("b")},
	})
	if want := "- i\n```\na\n```\n```\nb\n```"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestEmbed(t *testing.T) {
	m := relay.Message{
		Title: "Lead: *Ada*", Link: "https://app.example.com/c/1", Color: 0xd83a3a,
		Time: time.Date(2026, 1, 2, 15, 4, 5, 6, time.FixedZone("", 3600)),
		Fields: []relay.Field{
			{Name: "Name", Value: []relay.Span{{Text: "Ada"}}},
			{Name: "Email", Value: []relay.Span{{Text: "ada@example.com"}}},
			{Name: "Page", Value: []relay.Span{{Text: "x"}}, Long: true},
			{Name: "Note", Value: []relay.Span{{Text: strings.Repeat("x", 41)}}},
			{Name: "Blank", Value: []relay.Span{{Text: "  "}}},
		},
		Footer: []relay.Span{{Text: "*bot* · web"}},
	}
	e := compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Rich}, nil).embeds[0]
	if e.Title != `Lead\: \*Ada\*` || e.URL != m.Link || e.Color != 0xd83a3a || e.Timestamp != "" || e.Footer.Text != "*bot* · web" {
		t.Errorf("got %+v, footer %+v", e, e.Footer)
	}
	var fields []string
	for _, f := range e.Fields {
		fields = append(fields, fmt.Sprint(f.Name, f.Inline))
	}
	if got := strings.Join(fields, " "); got != "Nametrue Emailtrue Pagefalse Notefalse" {
		t.Errorf("fields: %s", got)
	}
}

// A footer with more than words is small print below the text.
func TestStyledFooter(t *testing.T) {
	said := []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "hi"}}}}
	for name, test := range map[string]struct {
		body         []relay.Block
		footer       []relay.Span
		text, footed string
	}{
		"an ID":   {said, []relay.Span{{Text: "*web* "}, {Text: "c_1", Style: relay.Mono}}, "> hi", "*web* c_1"},
		"a style": {said, []relay.Span{{Text: "Answer in "}, {Text: "10 minutes", Style: relay.Italic}}, "> hi\n\n-# Answer in *10 minutes*", ""},
		"a link":  {nil, []relay.Span{{Text: "# "}, {Text: "runbook", Link: "https://x.example/r"}}, "-# \\# [runbook](https://x.example/r)", ""},
		"a mail":  {nil, []relay.Span{{Text: "us", Link: "mailto:us@x.example"}}, `-# us \(us\@x\.example\)`, ""},
		"nothing": {said, []relay.Span{{Text: " ", Style: relay.Bold}}, "> hi", ""},
	} {
		e := compose(relay.Post{Messages: []relay.Message{{Title: "t", Body: test.body, Footer: test.footer}}, Form: relay.Rich}, nil).embeds[0]
		footed := ""
		if e.Footer != nil {
			footed = e.Footer.Text
		}
		if e.Description != test.text || footed != test.footed {
			t.Errorf("%s: %q and %q, want %q and %q", name, e.Description, footed, test.text, test.footed)
		}
	}
}

func TestTextForm(t *testing.T) {
	m := relay.Message{Title: "@everyone", Body: []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "discord.gg/x\n# y"}}}}}
	c := compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Text}, nil)
	if want := "\\@everyone\n\n\\> discord\\.gg/x\n\\> \\# y"; c.content != want || c.embeds != nil {
		t.Errorf("got %q, %d embeds", c.content, len(c.embeds))
	}
}

func TestLongBodyIsCutFirst(t *testing.T) {
	m := sinktest.Filled("word ", 100_000)
	m.Title, m.Fields, m.Footer = "The title", []relay.Field{{Name: "Email", Value: []relay.Span{{Text: "ada"}}}}, []relay.Span{{Text: "the footer"}}
	for _, form := range []relay.Form{relay.Rich, relay.Text} {
		c := compose(relay.Post{Messages: []relay.Message{m}, Form: form}, nil)
		data, err := json.Marshal(c.embeds)
		if err != nil {
			t.Fatal(err)
		}
		all := c.content + string(data)
		for _, want := range []string{"The title", "ada", "the footer", "word word", "…"} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: no %q", form, want)
			}
		}
		if n := len(all); n < 1950 || form == relay.Rich && n < 4000 {
			t.Errorf("%s: cut to %d, which is more than needed", form, n)
		}
	}
}

func FuzzPayload(f *testing.F) {
	sink, err := Open(webhook(), transport.Config{})
	if err != nil {
		f.Fatal(err)
	}
	sinktest.FuzzPosts(f, func(t *testing.T, p relay.Post) {
		written(t, sink, p)
	})
}

// written returns what a post comes to, and fails t if Discord would not take it.
func written(t *testing.T, sink *Sink, p relay.Post) string {
	t.Helper()
	data, err := json.Marshal(sink.body(p))
	if err != nil {
		t.Fatal(err)
	}
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		t.Fatal(err)
	}
	if err := w.check(); err != nil {
		t.Errorf("%v in %s", err, data)
	}
	if p.Form == relay.Text && len(w.Embeds) > 0 || p.Form == relay.Rich && len(w.Embeds) == 0 {
		t.Errorf("%d embeds in %s", len(w.Embeds), p.Form)
	}
	return string(data)
}
