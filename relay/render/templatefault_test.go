package render

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"botrelay/relay"
)

// TestRunaways: what goes on for too long, or writes too much, ends.
func TestRunaways(t *testing.T) {
	turns := make([]relay.Turn, 2000)
	for i := range turns {
		turns[i].Text = strings.Repeat("x", 1000)
	}
	e := relay.Event{Text: "t", Transcript: turns, Payload: json.RawMessage(`"` + strings.Repeat("y", 1<<20) + `"`)}
	for _, template := range []string{
		"{{ range 1000000000 }}{{ end }}",
		"{{ range .Transcript }}{{ range $.Transcript }}{{ range $.Transcript }}{{ end }}{{ end }}{{ end }}",
		"{{ range .Transcript }}" + strings.Repeat("a", 100) + "{{ end }}",
		"{{ range .Transcript }}{{ json $.Payload }}{{ end }}",
		`{{ range 90000 }}{{ if printf "%999999d" 1 }}{{ end }}{{ end }}`,
		"{{ range 90000 }}{{ if html $.Payload }}{{ end }}{{ end }}",
		"{{ range 90000 }}{{ if upper $.Payload }}{{ end }}{{ end }}",
		"{{ range 90000 }}{{ if truncate 1000000 $.Payload }}{{ end }}{{ end }}",
		`{{ range 90000 }}{{ if default "" $.Payload }}{{ end }}{{ end }}`,
		"{{ range 90000 }}{{ $.Payload }}{{ end }}",
		"{{ index .Transcript 5000 }}",
		"{{ .Text.Foo }}",
		"{{ .Payload.a.b }}",
		strings.Repeat("> ", 100) + "a",
	} {
		var failures []string
		r := New(Config{
			Messages: map[string]*Custom{"lead": {Body: parsed(t, template)}},
			Failed:   func(_ relay.Event, message string, err error) { failures = append(failures, message+": "+err.Error()) },
		})
		e.Kind = relay.Lead
		got, want := r.Message(e), New(Config{}).Message(e)
		if dump(got) != dump(want) || len(failures) != 1 || !strings.HasPrefix(failures[0], "lead: ") {
			t.Errorf("%.60q: failures %q, or not the default", template, failures)
		}
	}
	r := New(Config{})
	blocks, err := r.bodyOf(parsed(t, "{{ range .Transcript }}- {{ .Text }}\n{{ end }}"), r.view(e, ""))
	if err != nil || len(blocks) != maxBlocks+1 || relay.Plain(blocks[0].Spans) != turns[0].Text || relay.Plain(blocks[100].Spans) != ellipsis {
		t.Errorf("a long conversation: %d blocks, %v", len(blocks), err)
	}
}

// TestFaults: where a template is wrong, and in what words.
func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"a\n b {{ .Text":                               "this {{ is not closed by }}",
		"a {{ define \"x\" }}{{ end }}":                "a template cannot define another one",
		"a\n{{ template \"x\" }}":                      "a template cannot call another one",
		"{{ range 10 }}{{ foo }}{{ end }}":             `unknown function "foo"`,
		"{{ (.Contact).Foo }}":                         `unknown name ".Foo"`,
		"{{ with $x := .Contact }}{{ .Foo }}{{ end }}": `unknown name ".Foo"`,
		"{{ .raw }}":                                   `unknown name ".raw"`,
		"{{ .Text.Foo }}":                              "can't evaluate field Foo in type string",
		"a {{ truncate 0 .Text }}":                     "truncate wants a number of characters above 0",
		"{{ date \"15:04\" \"Mars\" .CreatedAt }}":     `date: "Mars" is no time zone`,
		"{{ date \"YYYY-MM-DD\" .CreatedAt }}":         `date: "YYYY-MM-DD" is no layout: it has to show 2 January 2006, 15:04:05 in your form`,
		"{{ range 1000000 }}{{ end }}":                 "the template goes on for too long",
		"{{ .CreatedAt.Year }}":                        "Year: value method time.Time.Year called using nil *Time pointer",
	} {
		if fault := Check(BodyPlace, text, nil); fault == nil || fault.Error() != want {
			t.Errorf("%q: got %v, want %s", text, fault, want)
		}
	}
	for _, good := range []string{"", "{{ .Payload.a.b }}", "{{ range .Transcript }}{{ else }}none{{ end }}", "{{ md .Answer | truncate 20 }}"} {
		for _, place := range []Place{TitlePlace, BodyPlace, FieldPlace, FooterPlace} {
			if fault := Check(place, good, []relay.Event{fullEvent(relay.Chat)}); fault != nil {
				t.Errorf("%q: %v", good, fault)
			}
		}
	}
}

// TestForeignTemplates: what stands in another language of templates is told, with
// what to write, and where.
func TestForeignTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"{{ .contact.name }}":                      `3: unknown name ".contact", like .Contact`,
		"{{ .Contact.nam }}":                       `11: unknown name ".nam", like `,
		"{{ $.Contact.nam }}":                      `12: unknown name ".nam", like `,
		"{{ .Fields }}":                            `3: unknown name ".Fields", like .Payload`,
		"{{ .Email }}":                             `3: unknown name ".Email", like .Contact.Email`,
		"{{ contact.name }}":                       `3: unknown function "contact", like .Contact`,
		"{{ email }}":                              `3: unknown function "email", like .Contact.Email`,
		"{{ uppercase .Bot }}":                     `3: unknown function "uppercase", like upper`,
		"{{ .Bot | to_lower }}":                    `10: unknown function "to_lower", like lower`,
		"{{ .Text.length }}":                       `8: a text has no length of its own: write len before it, as in len .Contact.Name`,
		"a {{ if .Text == \"a\" }}x{{ end }}":      `14: there is no == here: write eq, as in eq .Channel "whatsapp"`,
		"{{ if .Text && .Answer }}x{{ end }}":      `12: there is no && here: write and, as in and .Contact.Name .Contact.Email`,
		"{{ .Bot || .Text }}":                      `8: there is no || here: write or, as in or .Contact.Name .Contact.Email`,
		"{{ if !.Text }}x{{ end }}":                `6: there is no ! here: write not, as in not .Text`,
		"{{ if gt .Text \"==\" 'a b' }}x{{ end }}": "20: a text within {{ }} stands between \" or `",
		"{{ default 'x' .Bot }}":                   "11: a text within {{ }} stands between \" or `",
		"{{#if .Text}}x{{/if}}":                    `0: this is of another language of templates: write {{ if .Text }}`,
		"{{ if .Text }}x{{/if}}":                   `15: this is of another language of templates: write {{ end }}`,
		"{{ if .Text }}x{{ endif }}":               `15: there is no {{ endif }}: write {{ end }}`,
		"{{ if .Text }}x{{ elsif .Bot }}{{ end }}": `18: there is no {{ elsif }}: write {{ else if .Text }}`,
		"{{ for x in .Transcript }}{{ end }}":      `0: there is no {{ for }}: write {{ range .Transcript }}`,
		"{{ range .Text }}{{/* it's Bob's */}}":    `0: this {{ range }} has no {{ end }}`,
	} {
		fault := Check(BodyPlace, text, nil)
		if fault == nil || fault.Warning {
			t.Errorf("%s: %v", text, fault)
			continue
		}
		got := fmt.Sprintf("%d: %s", fault.Offset, fault)
		if fault.Name != "" {
			got += ", like " + fault.Like
		}
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"a { .Contact.Name }":      "2: { .Contact.Name } is sent as it stands: write {{ .Contact.Name }}",
		"{name}":                   "0: {name} is sent as it stands: write {{ .Contact.Name }}",
		"#{bot_id}":                "0: #{bot_id} is sent as it stands: write {{ .BotID }}",
		"{{ .Text }} {event.kind}": "12: {event.kind} is sent as it stands: write {{ .Kind }}",
		"[[ .Text ]]":              "0: [[ .Text ]] is sent as it stands: write {{ .Text }}",
		"{% if x %}y{% endif %}":   "0: {% if x %} is sent as it stands: write {{ if .Text }}",
		"{% include 'x' %}":        "0: {% include 'x' %} is sent as it stands: write {{ .Contact.Name }}, or another name of the event",
		"<%= contact.email %>":     "0: <%= contact.email %> is sent as it stands: write {{ .Contact.Email }}",
		"%(email)s":                "0: %(email)s is sent as it stands: write {{ .Contact.Email }}",
		"New: %s":                  "5: %s is sent as it stands: write {{ .Contact.Name }}, or another name of the event",
		"{}":                       "", "{a}": "", "100 %": "", "{\"text\": 1}": "", "[text](https://example.com)": "", "a < b > c": "", "{ \u00a0 }": "", "[ ] todo": "", "{{ .Payload.text }}": "",
	} {
		fault, got := Check(BodyPlace, text, nil), ""
		if fault != nil {
			got = fmt.Sprintf("%d: %s", fault.Offset, fault)
		}
		if got != want || fault != nil && !fault.Warning {
			t.Errorf("%s: got\n%s\nwant\n%s", text, got, want)
		}
	}
}
