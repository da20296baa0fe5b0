package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/config"
	"botrelay/relay/render"
	"botrelay/relay/route"
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
	renderer, err := newRenderer(cfg, nil)
	if err != nil {
		return err
	}
	table, err := tableOf(cfg, renderer, nil)
	if err != nil {
		return err
	}
	x := explained{newScreen(w), cfg, e, table.Explain(&e)}
	if c.JSON {
		return x.json()
	}
	x.print(renderer.Message(e).Title)
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
	x.flow(bold, render.Line(title, longest), "  ", "")
	facts := append([]string{"from " + x.event.Source + " (" + x.event.Vendor + ")"}, factsOf(x.event)...)
	x.flow(noTint, "", "  ", strings.Join(facts, " · "))
	_, _ = fmt.Fprintln(x)
	width := 0
	for _, s := range x.Steps {
		width = max(width, columns(routeName(s.Route)))
	}
	for i, s := range x.Steps {
		mark, color, said := x.step(s)
		head := fmt.Sprintf("%s %*d. %s  ", mark, len(fmt.Sprint(len(x.Steps))), i+1, pad(routeName(s.Route), width))
		x.flow(color, head, strings.Repeat(" ", columns(head)), said)
	}
	_, _ = fmt.Fprintln(x)
	x.verdict()
}

// factsOf says what routes may look at in an event, beside who sent it.
func factsOf(e relay.Event) []string {
	facts := []string{"kind " + string(e.Kind)}
	for _, f := range [][2]string{{"event_type", e.EventType}, {"channel", e.Channel}, {"bot_id", e.BotID}} {
		if value := render.Line(f[1], longest); value != "" {
			facts = append(facts, f[0]+" "+value)
		}
	}
	return facts
}

// routeName is a route's name on one line.
func routeName(name string) string { return render.Line(name, maxRouteName) }

// maxRouteName is how much of a route's name a list shows, in runes.
const maxRouteName = 40

// step says what a route has to do with the event.
func (x explained) step(s route.Step) (mark string, color tint, said string) {
	switch {
	case s.Behind != "":
		return "·", faint, fmt.Sprintf("not asked: %q is final", routeName(s.Behind))
	case s.Miss != nil:
		return "✗", faint, x.missed(s.Route, s.Miss)
	}
	said = "→ " + strings.Join(s.To, ", ")
	if len(s.New) == 0 {
		said += " (which has it already, by a route above)"
	} else if len(s.New) < len(s.To) {
		said = fmt.Sprintf("→ %s (the others have it already)", strings.Join(s.New, ", "))
	}
	if s.Err != nil {
		said += fmt.Sprintf("; its condition cannot be told for this event, which counts as true: %s", render.Line(detailOf(s.Err), longest))
	} else if s.Final {
		said += ", and no further"
	}
	return "✓", green, said
}

// detailOf is why a condition cannot be told. On this event's owner's screen its
// words are no secret.
func detailOf(err error) string {
	if fault, ok := errors.AsType[*condition.Error](err); ok && fault.Detail != "" {
		return fault.Detail
	}
	return err.Error()
}

// missed says on which key a route does not hold.
func (x explained) missed(name string, m *route.Miss) string {
	switch m.Key {
	case route.KeyWhen:
		return "when does not hold: " + render.Line(m.Want[0], longest)
	case route.KeyActive:
		i := slices.IndexFunc(x.cfg.Routes, func(r config.Route) bool { return r.Name == name })
		zone := x.cfg.Routes[i].Active.Zone
		return fmt.Sprintf("not active: it is %s, and it applies %s", x.event.ReceivedAt.In(zone).Format("Mon 15:04 MST"), activeText(x.cfg.Routes[i].Active))
	}
	got := m.Key + " is " + render.Line(m.Got, longest)
	if m.Got == "" {
		got = "it has no " + m.Key
	}
	return got + "; wanted: " + wantedText(m.Want)
}

// verdict says who gets the event.
func (x explained) verdict() {
	switch {
	case len(x.Owed) == 0:
		x.flow(red, "It goes nowhere: ", "  ", "no route takes it, and there is no [default]. It is kept, and botrelay replay --reroute delivers it once a route does.")
	case len(x.Default) > 0:
		x.flow(noTint, "It goes to "+strings.Join(x.Default, ", "), "  ", ", as [default] says, since no route takes it.")
	default:
		var to []string
		for _, o := range x.Owed {
			to = append(to, o.Sink)
		}
		x.flow(noTint, "It goes to ", "  ", strings.Join(to, ", ")+".")
	}
}

// explainedRoute is a route in the JSON.
type explainedRoute struct {
	Name   string   `json:"name"`
	To     []string `json:"to"`
	Final  bool     `json:"final"`
	Holds  bool     `json:"holds"`
	New    []string `json:"new,omitempty"`
	Error  string   `json:"error,omitempty"`
	Behind string   `json:"behind,omitempty"`
	Key    string   `json:"key,omitempty"`
	Wanted []string `json:"wanted,omitempty"`
	Got    *string  `json:"got,omitempty"` // of a match; "" if the event has none
}

// json writes what print does for programs.
func (x explained) json() error {
	out := struct {
		Event   relay.Event      `json:"event"`
		Routes  []explainedRoute `json:"routes"`
		Default []string         `json:"default"`
		Owed    []explainedOwed  `json:"owed"`
	}{x.event, []explainedRoute{}, append([]string{}, x.Default...), []explainedOwed{}}
	for _, s := range x.Steps {
		r := explainedRoute{Name: s.Route, To: s.To, Final: s.Final, Holds: s.Behind == "" && s.Miss == nil, New: s.New, Behind: s.Behind}
		if s.Err != nil {
			r.Error = detailOf(s.Err)
		}
		if s.Miss != nil {
			r.Key, r.Wanted = s.Miss.Key, s.Miss.Want
			if s.Miss.Key != route.KeyWhen && s.Miss.Key != route.KeyActive {
				r.Got = &s.Miss.Got
			}
		}
		out.Routes = append(out.Routes, r)
	}
	for _, o := range x.Owed {
		out.Owed = append(out.Owed, explainedOwed(o))
	}
	e := json.NewEncoder(x)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

type explainedOwed struct {
	Sink  string `json:"sink"`
	Route string `json:"route"`
}
