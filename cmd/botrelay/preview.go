package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"botrelay/relay"
	"botrelay/relay/condition"
	"botrelay/relay/config"
	"botrelay/relay/route"
	"botrelay/relay/wording"
	"botrelay/sinks/trial"
)

type previewCmd struct {
	configFlag
	eventFlags
	Sink  []string `help:"Show it on this sink, wherever the routes send it; may be given several times." placeholder:"NAME"`
	Route string   `help:"Show it as this route sends it, whether or not it matches." placeholder:"NAME"`
	JSON  bool     `name:"json" help:"What the platforms' APIs would be told, as JSON."`
	HTML  string   `name:"html" help:"Write a page that looks like the apps; - for standard output." placeholder:"FILE"`
	Color string   `help:"Colours, styles and links that can be clicked: auto (on a terminal), always or never." enum:"auto,always,never" default:"auto"`
}

// Help is what --help adds to the flags.
func (*previewCmd) Help() string {
	return `The message is made and laid out by what would send it, and a stand-in of the platform says whether it would be taken. Nothing leaves this machine, and no secret is needed.

  botrelay preview                           the vendor's first sample, where the routes send it
  botrelay preview --sample whatsapp         another one; --list names them
  botrelay preview lead.json --sink sales    an event of yours, on one sink
  botrelay preview --raw >lead.json          a sample as its vendor sends it, to start from
  botrelay preview --route night             with the message of the route "night"
  botrelay preview --html preview.html       as a page

--json is an object with "event" and "messages". Each message has "sink", "type" (the platform), "route" (absent: none sends it there), "method", "url" (secrets as ***), "body" and, if the platform would not take it, "refused". The body is the JSON that is sent; Slack's and Telegram's forms are an object of their fields, with the JSON in them parsed and without the token.`
}

// Run shows how messages look.
func (c *previewCmd) Run(ctx context.Context, w *world) error {
	if c.JSON && c.HTML != "" {
		return usage{errors.New("give --json or --html, not both")}
	}
	cfg, unset, err := readWithoutSecrets(w, c.Config)
	if err != nil {
		return err
	}
	if asked, err := c.shown(w, cfg); asked {
		return err
	}
	e, err := c.decoded(w, cfg, c.Config)
	if err != nil {
		return err
	}
	if err := c.known(cfg); err != nil {
		return err
	}
	t, err := trial.New(cfg, unset, nil)
	if err != nil {
		return err
	}
	p, err := c.shoot(ctx, t, e)
	if err != nil {
		return err
	}
	switch {
	case c.JSON:
		err = p.writeJSON(w.stdout)
	case c.HTML != "":
		err = p.writePage(w, c.HTML)
	default:
		err = p.print(newScreen(w).colored(c.Color))
	}
	return errors.Join(err, p.told(w, c.JSON || c.HTML != ""))
}

// readWithoutSecrets reads a routes file of which nothing is sent: where a
// secret is missing, something stands in for it. unset tells for which keys of a
// sink.
func readWithoutSecrets(w *world, path string) (cfg *config.Config, unset map[string][]string, err error) {
	data, err := readFile(path)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	env, ins := configEnv(w.getenv), trial.NewStandIns()
	env.StandIn = ins.Of
	cfg, problems := config.Parse(config.File{Name: path, Data: data}, env)
	if cfg == nil {
		_, _ = fmt.Fprintln(w.stderr, problems)
		return nil, nil, silent{fmt.Errorf("%s is not good", path)}
	}
	return cfg, ins.Unset, nil
}

// shoot lets the sinks that the routes or the flags name post their messages.
func (c *previewCmd) shoot(ctx context.Context, t *trial.Trial, e relay.Event) (p *previews, err error) {
	p = &previews{Trial: t, event: e}
	var owed []relay.Owed
	owed, p.notes = c.owed(t.Config, e, t.Explain(&e))
	p.shots, err = t.Take(ctx, e, owed)
	return p, err
}

// owed returns where an event is to be shown, and what there is to say of it.
func (c *previewCmd) owed(cfg *config.Config, e relay.Event, x route.Explanation) (owed []relay.Owed, notes []string) {
	owed = x.Owed
	for _, s := range x.Steps {
		if s.Err != nil {
			notes = append(notes, conditionNote(s))
		}
	}
	if c.Route != "" {
		i := slices.IndexFunc(x.Steps, func(s route.Step) bool { return s.Route == c.Route })
		var note string
		owed, note = asRoute(x.Steps[i], explained{cfg: cfg, event: e})
		if note != "" {
			notes = append(notes, note)
		}
	}
	if len(c.Sink) > 0 {
		return onSinks(c.Sink, owed, c.Route), notes
	}
	if len(owed) == 0 {
		return onSinks(sinkNames(cfg), nil, ""), append(notes, "No route takes this event and there is no [default]: it would be kept, and sent nowhere.")
	}
	if len(x.Default) > 0 && c.Route == "" {
		notes = append(notes, "No route takes this event: it goes where [default] says.")
	}
	return owed, notes
}

// conditionNote says that a route's condition cannot be told for an event.
func conditionNote(s route.Step) string {
	return fmt.Sprintf("The condition of the route %q cannot be told for this event, which counts as true: %s", wording.RouteName(s.Route), wording.Line(condition.Detail(s.Err)))
}

// known returns what is wrong with the names of the flags.
func (c *previewCmd) known(cfg *config.Config) error {
	known := sinkNames(cfg)
	for _, name := range c.Sink {
		if !slices.Contains(known, name) {
			return usage{errors.New(config.Unknown("sink", name, known))}
		}
	}
	var routes []string
	for _, r := range cfg.Routes {
		routes = append(routes, r.Name)
	}
	if c.Route != "" && !slices.Contains(routes, c.Route) {
		return usage{errors.New(config.Unknown("route", c.Route, routes))}
	}
	return nil
}

// asRoute returns where one route sends an event, and says so if it does not.
func asRoute(s route.Step, x explained) (owed []relay.Owed, note string) {
	for _, sink := range s.To {
		if !slices.Contains(owed, relay.Owed{Sink: sink, Route: s.Route}) {
			owed = append(owed, relay.Owed{Sink: sink, Route: s.Route})
		}
	}
	switch {
	case s.Behind != "":
		note = fmt.Sprintf("The route %q does not get this event: %q comes first and is final.", s.Route, s.Behind)
	case s.Miss != nil:
		note = fmt.Sprintf("The route %q does not take this event: %s.", s.Route, x.missed(s.Route, s.Miss))
	case len(s.New) == 0:
		note = fmt.Sprintf("The route %q matches this event, but its sinks have it from a route that comes first.", s.Route)
	}
	return owed, note
}

// onSinks returns sinks with the routes by which they get the event, or as.
func onSinks(names []string, owed []relay.Owed, as string) []relay.Owed {
	var out []relay.Owed
	for _, name := range names {
		o := relay.Owed{Sink: name, Route: as}
		if i := slices.IndexFunc(owed, func(o relay.Owed) bool { return o.Sink == name }); i >= 0 {
			o = owed[i]
		}
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

func sinkNames(cfg *config.Config) []string {
	names := make([]string, len(cfg.Sinks))
	for i, s := range cfg.Sinks {
		names[i] = s.Name
	}
	return names
}
