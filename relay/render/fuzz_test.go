package render

import (
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"botrelay/relay"
)

// FuzzClean holds that cleaning is done once and for all, and touches no
// printable ASCII.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"", hostileText, "a\r\n\tb", "👩\u200D👩", "葛\U000E0100", "\xff\u200D\uFE0F\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if problem := dirt(got, true); problem != "" {
			t.Errorf("clean(%+q) = %+q: %s", s, got, problem)
		}
		if again := clean(got); again != got {
			t.Errorf("%+q is cleaned to %+q and then %+q", s, got, again)
		}
		if ascii(got) != ascii(strings.Map(tabAsSpace, s)) {
			t.Errorf("%+q lost a character: %+q", s, got)
		}
		for _, limit := range []int{1, 5, 20} {
			if n := utf8.RuneCountInString(line(s, limit)); n > limit {
				t.Errorf("line(%+q, %d) has %d runes", s, limit, n)
			}
		}
	})
}

func tabAsSpace(r rune) rune {
	if r == '\t' {
		return ' '
	}
	return r
}

// ascii returns the printable ASCII characters of s.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}

// FuzzMarkdown holds that any Markdown becomes clean blocks, without the net
// for panics.
func FuzzMarkdown(f *testing.F) {
	for _, s := range hostileMarkdown(300) {
		f.Add(s)
	}
	f.Add(chatDataAnswer)
	f.Add(hostileText)
	f.Add("| a | b |\n|:-:|--:|\n| [x](https://a.example) | `\\|` |\n\n1. ```\n   x\n   ```\n0. - > # y\n\n<br>&#8238;")
	f.Add("<p>a <b>b<ul><li><a href='https://a.example'>a.example<li></b><h1>c</ul><pre>d\n e</pre><script>x</script>\n\nf <i>**g</i>** <a href=mailto:a@b.example>h <!-- i -->")
	m := newMarkdown()
	f.Fuzz(func(t *testing.T, s string) {
		c := cleaner{tabs: true}
		m.parse([]byte(cut(c.clean(s), maxText)))
		checkBlocks(t, m.blocks(s))
		if isVisible(tidyText(s, paragraph)) && len(m.blocks(s)) == 0 {
			t.Error("there was something to see, and nothing is shown")
		}
	})
}

// FuzzMessage holds what relay.Message promises, whatever an event says.
func FuzzMessage(f *testing.F) {
	add := func(e relay.Event) {
		turns := ""
		if len(e.Transcript) > 0 {
			turns = e.Transcript[0].Text
		}
		f.Add(string(e.Kind), e.Channel, e.ConversationID, e.Contact.Name, e.Contact.Email, e.Contact.Phone,
			e.Contact.Handle, e.Text, e.Answer, turns, e.PageURL)
	}
	for _, e := range goldenEvents() {
		add(e)
	}
	r := New(Config{ConversationURL: func(e relay.Event) string { return e.PageURL }})
	f.Fuzz(func(t *testing.T, kind, channel, conversation, name, email, phone, handle, text, answer, turn, page string) {
		checkMessage(t, r.Message(relay.Event{
			Vendor: channel, Source: conversation, EventType: name, Kind: relay.Kind(kind), Channel: channel, BotID: handle,
			ConversationID: conversation,
			Contact:        relay.Contact{Name: name, Email: email, Phone: phone, Handle: handle},
			Subject:        turn, Text: text, Answer: answer, PageURL: page, Scheduled: name,
			Transcript: []relay.Turn{{Role: "user", Text: turn}, {Role: "assistant", Text: turn}, {Role: name, Text: text}},
			Details:    []relay.Detail{{Label: name, Text: turn}, {Label: "Score", Text: phone}},
			ReceivedAt: time.Unix(1_800_000_000, 0),
		}))
	})
}

// TestGoldenAreClean holds the same of the golden events.
func TestGoldenAreClean(t *testing.T) {
	r := New(Config{})
	for name, e := range goldenEvents() {
		t.Run(name, func(t *testing.T) { checkMessage(t, r.Message(e)) })
	}
}

func checkMessage(t *testing.T, m relay.Message) {
	t.Helper()
	checkText(t, "title", m.Title, false)
	if len(m.Body) == 0 && len(m.Fields) == 0 {
		t.Error("blank message")
	}
	checkBlocks(t, m.Body)
	for _, field := range m.Fields {
		checkText(t, "field name", field.Name, false)
		checkSpans(t, "field", field.Value, false)
	}
	if m.Footer != nil { // of an event without source and time there is nothing to tell
		checkSpans(t, "footer", m.Footer, false)
	}
	for _, part := range m.Origin {
		checkText(t, "origin", part, false)
	}
	checkLink(t, m.Link, "http", "https")
	if ascii(m.Thread) != m.Thread || len(m.Thread) > 3*1000 {
		t.Errorf("thread key %+q", m.Thread)
	}
}

func checkBlocks(t *testing.T, blocks []relay.Block) {
	t.Helper()
	for _, b := range blocks {
		checkSpans(t, "block", b.Spans, true)
		if b.Level < 0 || b.Level > maxLevel || b.Number < 0 || (b.Type == relay.Item || b.Type == relay.Heading) && b.Level == 0 {
			t.Errorf("level %d, number %d of type %d", b.Level, b.Number, b.Type)
		}
		if text := relay.Plain(b.Spans); b.Type != relay.Code && strings.Contains(text, "\n\n") {
			t.Errorf("empty line in %+q", text)
		}
	}
}

func checkSpans(t *testing.T, what string, spans []relay.Span, lines bool) {
	t.Helper()
	checkText(t, what, relay.Plain(spans), lines)
	for _, s := range spans {
		if s.Text == "" {
			t.Errorf("empty span in %s %+q", what, relay.Plain(spans))
		}
		checkLink(t, s.Link, "http", "https", "mailto", "tel")
	}
}

func checkText(t *testing.T, what, text string, lines bool) {
	t.Helper()
	if problem := dirt(text, lines); problem != "" {
		t.Errorf("%s %+q: %s", what, text, problem)
	}
	if !isVisible(text) {
		t.Errorf("%s %+q is blank", what, text)
	}
}

func checkLink(t *testing.T, link string, schemes ...string) {
	t.Helper()
	if link == "" {
		return
	}
	u, err := url.Parse(link)
	if err != nil || ascii(link) != link || strings.Contains(link, " ") {
		t.Fatalf("link %+q: %v", link, err)
	}
	for _, s := range schemes {
		if strings.HasPrefix(link, s+":") && u.User == nil {
			return
		}
	}
	t.Errorf("link %q", link)
}

// dirt says what is wrong with text that ought to be clean. It spells out code
// points, rather than using the categories that clean uses.
func dirt(text string, lines bool) string {
	if !utf8.ValidString(text) {
		return "not UTF-8"
	}
	for _, flag := range []string{"eng", "sct", "wls"} { // of which tags are a part
		tags := strings.Map(func(r rune) rune { return r + 0xE0000 }, "gb"+flag) + "\U000E007F"
		text = strings.ReplaceAll(text, "🏴"+tags, "🏴")
	}
	marks := 0
	for _, r := range text {
		switch {
		case r == '\n' && !lines:
			return "line break"
		case r < ' ' && r != '\n', r >= 0x7F && r <= 0x9F:
			return "control character"
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C:
			return "bidi control"
		case r == 0x200B, r == 0x2028, r == 0x2029, r >= 0x2060 && r <= 0x2064, r == 0xFEFF, r == 0xAD, r == 0x180E,
			r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0, r >= 0xFFF9 && r <= 0xFFFB,
			r >= 0xE0000 && r <= 0xE00FF:
			return "invisible character"
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > maxStacked+1 { // and one variation selector
			return "a heap of marks"
		}
	}
	return ""
}
