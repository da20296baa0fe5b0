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
		urgent("fields = { From = '{{ ‸.Bto }}', ‸'' = 'x', To = ‸5 }", `"From": `+bto, `the name of a field is empty`, `"To" wants a string, got an integer: write "5"`),
		urgent("fields = ‸['x']", `"fields" wants a table, as in { From = "{{ .Contact.Name }}" }, got a list`),
		urgent("title = '{{ .Contact‸.Nmae }}'", `"title": unknown name ".Nmae": did you mean .Name?`),
		urgent("title = '{{ if false }}{{ range .Transcript }}{{ ‸.Texr }}{{ end }}{{ end }}'", `"title": unknown name ".Texr": did you mean .Text?`),
		urgent("title = '{{ with .Contact }}{{ $‸.Emial }}{{ end }}'", `"title": unknown name ".Emial" (known: .Answer, .Bot, .BotID, .Channel, .ChannelName, .Contact, .ConversationID, .ConversationURL, .CreatedAt, .EventType, .ID, .Kind, .PageURL, .Payload, .ReceivedAt, .Scheduled, .Source, .Subject, .Text, .Transcript, .Vendor)`),
		urgent("title = '{{ .Text | ‸uper }}'", `"title": unknown function "uper": did you mean upper?`),
		urgent("title = '{{ .Text | ‸_place }}'", `"title": unknown function "_place" (known: default, truncate, date, phone, digits, host, json, md, upper, lower, and, call, eq, ge, gt, html, index, js, le, len, lt, ne, not, or, …)`),
		urgent("title = 'a {{ ‸index .Transcript 3 }}'", `"title": index: index out of range: 3`),
		urgent("body = '''a\n‸{{ if .Text }}'''", `"body": this {{ if }} has no {{ end }}`),
		urgent("title = '‸{{ .Bot } on {{ .Channel }}'", `"title": this {{ is not closed by }}`),
		urgent("title = 'a {{ .Bot }} ‸{{ .Text'", `"title": this {{ is not closed by }}`),
		urgent("title = 'a ‸{{ .Bot }'", `"title": this {{ is not closed by }}`),
		urgent("title = 'a ‸{{/* b }}'", `"title": this {{ is not closed by }}`),
		urgent("title = '‸{{- with .Bot }}{{ \"}}\" }}{{/* }} {{ */}}{{ if .Text }}{{ else }}x{{ end -}}'", `"title": this {{ with }} has no {{ end }}`),
		urgent("title = '{{ default \"a {{ \\\" }\" .Bot }} ‸{{ if .Text }}x'", `"title": this {{ if }} has no {{ end }}`),
		urgent("title = '{{ if .Bot }}x{{ end }}‸{{ end }}'", `"title": this {{ end }} has no {{ if }}, {{ range }} or {{ with }}`),
		urgent("title = 'x ‸{{ else }}'", `"title": this {{ else }} has no {{ if }}, {{ range }} or {{ with }}`),
		urgent("title = '{{ .Bot }} ‸{{ if }}x{{ end }}'", `"title": this {{ if }} wants a value`),
		urgent("title = '{{ .Bot }} ‸{{ }}'", `"title": there is nothing between {{ and }}`),
		urgent("title = '{{ .Bot }} ‸{{ default “x” .Text }}'", "\"title\": a text within {{ }} stands between \" or `"),
		urgent("title = '{{ $x := .Bot }}{{ $x }}‸{{ $y }}'", `"title": undefined variable "$y"`),
		urgent("title = '{{ .Bot }} ‸{{ .Payload.first-name }}'", `"title": a name with "-" is told by index: index .Payload "first-name"`),
		urgent("title = '{{ ‸truncate .Text 80 }}'", `"title": truncate wants a number and a text: truncate 80 .Text`),
		urgent("title = '{{ if .Subject }}{{ .Text | ‸truncate }}{{ end }}'", `"title": truncate wants a number and a text: truncate 80 .Text`),
		urgent("title = '{{ ‸truncate \"80\" .Text }}'", `"title": truncate wants a number and a text: truncate 80 .Text`),
		urgent("title = '{{ ‸date .ReceivedAt }}'", `"title": date wants a layout, perhaps a time zone, and a time: date "15:04" "Europe/Berlin" .ReceivedAt`),
		urgent("title = '{{ ‸date .ReceivedAt \"15:04\" }}'", `"title": date wants a layout, perhaps a time zone, and a time: date "15:04" "Europe/Berlin" .ReceivedAt`),
		urgent("title = '{{ ‸default .Contact.Name }}'", `"title": default wants what stands in for a value, and the value: default "someone" .Contact.Name`),
		urgent("title = '{{ ‸default \"a\" \"b\" .Contact.Name }}'", `"title": default wants what stands in for a value, and the value: default "someone" .Contact.Name`),
		urgent("title = '{{ ‸upper .Bot .Text }}'", `"title": upper wants one text: upper .Bot`),
		urgent("title = 'a {{ ‸default .Contact.Name \"x\" }}'", `warning: "title": this is always "x": the fallback comes first, as in default "x" .Contact.Name`),
		urgent("title = '{{ ‸.Name }}'", `"title": unknown name ".Name": did you mean .Contact.Name?`),
		urgent("title = '{{ ‸.email }}'", `"title": unknown name ".email": did you mean .Contact.Email?`),
		urgent("body = '{{ range .Transcript }}{{ ‸.Bot }}{{ end }}'", `"body": unknown name ".Bot": did you mean $.Bot?`),
		urgent("title = '{{ .Text | ‸trunc 5 }}'", `"title": unknown function "trunc": did you mean truncate?`),
		urgent("color = ‸'#d83a3'\nlink = '‸crm/{{ .ID }}'", `"color" wants a colour such as "#d83a3a", got "#d83a3"`,
			`"link": makes no web address: it wants one such as "https://example.com/{{ .ConversationID }}"`),
		urgent("color = ‸'#ff'", `"color" wants a colour such as "#d83a3a", got "#ff"`),
		urgent("color = ‸'#ffg'", `"color" wants a colour such as "#d83a3a", got "#ffg"`),
		urgent("color = ‸'fff'", `"color" wants a colour such as "#d83a3a", got "fff"`),
		urgent("color = ‸'#+1f'", `"color" wants a colour such as "#d83a3a", got "#+1f"`),
		urgent("color = ‸5", `"color" wants a colour such as "#d83a3a", got an integer`),
		urgent("color = ‸'red'", `"color" wants a colour such as "#d83a3a", got "red"`),
		urgent("‸colour = '#d83a3a'", `unknown key "colour": did you mean "color"?`),
		urgent("title = ‸5", `"title" wants a string, got an integer: write "5"`),
		{messages("‸[messages.urgent]"), []string{`warning: the message "urgent" says nothing of itself: it is the default`}},
		{messages("[messages.urgent]\ntitle = 'x'\n‸[messages.leads]\ntitle = 'x'"), []string{`warning: no event gets the message "leads": no route has message = "leads", and it is no kind: did you mean [messages.lead]?`}},
		{messages("[messages.urgent]\ntitle = 'x'\n[messages.‸'a b']\ntitle = 'x'"), []string{`the name "a b" may have letters, digits, "-", "_" and "." only`}},
		{messages("[messages]\n‸urgent = 5"), []string{`a message has a table of its own, as in [messages.lead]: "urgent" is an integer`}},
		{strings.Replace(rest, "[sinks", "conversation_url = '‸/c/{{ .ConversationID }}'\n[sinks", 1), []string{
			`"conversation_url": makes no web address: it wants one such as "https://example.com/{{ .ConversationID }}"`,
		}},
	})
}
