package render

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"botrelay/relay"
)

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
