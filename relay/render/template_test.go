package render

import (
	"errors"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

// parsed returns a good template.
func parsed(t *testing.T, text string) *Template {
	t.Helper()
	template, fault := ParseTemplate(text)
	if fault != nil {
		t.Fatalf("%q: %s", text, fault)
	}
	return template
}

// body renders a template of a body as TestGolden shows one.
func body(t *testing.T, text string, e relay.Event) string {
	t.Helper()
	r := New(Config{Location: time.FixedZone("CET", 3600), Bots: map[string]string{"agent_abc123": "Support bot"}})
	blocks, err := r.bodyOf(parsed(t, text), r.view(e, "http://crm:8080/c/7"))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	checkBlocks(t, blocks)
	var lines []string
	for line := range strings.Lines(dumpBlocks(blocks)) {
		lines = append(lines, strings.TrimSpace(strings.Join(strings.Fields(line), " ")))
	}
	return strings.Join(lines, "|")
}

// TestPlaces holds a hostile value against every position of a template.
func TestPlaces(t *testing.T) {
	const evil = "**b** [pay](https://evil.example) `c` <!here>\n# head\n- item\n> quote\n```\n\n---\n| a |\n|-|\n\\"
	oneLine := strings.Join(strings.Fields(evil), " ")
	lines := strings.Split(evil, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace("> " + lines[i])
	}
	// In a paragraph of its own empty lines part the paragraphs; among other text
	// there is none. The URL that is written out leads to itself.
	link := func(s string) string {
		return strings.ReplaceAll(s, "https://evil.example", "{@:https://evil.example → https://evil.example}")
	}
	paragraphs := func(s string) string {
		head, tail, _ := strings.Cut(strings.ReplaceAll(link(s), "\n", "|> "), "|> |> ")
		return "para > " + head + "|para > " + tail
	}
	quoted := strings.ReplaceAll(strings.ReplaceAll(link(evil), "\n\n", "\n"), "\n", "|> ")
	styled := func(mark, s string) string {
		a, b, _ := strings.Cut(s, "https://evil.example")
		return "{" + mark + ":" + a + "}{" + mark + "@:https://evil.example → https://evil.example}{" + mark + ":" + b + "}"
	}
	bold := strings.ReplaceAll(styled("b", strings.ReplaceAll(evil, "\n\n", "\n")), "\n", "|> ")
	e := relay.Event{Text: evil}
	for template, want := range map[string]string{
		"{{ .Text }}":                paragraphs(evil),
		"\n\n{{ .Text }}\n\n":        paragraphs(evil),
		"> {{ .Text }}":              paragraphs(evil),
		"Says: {{ .Text }}":          "para > Says: " + quoted,
		"**{{ .Text }}**":            "para > " + bold,
		"a\n{{ .Text }}\nb":          "para > a|> " + quoted + "|> b",
		"# {{ .Text }}":              "head1 " + link(oneLine),
		"- {{ .Text }}":              "item1 " + link(oneLine),
		"1. {{ .Text }}":             "item1 #1 " + link(oneLine),
		"`{{ .Text }}`":              "para {m:" + oneLine + "}",
		"| {{ .Text }} | b |\n|-|-|": "para " + link(oneLine) + " · b",
		"```\n{{ .Text }}\n```":      "code " + strings.ReplaceAll(strings.ReplaceAll(evil, "\n\n", "\n\n"), "\n", "|"),
		"    {{ .Text }}":            "code " + strings.ReplaceAll(evil, "\n", "|"),
		"[{{ .Text }}](https://crm.example)": "para > " + quoted +
			" ({@:https://crm.example → https://crm.example})", // it reads like an address and is not this one
		"[x](https://crm.example/{{ .Text | truncate 5 }})": "para {@:x → https://crm.example/%2A%2Ab%2A%E2%80%A6}",
	} {
		got := strings.ReplaceAll(body(t, template, e), "||", "|")
		if want = strings.ReplaceAll(want, "||", "|"); got != want {
			t.Errorf("%q\n got %s\nwant %s", template, got, want)
		}
	}
}

// TestAddresses: a value stays in its place of an address, or there is no link.
func TestAddresses(t *testing.T) {
	const crm = "https://crm.example/"
	for _, tc := range []struct{ template, text, want string }{
		{crm + "{{ .Text }}", "a b", crm + "a%20b"},
		{crm + "{{ .Text }}/x", "../?x=1#y&z", crm + "..%2F%3Fx%3D1%23y%26z/x"},
		{crm + "{{ .Text }}/x", "..", ""},
		{crm + "{{ .Text }}", "", ""},
		{crm + "?a={{ .Text }}", "", ""},
		{crm + "{{ .Text }}?a={{ .Subject }}", "", ""},
		{crm + "?a={{ .Text }}&b={{ .Subject }}", "", crm + "?a=&b=S%26"},
		{crm + "?a={{ .Text }}&c=d", "é&b=2\n", crm + "?a=%C3%A9%26b%3D2&c=d"},
		{"{{ .Text }}", "https://ok.example/a?b=c", "https://ok.example/a?b=c"},
		{"{{ .Text }}?d={{ .Subject }}", "https://ok.example/", "https://ok.example/?d=S%26"},
		{"{{ .Text }}", "javascript:alert(1)", ""},
		{"{{ .Text }}", "//evil.example", ""},
		{"{{ .Text }}", "https://paypal.com@evil.example/", ""},
		{"{{ .Text }}", "data:text/html,x", ""},
		{"https{{ .Text }}", "://evil.example", ""},
		{"https:{{ .Text }}", "//evil.example", ""},
		{"https://{{ .Text }}/x", "ok.example", "https://ok.example/x"},
		{"https://{{ .Text }}/x", "ok.example/../", ""},
		{"https://{{ .Text }}", "a@evil.example", ""},
		{"https://{{ .Text }}.crm.example/", "team-1", "https://team-1.crm.example/"},
		{"https://{{ .Text }}.crm.example/", "evil.example/", ""},
		{"https://{{ .Text }}.crm.example/", "a.b", ""},
		{"https://crm.example{{ .Text }}", ".evil.example", ""},
		{"https://crm.example{{ .Text }}/", "@evil.example", ""},
		{"https://crm.example{{ .Text }}/", ":1", ""},
		{"https://u:{{ .Text }}@crm.example/", "p", ""},
		{"http://crm:8080/{{ .Text }}", "7", "http://crm:8080/7"},
		{"{{ .ConversationURL }}/x", "", "http://crm:8080/c/7/x"},
		{"mailto:{{ .Text }}", "ada@example.com", "mailto:ada@example.com"},
		{"mailto:{{ .Text }}", "ada@example.com?bcc=eve@evil.example", ""},
		{"mailto:{{ .Text }}", "ada@example.com,eve@evil.example", ""},
		{"tel:{{ .Text }}", "+49 30 1234567", "tel:+49301234567"},
		{"tel:{{ .Text }}", "+49 30 1234567;ext=1", ""},
		{"javascript:{{ .Text }}", "alert(1)", ""},
		{"ftp://crm.example/{{ .Text }}", "a", ""},
		{"{{ md .Text }}", "https://ok.example/", "https://ok.example/"},
	} {
		r := New(Config{})
		v := r.view(relay.Event{Text: tc.text, Subject: "S&"}, "http://crm:8080/c/7")
		blocks, err := r.bodyOf(parsed(t, "[see]("+tc.template+")"), v)
		if err != nil {
			t.Fatal(err)
		}
		if got := blocks[0].Spans[0]; got.Link != tc.want || got.Text != "see" && !strings.HasPrefix(got.Text, "see (") {
			t.Errorf("[see](%s) with %q: got %q as %q, want %q", tc.template, tc.text, got.Link, got.Text, tc.want)
		}
		want := tc.want
		if !strings.HasPrefix(want, "http") {
			want = ""
		}
		if got, err := linkOf(parsed(t, tc.template), v); got != want || err != nil {
			t.Errorf("link = %q with %q: got %q (%v), want %q", tc.template, tc.text, got, err, want)
		}
	}
}

// TestForged: nothing that a value holds stands for another value.
func TestForged(t *testing.T) {
	for _, text := range []string{holder(0), holder(1), holderStart, holderEnd, holderStart + "1", "&#xFDD0;1&#xFDD1;"} {
		for _, template := range []string{"{{ .Text }}{{ .Subject }}", "{{ md .Text }}{{ .Subject }}", "`{{ .Text }}{{ .Subject }}`"} {
			if got := body(t, template, relay.Event{Text: text, Subject: "once"}); strings.Count(got, "once") != 1 {
				t.Errorf("%q with %+q: %s", template, text, got)
			}
		}
	}
	if got := body(t, holder(0)+" {{ .Text }}", relay.Event{Text: "once"}); strings.Count(got, "once") != 1 {
		t.Errorf("a template's own: %s", got)
	}
}

// TestCustom: what a template leaves out or leaves blank is as it is by default.
func TestCustom(t *testing.T) {
	e := fullEvent(relay.Lead)
	standard := New(Config{}).Message(e)
	field := func(name, text string) CustomField { return CustomField{name, parsed(t, text)} }
	for name, tc := range map[string]struct {
		custom Custom
		change func(*relay.Message)
	}{
		"title": {Custom{Title: parsed(t, "# {{ .Bot }}\n*x* {{ .Text }}")}, func(m *relay.Message) {
			m.Icon = ""
			m.Title = "# agent_abc123 *x* What is Chat Data? And how do I start? See https://example.com/a_b?c=d."
			m.Fields = append([]relay.Field{{Name: "Name", Value: []relay.Span{{Text: "Ada Lovelace"}}}}, m.Fields...) // which the title tells no more
		}},
		"blank title": {Custom{Title: parsed(t, "{{ .EventType | printf \"%.0s\" }} \u200B")}, func(*relay.Message) {}},
		"color":       {Custom{Color: 0x123456}, func(m *relay.Message) { m.Color = 0x123456 }},
		"body":        {Custom{Body: parsed(t, "**x**")}, func(m *relay.Message) { m.Body = []relay.Block{{Spans: []relay.Span{{Text: "x", Style: relay.Bold}}}} }},
		"no body":     {Custom{Body: parsed(t, "")}, func(m *relay.Message) { m.Body = nil }},
		"no fields":   {Custom{NoFields: true}, func(m *relay.Message) { m.Fields = nil }},
		"fields": {Custom{Fields: []CustomField{field("Z", "{{ .Subject }}"), field("B", " {{ .Scheduled }}\u200B"), field("A\n", "1. {{ .Contact.Name }}")}}, func(m *relay.Message) {
			m.Fields = []relay.Field{{Name: "Z", Value: []relay.Span{{Text: "Engines"}}}, {Name: "A", Value: []relay.Span{{Text: "1. Ada Lovelace"}}}}
		}},
		"footer":    {Custom{Footer: parsed(t, "a\n\n# *b*")}, func(m *relay.Message) { m.Footer = []relay.Span{{Text: "a # "}, {Text: "b", Style: relay.Italic}} }},
		"no footer": {Custom{Footer: parsed(t, "")}, func(m *relay.Message) { m.Footer = nil }},
		"link":      {Custom{Link: parsed(t, "https://crm.example/{{ .BotID }}")}, func(m *relay.Message) { m.Link = "https://crm.example/agent_abc123" }},
		"bad link":  {Custom{Link: parsed(t, "mailto:{{ .Contact.Email }}")}, func(m *relay.Message) { m.Link = "" }},
		"all blank": {Custom{Title: parsed(t, " "), Body: parsed(t, "{{ .Scheduled }}"), NoFields: true, Footer: parsed(t, ""), Color: 1}, func(m *relay.Message) {
			m.Body, m.Fields, m.Footer, m.Color = nil, nil, nil, 1 // the default title stays
		}},
		"only footer": {Custom{Body: parsed(t, ""), NoFields: true, Footer: parsed(t, "ours")}, func(m *relay.Message) {
			m.Body, m.Fields, m.Footer = nil, nil, []relay.Span{{Text: "ours"}}
		}},
		"title with an emoji": {Custom{Title: parsed(t, "👩‍🚒 {{ .Contact.Name }}")}, func(m *relay.Message) { m.Title, m.Icon = "👩‍🚒 Ada Lovelace", "👩‍🚒" }},
		"only title": {Custom{Title: parsed(t, "x"), Body: parsed(t, ""), NoFields: true}, func(m *relay.Message) {
			m.Title, m.Icon, m.Body, m.Fields = "x", "", nil, nil
		}},
	} {
		r := New(Config{Messages: map[string]*Custom{"lead": &tc.custom}, Failed: func(_ relay.Event, _ string, err error) { t.Errorf("%s: %v", name, err) }})
		want := standard
		tc.change(&want)
		if got := dump(r.Message(e)); got != dump(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, dump(want))
		}
	}
}

// TestWhichMessage: a route's own message goes before its kind's.
func TestWhichMessage(t *testing.T) {
	r := New(Config{
		Messages:         map[string]*Custom{"lead": {Title: parsed(t, "kind")}, "urgent": {Title: parsed(t, "named")}},
		Routes:           map[string]string{"night": "urgent"},
		ConversationURLs: map[string]*Template{"website": parsed(t, "https://crm.example/c/{{ .ConversationID }}"), "bad": parsed(t, "https://x.example/{{ index .Transcript 0 }}")},
	})
	lead, chat := relay.Event{Kind: relay.Lead, Source: "website", ConversationID: "a/b"}, relay.Event{Kind: relay.Chat, Text: "Hi", Source: "bad"}
	for _, tc := range []struct {
		event       relay.Event
		route, want string
	}{
		{lead, "", "kind"},
		{lead, "day", "kind"},
		{lead, "night", "named"},
		{chat, "day", "🤖 Chat: “Hi”"},
		{chat, "night", "named"},
		{relay.Event{Kind: relay.Notice, Subject: "s"}, "night", "⚠️ s"},
	} {
		if got := r.MessageFor(tc.event, tc.route).Title; got != tc.want {
			t.Errorf("%s by %q: got %q, want %q", tc.event.Kind, tc.route, got, tc.want)
		}
	}
	if got := r.Message(lead).Link; got != "https://crm.example/c/a%2Fb" {
		t.Errorf("link: %q", got)
	}
	lead.ConversationID = ""
	if got := r.Message(lead).Link + r.Message(chat).Link; got != "" {
		t.Errorf("links to nowhere: %q", got)
	}
	var failed error
	r.cfg.Failed = func(_ relay.Event, message string, err error) { failed = errors.Join(errors.New(message), err) }
	if r.Message(chat); failed == nil || !strings.HasPrefix(failed.Error(), ConversationMessage) {
		t.Errorf("a conversation_url that failed: %v", failed)
	}
}
