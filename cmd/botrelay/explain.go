package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/report"
	"botrelay/relay/route"
	"botrelay/relay/wording"
	"botrelay/sinks/trial"
)

type explainCmd struct {
	configFlag
	eventFlags
	At   string `help:"As if it came in at this time: 22:30, Fri 22:30 or 2026-03-14 22:30, in the server's zone, or 2026-03-14T22:30:00Z." placeholder:"TIME"`
	Tree bool   `help:"Show which routes each source's events may take, instead of one event."`
	JSON bool   `name:"json" help:"As JSON."`
}

// Help is what --help adds to the flags.
func (*explainCmd) Help() string {
	return `Nothing is sent, and no secret is needed.

  botrelay explain lead.json                      an event of yours
  botrelay explain --sample chatzuri/whatsapp     a sample
  botrelay explain --source website --list        which samples there are
  botrelay explain --at 'Fri 22:30'               as if it came in then
  botrelay explain --tree                         all routes, by source

--json is an object with "event" (its fields as routes see them), "routes", "default" and "owed" (who gets it, by which route). Each route has "name", "to", "final" and "holds". One that does not hold has "key", the first key of it that does not, with what it wants in "wanted" and what the event has in "got"; or "behind", the final route that keeps the event from it. One that holds has "new", the sinks that no route before it has named, and perhaps "error", if its condition cannot be told for this event.`
}

// Run says which routes match an event, and why the others do not.
func (c *explainCmd) Run(w *world) error {
	if c.Tree && (c.File != "" || c.Sample != "" || c.JSON) {
		return usage{errors.New("--tree shows all routes: it goes with no event, and is not for programs")}
	}
	cfg, _, err := readWithoutSecrets(w, c.Config)
	if err != nil {
		return err
	}
	if c.Tree {
		return tree(newScreen(w), cfg, c.Source)
	}
	if asked, err := c.shown(w, cfg); asked {
		return err
	}
	e, err := c.decoded(w, cfg, c.Config)
	if err != nil {
		return err
	}
	if c.At != "" {
		at, ok := timeAt(c.At, e.ReceivedAt.In(cfg.Server.Timezone))
		if !ok {
			return usage{fmt.Errorf("--at wants a time such as 22:30, Fri 22:30, 2026-03-14 22:30 or 2026-03-14T22:30:00+01:00, got %q", c.At)}
		}
		e.ReceivedAt = at
	}
	t, err := trial.New(cfg, nil, nil)
	if err != nil {
		return err
	}
	x := explained{newScreen(w), cfg, e, t.Explain(&e)}
	if c.JSON {
		return x.json()
	}
	x.print(t.Renderer.Message(e).Title)
	return nil
}

// explained is an event and what the routes have to do with it.
type explained struct {
	screen

	cfg   *config.Config
	event relay.Event
	route.Explanation
}

// print tells of the event, of every route, and of where the event goes.
func (x explained) print(title string) {
	x.flow(bold, wording.Line(title), "  ", "")
	facts := append([]string{"from " + x.event.Source + " (" + x.event.Vendor + ")"}, wording.Facts(&x.event)...)
	x.flow(noTint, "", "  ", strings.Join(facts, " · "))
	_, _ = fmt.Fprintln(x)
	width, words := 0, wording.Explained{Routes: x.cfg.Routes, Event: &x.event}
	for _, s := range x.Steps {
		width = max(width, columns(wording.RouteName(s.Route)))
	}
	for i, s := range x.Steps {
		said := words.Step(s)
		mark, color := marked(said.Mark)
		head := fmt.Sprintf("%s %*d. %s  ", mark, len(fmt.Sprint(len(x.Steps))), i+1, pad(wording.RouteName(s.Route), width))
		x.flow(color, head, strings.Repeat(" ", columns(head)), said.Text)
	}
	_, _ = fmt.Fprintln(x)
	x.verdict()
}

// marked is a mark as a terminal shows it.
func marked(m wording.Mark) (sign string, color tint) {
	switch m {
	case wording.Takes:
		return "✓", green
	case wording.Misses:
		return "✗", faint
	case wording.Behind:
	}
	return "·", faint
}

// missed says on which key a route does not hold.
func (x explained) missed(name string, m *route.Miss) string {
	return wording.Explained{Routes: x.cfg.Routes, Event: &x.event}.Missed(name, m)
}

// verdict says who gets the event.
func (x explained) verdict() {
	text := wording.Verdict(x.Explanation)
	if len(x.Owed) > 0 {
		x.flow(noTint, "", "  ", text)
		return
	}
	head, rest, _ := strings.Cut(text, ": ")
	x.flow(red, head+": ", "  ", strings.TrimSuffix(rest, ".")+", and botrelay replay --reroute delivers it once a route does.")
}

// json writes what print does for programs.
func (x explained) json() error {
	e := json.NewEncoder(x)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(report.OfRoutes(x.event, x.Explanation))
}
