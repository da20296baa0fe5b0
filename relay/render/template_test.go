package render

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
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

// TestMD: Markdown that is meant as such, in every position, keeps to its place.
func TestMD(t *testing.T) {
	e := relay.Event{Answer: "Hi **you**:\n\n1. [a](https://a.example)\n2. b\n\n```\nx"}
	const list = "item1 #1 {@:a → https://a.example}|item1 #2 b"
	for template, want := range map[string]string{
		"{{ md .Answer }}\nend":                   "para Hi {b:you}:|1. {@:a → https://a.example}|2. b|x|end",
		"{{ md .Answer }}\n\nend":                 "para Hi {b:you}:|" + list + "|code x|para end",
		"> {{ md .Answer }}":                      "para > Hi {b:you}:|item1 #1> {@:a → https://a.example}|item1 #2> b|code > x",
		"- {{ md .Answer }}\n- z":                 "item1 Hi {b:you}:|item2 #1 {@:a → https://a.example}|item2 #2 b|code1 x|item1 z",
		"*{{ md .Answer }}*":                      "para {i:Hi }{bi:you}{i::|1. }{i@:a → https://a.example}{i:|2. b|x}",
		"[{{ md .Answer }}](https://crm.example)": "para {@:Hi → https://crm.example}{b@:you → https://crm.example}{@::|1. a|2. b|x → https://crm.example}",
		"# {{ md .Answer }}":                      "head1 Hi {b:you}: 1. {@:a → https://a.example} 2. b x",
		"`{{ md .Answer }}`":                      "para {m:Hi you: • a • b x}",
		"{{ .Answer }}|z":                         "para > Hi **you**:|> 1. [a]({@:https://a.example → https://a.example})|> 2. b|> ```|> x|z",
		"{{ upper (md \"*a*\") }}":                "para > *A*",
	} {
		if got := body(t, template, e); got != want {
			t.Errorf("%q\n got %s\nwant %s", template, got, want)
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

// TestFunctions: expected values are from the documentation in the README.
func TestFunctions(t *testing.T) {
	payload := json.RawMessage(`{"n": 12345678901234567890123, "id": 9007199254740993, "f": 0.25, "null": null, "list": [1, {"a": "b"}], "when": "2026-03-01T09:30:00Z", "ms": 1772357400000}`)
	e := relay.Event{
		Channel: "web", Text: "héllo 👩‍👩‍👧‍👦 wörld", BotID: "agent_abc123", Payload: payload,
		Contact:    relay.Contact{Phone: "+442079460958", Handle: "\u3164 "},
		PageURL:    "https://www.shop.example:8443/a?b",
		CreatedAt:  time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC),
		Transcript: []relay.Turn{{Role: "user", Text: "q"}, {Role: "bot", Text: "a"}},
	}
	for template, want := range map[string]string{
		`{{ .Text | truncate 7 }}`:                           "héllo…",
		`{{ .Text | truncate 8 }}`:                           "héllo 👩‍👩‍👧‍👦…",
		`{{ .Text | truncate 100 }}`:                         e.Text,
		`{{ .Contact.Name | default "someone" }}`:            "someone",
		`{{ default "x" .Contact.Handle }}`:                  "x",
		`{{ .Text | truncate 3 | upper }}`:                   "HÉ…",
		`{{ lower "ÀB" }}`:                                   "àb",
		`{{ .Contact.Phone | phone }}`:                       "+44 20 7946 0958",
		`{{ phone "0049 30 1234567" }}`:                      "+49 30 1234567",
		`{{ phone "030 1234567" }}`:                          "030 1234567",
		`{{ digits "0049 30 1234567" }}`:                     "49301234567",
		`{{ digits .Contact.Phone }}`:                        "442079460958",
		`{{ digits "+44 (0)20 7946-0958" }}`:                 "442079460958",
		`{{ digits "030 1234567" }}`:                         "0301234567",
		`{{ digits "No. 4, 2nd" }}`:                          "42",
		`[W](https://wa.me/{{ digits .Contact.Phone }})`:     "{@:W → https://wa.me/442079460958}",
		`{{ .Channel }}: {{ .ChannelName }}`:                 "web: Web chat",
		`{{ phone "call me" }}`:                              "call me",
		`{{ host .PageURL }}`:                                "www.shop.example",
		`{{ host "shop" }}x`:                                 "x",
		`{{ date "2 Jan 2006, 15:04 MST" .CreatedAt }}`:      "1 Mar 2026, 10:30 CET",
		`{{ .CreatedAt | date "15:04" "America/New_York" }}`: "04:30",
		`{{ date "15:04" .Payload.when }}`:                   "10:30",
		`{{ date "15:04" .Payload.ms }}`:                     "10:30",
		`{{ date "15:04" .ReceivedAt }}x`:                    "x",
		`{{ if .ReceivedAt }}a{{ else }}b{{ end }}`:          "b",
		`{{ .CreatedAt }}`:                                   "1 Mar 2026, 10:30 CET",
		`{{ .CreatedAt.Format "15:04" }}`:                    "10:30",
		`{{ .Payload.id }} {{ .Payload.f }}`:                 "9007199254740993 0.25",
		`{{ .Payload.n }}`:                                   "12345678901234567890123",
		`{{ .Payload.no.such.thing }}{{ .Payload.null.x }}x`: "x",
		`{{ if eq .Payload.id 9007199254740993 }}y{{ end }}`: "y",
		`{{ json .Payload.list }}`:                           `[1,{"a":"b"}]`,
		`{{ .Payload.list }}`:                                `[1,{"a":"b"}]`,
		`{{ json .Contact.Phone }} {{ json "<&>" }}`:         `"+442079460958" "<&>"`,
		`{{ .Bot }} {{ len .Transcript }}`:                   "Support bot 2",
		`{{ range $i, $t := .Transcript }}{{ if $i }}, {{ end }}{{ $t.Role }}: {{ .Text }}{{ end }}`: "user: q, bot: a",
		"{{ range .Transcript }}- {{ .Role }}: {{ .Text }}\n{{ end }}":                               "item1 user: q|item1 bot: a",
		`{{ with .Contact }}{{ .Phone }}{{ end }}`:                                                   "+442079460958",
		`{{ range 3 }}{{ . }}{{ end }}`:                                                              "012",
		`{{ $x := .Bot }}{{ $x = upper $x }}{{ $x }}`:                                                "SUPPORT BOT",
		`{{/* nothing */ -}} a`:                                                                      "a",
		`{{ printf "%05d|%s" 42 .Bot }}`:                                                             "00042|Support bot",
	} {
		got := strings.TrimPrefix(strings.TrimPrefix(body(t, template, e), "para "), "> ")
		if got != want {
			t.Errorf("%s: got %q, want %q", template, got, want)
		}
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

// TestOwnFunctions: those that are told of are those that there are.
func TestOwnFunctions(t *testing.T) {
	want := slices.Sorted(slices.Values(append(ownFunctions(), placeName, stepName)))
	if got := slices.Sorted(maps.Keys(new(execution).functions())); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, name := range ownFunctions() {
		_, call, _ := strings.Cut(usage(name), ": ")
		call = strings.TrimSpace(call[max(0, strings.LastIndex(call, ": ")+1):])
		if fault := Check(BodyPlace, "{{ "+call+" }}", []relay.Event{fullEvent(relay.Chat)}); fault != nil || !strings.HasPrefix(call, name+" ") {
			t.Errorf("%s is told to be called %q: %v", name, call, fault)
		}
		for _, bad := range []string{"{{ " + name + " }}", "{{ " + name + " 1 2 3 4 }}"} {
			if fault := Check(BodyPlace, bad, nil); fault == nil || fault.Error() != usage(name) {
				t.Errorf("%s: %v", bad, fault)
			}
		}
	}
}

// TestArgumentsOfPayload: what the vendor sends has a type only when it comes.
func TestArgumentsOfPayload(t *testing.T) {
	e := relay.Event{Text: "abcdef", Payload: json.RawMessage(`{"n":3,"s":"15:04","big":1e300,"t":"x"}`), CreatedAt: time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)}
	if got := body(t, "{{ truncate .Payload.n .Text }} {{ date .Payload.s .CreatedAt }}", e); got != "para > ab… 10:30" && got != "para ab… 10:30" {
		t.Errorf("got %s", got)
	}
	for template, want := range map[string]string{
		"{{ truncate .Payload.t .Text }}":        usage("truncate"),
		"{{ truncate .Payload.no .Text }}":       usage("truncate"),
		"{{ truncate .Payload.big .Text }}":      usage("truncate"),
		"{{ date .Payload.n .CreatedAt }}":       usage("date"),
		"{{ date .Payload.nothing .CreatedAt }}": usage("date"),
	} {
		if fault := Check(BodyPlace, template, []relay.Event{e}); fault == nil || fault.Error() != want {
			t.Errorf("%s: got %v, want %s", template, fault, want)
		}
	}
}
