package slack

import (
	"encoding/json"
	"strings"
	"testing"

	slackapi "github.com/slack-go/slack"

	"botrelay/relay"
	"botrelay/sinks/sinktest"
)

func TestGolden(t *testing.T) {
	for _, sample := range sinktest.Samples() {
		rich := compose(relay.Post{Messages: []relay.Message{sample.Message}, Form: relay.Rich}, nil)
		text := compose(relay.Post{Messages: []relay.Message{sample.Message}, Form: relay.Text}, nil)
		sinktest.Golden(t, sample.Name, map[string]any{
			"rich": map[string]any{"text": rich.text, "blocks": rich.blocks}, "text": text.text,
		})
	}
}

func para(spans ...relay.Span) relay.Block { return relay.Block{Spans: spans} }

// richJSON writes the rich_text elements of a body briefly.
func richJSON(t *testing.T, body ...relay.Block) string {
	t.Helper()
	data, err := json.Marshal(richText(body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("rich_text_", "", `"type":`, "", `"elements":`, "", `,"border":0`, "").Replace(string(data))
}

func TestRichText(t *testing.T) {
	text := func(s string) []relay.Span { return []relay.Span{{Text: s}} }
	item := func(level, number int, s string) relay.Block {
		return relay.Block{Type: relay.Item, Level: level, Number: number, Spans: text(s)}
	}
	for _, test := range []struct {
		name string
		body []relay.Block
		want string
	}{
		{
			"paragraphs stand apart",
			[]relay.Block{para(text("a")...), para(text("b\nc")...)},
			`[{"section",[{"text","text":"a\n\nb\nc"}]}]`,
		},
		{
			"a heading is bold and close to what it heads",
			[]relay.Block{{Type: relay.Heading, Level: 2, Spans: text("h")}, para(text("p")...)},
			`[{"section",[{"text","text":"h","style":{"bold":true}},{"text","text":"\np"}]}]`,
		},
		{
			"a list that begins anew",
			[]relay.Block{item(1, 3, "c"), item(1, 4, "d"), item(1, 1, "a"), item(1, 1, "b"), item(1, 0, "x")},
			`[{"list",[{"section",[{"text","text":"c"}]},{"section",[{"text","text":"d"}]}],"style":"ordered","indent":0,"offset":2},` +
				`{"list",[{"section",[{"text","text":"a"}]}],"style":"ordered","indent":0,"offset":0},` +
				`{"list",[{"section",[{"text","text":"b"}]}],"style":"ordered","indent":0,"offset":0},` +
				`{"list",[{"section",[{"text","text":"x"}]}],"style":"bullet","indent":0,"offset":0}]`,
		},
		{"styles and links", []relay.Block{para(
			relay.Span{Text: "a", Style: relay.Bold | relay.Strike}, relay.Span{Text: "b", Style: relay.Italic | relay.Mono}, relay.Span{Text: "c", Link: "https://x.example/"},
		)}, `[{"section",[{"text","text":"a","style":{"bold":true,"strike":true}},{"text","text":"b","style":{"italic":true,"code":true}},{"link","url":"https://x.example/","text":"c"}]}]`},
		{
			"lists are siblings with an indent",
			[]relay.Block{item(1, 0, "a"), item(2, 0, "b"), item(1, 0, "c")},
			`[{"list",[{"section",[{"text","text":"a"}]}],"style":"bullet","indent":0,"offset":0},` +
				`{"list",[{"section",[{"text","text":"b"}]}],"style":"bullet","indent":1,"offset":0},` +
				`{"list",[{"section",[{"text","text":"c"}]}],"style":"bullet","indent":0,"offset":0}]`,
		},
		{
			"code splits a list, which then goes on",
			[]relay.Block{item(1, 1, "a"), {Type: relay.Code, Level: 1, Spans: text("x")}, item(1, 2, "b")},
			`[{"list",[{"section",[{"text","text":"a"}]}],"style":"ordered","indent":0,"offset":0},` +
				`{"preformatted",[{"text","text":"x"}]},` +
				`{"list",[{"section",[{"text","text":"b"}]}],"style":"ordered","indent":0,"offset":1}]`,
		},
		{
			"more of an item stays in it",
			[]relay.Block{item(1, 0, "a"), {Level: 1, Spans: text("more")}, item(1, 0, "b")},
			`[{"list",[{"section",[{"text","text":"a"},{"text","text":"\nmore"}]},{"section",[{"text","text":"b"}]}],"style":"bullet","indent":0,"offset":0}]`,
		},
		{
			"what follows a list has room",
			[]relay.Block{item(1, 0, "a"), para(text("p")...)},
			`[{"list",[{"section",[{"text","text":"a"}]}],"style":"bullet","indent":0,"offset":0},{"section",[{"text","text":"\n"},{"text","text":"p"}]}]`,
		},
		{
			"a quotation is one",
			[]relay.Block{{Quote: true, Spans: text("a")}, {Quote: true, Type: relay.Item, Level: 1, Spans: text("b")}, para(text("p")...)},
			`[{"quote",[{"text","text":"a\n\n• b"}]},{"section",[{"text","text":"p"}]}]`,
		},
		{
			"more of an item that is not there",
			[]relay.Block{{Level: 1, Spans: text("a")}},
			`[{"section",[{"text","text":"  a"}]}]`,
		},
	} {
		if got := richJSON(t, test.body...); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

func TestLayout(t *testing.T) {
	m := relay.Message{
		Title: "Lead <@U1>", Link: "https://app.example.com/c/1?a=1&b=2",
		Fields: []relay.Field{{Name: "Name", Value: []relay.Span{{Text: "*Ada*"}}}, {Name: "Email", Value: []relay.Span{{Text: "a@b.example", Link: "mailto:a@b.example"}}}},
		Body:   []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "hi"}}}},
		Footer: []relay.Span{{Text: "bot"}, {Text: " · web"}},
	}
	c := compose(relay.Post{Messages: []relay.Message{m, {Title: "two"}}, Form: relay.Rich}, nil)
	var kinds []string
	for _, b := range c.blocks {
		kinds = append(kinds, string(b.BlockType()))
	}
	if got := strings.Join(kinds, " "); got != "header rich_text rich_text rich_text context divider header" {
		t.Errorf("blocks: %s", got)
	}
	header, _ := c.blocks[0].(*slackapi.HeaderBlock)
	if header.Text.Text != "Lead <@U1>" || header.Text.Type != "plain_text" || *header.Text.Emoji {
		t.Errorf("header: %+v", header.Text)
	}
	if want := "Lead &lt;@U1&gt;\n\n&gt; hi\n\n———\n\ntwo"; c.text != want {
		t.Errorf("notification: %q", c.text)
	}
	data, err := json.Marshal(c.blocks[1:4])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"text":"Name:","style":{"bold":true}`, `"text":" *Ada*\n"`, `"url":"mailto:a@b.example"`, `"text":"Open on app.example.com"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
}

// A footer with more than words is no context block, in which there are no styles
// without mrkdwn.
func TestStyledFooter(t *testing.T) {
	for name, test := range map[string]struct {
		footer []relay.Span
		want   string
	}{
		"an ID":   {[]relay.Span{{Text: "<!here> *web* "}, {Text: "c_1", Style: relay.Mono}}, `[{"type":"context","elements":[{"type":"plain_text","text":"<!here> *web* c_1","emoji":false}]}]`},
		"a style": {[]relay.Span{{Text: "In "}, {Text: "10 minutes", Style: relay.Italic}}, `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"In "},{"type":"text","text":"10 minutes","style":{"italic":true}}]}]}]`},
		"a link":  {[]relay.Span{{Text: "runbook", Link: "https://x.example/r"}}, `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://x.example/r","text":"runbook"}]}]}]`},
		"nothing": {[]relay.Span{{Text: " ", Style: relay.Bold}}, `null`},
	} {
		data, err := json.Marshal(footerBlocks(test.footer))
		if err != nil {
			t.Fatal(err)
		}
		if got := unescaped(string(data)); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, test.want)
		}
	}
}

func TestTextForm(t *testing.T) {
	m := relay.Message{
		Title: "<!here> & co", Fields: []relay.Field{{Name: "Page", Value: []relay.Span{{Text: "x", Link: "https://x.example/"}}}},
		Body: []relay.Block{{Quote: true, Spans: []relay.Span{{Text: "a\nb"}}}}, Footer: []relay.Span{{Text: "foot"}},
	}
	c := compose(relay.Post{Messages: []relay.Message{m}, Form: relay.Text}, nil)
	if want := "&lt;!here&gt; &amp; co\nPage: x (https://x.example/)\n\n&gt; a\n&gt; b\n\nfoot"; c.text != want || c.blocks != nil {
		t.Errorf("got %q, %d blocks", c.text, len(c.blocks))
	}
}

// What is told of a message survives a body of any length.
func TestLongBodyIsCutFirst(t *testing.T) {
	m := sinktest.Filled("word ", 100_000)
	m.Title, m.Fields, m.Footer = "The title", []relay.Field{{Name: "Email", Value: []relay.Span{{Text: "ada@example.com"}}}}, []relay.Span{{Text: "the footer"}}
	for _, form := range []relay.Form{relay.Rich, relay.Text} {
		c := compose(relay.Post{Messages: []relay.Message{m}, Form: form}, nil)
		data, err := json.Marshal(c.blocks)
		if err != nil {
			t.Fatal(err)
		}
		all := c.text + string(data)
		for _, want := range []string{"The title", "ada@example.com", "the footer", "word word", "…"} {
			if form == relay.Text && !strings.Contains(all, want) || form == relay.Rich && !strings.Contains(string(data), want) {
				t.Errorf("%s: no %q", form, want)
			}
		}
		if n := len(all); form == relay.Rich && n < 10_000 || form == relay.Text && n < 3_900 {
			t.Errorf("%s: cut to %d, which is more than needed", form, n)
		}
	}
}

func FuzzPayload(f *testing.F) {
	sinktest.FuzzPosts(f, func(t *testing.T, p relay.Post) { composed(t, p) })
}

// composed returns the blocks of a post, "" for none, and fails t if Slack would
// not take it.
func composed(t *testing.T, p relay.Post) string {
	t.Helper()
	c := compose(p, nil)
	blocks := ""
	if len(c.blocks) > 0 {
		data, err := json.Marshal(c.blocks)
		if err != nil {
			t.Fatal(err)
		}
		blocks = string(data)
	}
	if (blocks == "") != (p.Form == relay.Text) {
		t.Errorf("%d blocks in %s", len(c.blocks), p.Form)
	}
	if err := checkContent(c.text, blocks); err != nil {
		t.Errorf("%v in %+v", err, c)
	}
	return blocks
}

// A link's text is as long as a text may be, and the link goes on.
func TestLongLink(t *testing.T) {
	const page = "https://x.example/"
	long := strings.Repeat("link 🦊 ", 900)
	var text strings.Builder
	for _, e := range elements([]relay.Span{{Text: long, Link: page}}) {
		link, ok := e.(*slackapi.RichTextSectionLinkElement)
		if !ok || link.URL != page || length(link.Text) > 3000 {
			t.Fatalf("%T of %d", e, length(link.Text))
		}
		text.WriteString(link.Text)
	}
	if text.String() != long {
		t.Errorf("%d characters became %d", length(long), length(text.String()))
	}
}
