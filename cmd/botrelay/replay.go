package main

import (
	"context"
	"errors"

	"botrelay/relay/compose"
	"botrelay/relay/replay"
)

type replayCmd struct {
	ledgerFlags
	IDs     []string `arg:"" optional:"" name:"ID" help:"The events to deliver again; the end of an ID, as botrelay events shows it, will do."`
	Dead    bool     `help:"All dead letters: what was given up on."`
	Reroute bool     `help:"By today's rules: events that no route took, and what is meant for a sink that the routes file no longer has."`
	Since   span     `help:"With --dead or --reroute: only events that came in so long ago at most: 30m, 24h, 7d." placeholder:"TIME"`
	Sink    string   `help:"With --dead: only the dead letters of this sink." placeholder:"NAME"`
	To      string   `help:"To this sink, whatever it was meant for." placeholder:"SINK"`
	Wait    span     `help:"Wait so long at most for all of it to arrive, and say how it ended: 10s unless with --json. There is nothing to wait for where no relay runs." placeholder:"TIME"`
	DryRun  bool     `name:"dry-run" help:"Only say what would be done."`
	JSON    bool     `name:"json" help:"Say what was done as JSON, for programs."`
}

// Help is what --help adds to the flags.
func (*replayCmd) Help() string {
	return `Puts deliveries at the end of their sinks' lanes, in the order in which the events came in; a running relay sends them in a moment, another one when it starts.

  botrelay replay 3f9a1c2e             what is dead of this event, to where it was meant to go
  botrelay replay 3f9a1c2e --to sales  this event to sales, even if it was sent there before
  botrelay replay --dead --since 7d    all dead letters of the last 7 days
  botrelay replay --dead --to night    all dead letters, to another sink
  botrelay replay --reroute            what no route took, or no sink can send any more, by today's rules

Dead letters that were replayed are dead no longer, so it does no harm to run this twice.`
}

// check returns what is wrong with the flags.
func (c *replayCmd) check() error {
	var wrong string
	switch named := len(c.IDs) > 0; {
	case !named && !c.Dead && !c.Reroute:
		wrong = "say what to deliver again: the IDs of events (botrelay events shows them), --dead for all dead letters, " +
			"or --reroute for what no route took and what is meant for a sink that is gone"
	case c.Dead && c.Reroute:
		wrong = "give --dead or --reroute, not both: --dead delivers what was given up on to where it was meant to go (or to --to); " +
			"--reroute delivers by today's rules what no route took and what is meant for a sink that is gone, dead or not"
	case named && c.Dead:
		wrong = "name IDs, or give --dead, not both"
	case named && c.Since != 0:
		wrong = "--since goes with --dead or --reroute, not with IDs"
	case c.Sink != "" && !c.Dead:
		wrong = "--sink says whose dead letters are meant: it goes with --dead. The sink to send to is --to"
	case c.To != "" && c.Reroute:
		wrong = "--reroute asks the rules where to send to, so it does not go with --to"
	default:
		return nil
	}
	return usage{errors.New(wrong)}
}

// Run owes deliveries again.
func (c *replayCmd) Run(ctx context.Context, w *world) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	p := replay.Plan{Sink: c.Sink, To: c.To, Whole: len(c.IDs) > 0}
	if c.Reroute {
		cfg, _, err := read(w, c.Config)
		if err != nil {
			return err
		}
		renderer, err := compose.Renderer(cfg, nil)
		if err != nil {
			return err
		}
		table, err := compose.Table(cfg, renderer, nil)
		if err != nil {
			return err
		}
		p.Route = table.Route
	}
	l, err := c.open(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	p.Knows = l.knows
	return newReplaying(c, p, l, w).run(ctx)
}
