package config_test

import (
	"strings"
	"testing"

	"botrelay/relay/config"
)

// messages is a file with these lines of messages, and a route that names urgent.
func messages(lines string) string {
	return strings.Replace(rest, "match = {}", "match = {}\nmessage = 'urgent'", 1) + lines
}

// TestMessages reads DESIGN's own example.
func TestMessages(t *testing.T) {
	cfg, problems := parse(t, messages(`[messages.lead]
title = ""
fields = {}
[messages.urgent]
title  = "🚨 {{ .Channel }} message for {{ .Bot }}"
body   = "{{ .Text }}"
fields = { From = "{{ .Contact.Handle }}", Page = "{{ .PageURL }}", "A b" = "${SOME} $$" }
footer = "{{ .Source }}"
color  = "#D83a3a"
link   = "{{ .ConversationURL }}"
[messages.other]
fields.Zebra = "1"
fields.Apple = "2"
color = "#000000"
[messages.chat]
color = "#fA3"
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	lead, urgent, other := cfg.Messages[0], cfg.Messages[1], cfg.Messages[2]
	if *lead.Title != "" || lead.Fields == nil || len(lead.Fields) != 0 || lead.Body != nil || lead.Footer != nil || lead.Link != nil || lead.Color != 0 {
		t.Errorf("lead: %+v", lead)
	}
	want := []config.MessageField{{Name: "From", Value: "{{ .Contact.Handle }}"}, {Name: "Page", Value: "{{ .PageURL }}"}, {Name: "A b", Value: "maybe-later $"}}
	for i, f := range want {
		if len(urgent.Fields) != len(want) || urgent.Fields[i] != f {
			t.Errorf("fields: %q", urgent.Fields)
		}
	}
	if *urgent.Title != "🚨 {{ .Channel }} message for {{ .Bot }}" || *urgent.Body != "{{ .Text }}" || *urgent.Footer != "{{ .Source }}" ||
		*urgent.Link != "{{ .ConversationURL }}" || urgent.Color != 0xD83A3A {
		t.Errorf("urgent: %+v", urgent)
	}
	if f := other.Fields; len(f) != 2 || f[0].Name != "Zebra" || f[1].Name != "Apple" || other.Color == 0 {
		t.Errorf("other: %+v", other)
	}
	if chat := cfg.Messages[3]; chat.Color != 0xFFAA33 {
		t.Errorf("chat: %+v", chat)
	}
	if cfg.Routes[0].Message != "urgent" {
		t.Errorf("route: %+v", cfg.Routes[0])
	}
}

// TestBadMessages: what is wrong with a template is told where it stands in the
// file, however its text is written.
func TestBadMessages(t *testing.T) {
	urgent := func(lines string, want ...string) bad { return bad{messages("[messages.urgent]\n" + lines), want} }
	const bto = `unknown name ".Bto": did you mean .Bot?`
	testBad(t, []bad{
		urgent("title = \"🚨 é {{ ‸.Bto }}\"", `"title": `+bto),
		urgent("title = '🚨 é {{ ‸.Bto }}'", `"title": `+bto),
		urgent("body = \"\"\"\nä\n  {{ .Text }} {{ ‸.Bto }}\n\"\"\"", `"body": `+bto),
		urgent("body = '''\r\nä\r\n  {{ .Text }} {{ ‸.Bto }}\r\n'''", `"body": `+bto),
		urgent("body = \"\"\"ä \\\n   \n  b {{ ‸.Bto }}\"\"\"", `"body": `+bto),
		urgent(`title = "\t\u00e9\U0001F600\"\\\x41 {{ ‸.Bto }}"`, `"title": `+bto),
		urgent("title = ‸\"a $$ b {{ .Bto }}\"", `"title": `+bto),
		urgent("title = ‸\"a ${SOME} b {{ .Bto }}\"", `"title": `+bto),
		urgent("title = \"{{ ‸.Bto }} ${SOME}\"", `"title": `+bto),
		urgent("fields = { From = '{{ ‸.Bto }}', ‸'' = 'x', To = ‸5 }", `"From": `+bto, `the name of a field is empty`, `"To" wants a string, got an integer`),
		urgent("fields = ‸['x']", `"fields" wants a table, as in { From = "{{ .Contact.Name }}" }, got a list`),
		urgent("title = '{{ .Contact‸.Nmae }}'", `"title": unknown name ".Nmae": did you mean .Name?`),
		urgent("title = '{{ if false }}{{ range .Transcript }}{{ ‸.Texr }}{{ end }}{{ end }}'", `"title": unknown name ".Texr": did you mean .Text?`),
		urgent("title = '{{ with .Contact }}{{ $‸.Emial }}{{ end }}'", `"title": unknown name ".Emial" (known: .Answer, .Bot, .BotID, .Channel, .ChannelName, .Contact, .ConversationID, .ConversationURL, .CreatedAt, .EventType, .ID, .Kind, .PageURL, .Payload, .ReceivedAt, .Scheduled, .Source, .Subject, .Text, .Transcript, .Vendor)`),
		urgent("title = '{{ .Text | ‸uper }}'", `"title": unknown function "uper": did you mean upper?`),
		urgent("title = '{{ .Text | ‸_place }}'", `"title": unknown function "_place" (known: and, call, date, default, digits, eq, ge, gt, host, html, index, js, json, le, len, lower, lt, md, ne, not, or, phone, print, printf, …)`),
		urgent("title = 'a {{ ‸index .Transcript 3 }}'", `"title": index: index out of range: 3`),
		urgent("body = '''a\n‸{{ if .Text }}'''", `"body": unexpected EOF`),
		urgent("color = ‸'#d83a3'\nlink = '‸crm/{{ .ID }}'", `"color" wants a colour such as "#d83a3a", got "#d83a3"`,
			`"link": makes no web address: it wants one such as "https://example.com/{{ .ConversationID }}"`),
		urgent("color = ‸'#ff'", `"color" wants a colour such as "#d83a3a", got "#ff"`),
		urgent("color = ‸'#ffg'", `"color" wants a colour such as "#d83a3a", got "#ffg"`),
		urgent("color = ‸'fff'", `"color" wants a colour such as "#d83a3a", got "fff"`),
		urgent("color = ‸'#+1f'", `"color" wants a colour such as "#d83a3a", got "#+1f"`),
		urgent("color = ‸5", `"color" wants a colour such as "#d83a3a", got an integer`),
		urgent("color = ‸'red'", `"color" wants a colour such as "#d83a3a", got "red"`),
		urgent("‸colour = '#d83a3a'", `unknown key "colour": did you mean "color"?`),
		urgent("title = ‸5", `"title" wants a string, got an integer`),
		{messages("‸[messages.urgent]"), []string{`warning: the message "urgent" says nothing of itself: it is the default`}},
		{messages("[messages.urgent]\ntitle = 'x'\n‸[messages.leads]\ntitle = 'x'"), []string{`warning: no event gets the message "leads": no route has message = "leads", and it is no kind: did you mean [messages.lead]?`}},
		{messages("[messages.urgent]\ntitle = 'x'\n[messages.‸'a b']\ntitle = 'x'"), []string{`the name "a b" may have letters, digits, "-", "_" and "." only`}},
		{messages("[messages]\n‸urgent = 5"), []string{`a message has a table of its own, as in [messages.lead]: "urgent" is an integer`}},
		{strings.Replace(rest, "[sinks", "conversation_url = '‸/c/{{ .ConversationID }}'\n[sinks", 1), []string{
			`"conversation_url": makes no web address: it wants one such as "https://example.com/{{ .ConversationID }}"`,
		}},
	})
}
