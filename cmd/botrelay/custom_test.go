package main

import (
	"io"
	"log/slog"
	"strings"
	"testing"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/sinks/sandbox"
	"botrelay/sinks/transport"
)

// customRoutes are messages of every shape that a template can have.
const customRoutes = `
[messages.title]
title = "{{ .Text }}"
body = ""
fields = {}
footer = ""
[messages.bare]
title = "x"
body = ""
fields = {}
footer = "**{{ .Text }}** [{{ .Text }}](https://crm.example/{{ .Text }})"
[messages.fields]
body = ""
fields = { "{{ .Text }}" = "*{{ .Text }}*", "**b**" = "[x]({{ .Text }}) {{ .Text }}" }
[messages.all]
title = "{{ range .Transcript }}{{ .Text }}{{ end }}{{ .Text }}"
body = """
# {{ .Text }}

**{{ .Text }}** ~~*{{ .Text }}*~~ [{{ .Text }}](https://crm.example/?q={{ .Text }}) {{ md .Text }}

{{ .Text }}

- {{ .Text }}
  1. {{ md .Text }}

> {{ .Text }}
> {{ md .Text }}

| {{ .Text }} | b |
|---|---|
| [c](mailto:{{ .Text }}) | {{ md .Text }} |

` + "`{{ .Text }}` ![x](https://crm.example/{{ .Text }}.png)\n\n```\n{{ .Text }}\n```" + `

{{ md .Text }}
"""
color = "#000000"
link = "https://crm.example/{{ .Text }}"
`

// TestCustomOnPlatforms: no platform refuses what a template makes, whatever its
// shape and whatever customers write.
func TestCustomOnPlatforms(t *testing.T) {
	box := sandbox.New(sandbox.Config{})
	defer box.Close()
	page, stop, err := serveHTTP(t.Context(), box)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	env := demoEnv(page.String(), t.TempDir())
	cfg, _, err := parse(&world{getenv: env, stderr: io.Discard}, config.File{Name: "demo.toml", Data: append(demoRoutes, customRoutes...)})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Messages = append(cfg.Messages, config.Message{Name: "none"})
	var r *render.Renderer
	failures := &strings.Builder{}
	for _, m := range cfg.Messages {
		cfg.Routes = append(cfg.Routes, config.Route{Name: m.Name, Message: m.Name})
	}
	if r, err = rendererOf(cfg, countsOf(cfg, slog.New(slog.DiscardHandler)), slog.New(slog.NewTextHandler(failures, nil))); err != nil {
		t.Fatal(err)
	}
	opened, _, err := openSinks(cfg.Sinks, transport.Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		"Hi", "", "x\n\ny", "@everyone <!channel> **b** `c` [a](https://evil.example) ~~~\n```\n<@U1> /cmd #tag \\",
		strings.Repeat("long 🦊 text *b* ", 2000), strings.Repeat("\n- a", 600), "\u202E\x00\uFDD00\uFDD1",
	} {
		e := eventOf(t, "chatzuri", "whatsapp")
		e.Text, e.Transcript = said, []relay.Turn{{Role: "user", Text: said}}
		for _, m := range cfg.Messages {
			for i, sink := range opened {
				for _, form := range []relay.Form{relay.Rich, relay.Text} {
					post := relay.Post{Messages: []relay.Message{r.MessageFor(e, m.Name)}, Form: form, Nonce: "n"}
					if v := sink.Send(t.Context(), post); v.Outcome != relay.Sent {
						t.Errorf("%s, %s, %s, %.20q: %s: %s", cfg.Sinks[i].Name, m.Name, form, said, v.Outcome, v.Reason)
					}
				}
			}
		}
	}
	if failures.Len() > 0 {
		t.Errorf("templates failed: %s", failures)
	}
}
