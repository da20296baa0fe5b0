package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"botrelay/relay/config"
	"botrelay/relay/wording"
)

type checkCmd struct {
	configFlag
	Online  bool `help:"Also ask each platform whether tokens, channels and permissions are good. Nothing is posted."`
	Sandbox bool `help:"Ask a local stand-in for the platforms, and let variables be unset: to try --online without an account."`
	JSON    bool `name:"json" help:"As JSON."`
}

// Help is what --help adds to the flags.
func (*checkCmd) Help() string {
	return `Prints what the file means, then what is legal but surely not meant; or everything that is wrong with it.
It exits with 0 if the file can be used, also with warnings, and with 1 if it cannot; with --online also if a platform refuses a sink, or has not told whether it would.

--online asks the platforms of all sinks at once, and posts nothing: Slack who the bot is and for its channel, or its webhook with an empty message, which it refuses; Discord for the webhook, or the bot and its channel; Telegram for the bot, the chat, and what the bot is there. ✓ is good, ✗ has to be mended, ? cannot be told. --online --sandbox asks a stand-in on this machine, with made-up tokens for those that are not set.

--json is an object with "file", "good", "problems" (each with "line", "column", "warning" and "text") and, if the file is good, what it means: "server", "store", "sources", "sinks", "routes", "default", "messages". With --online each sink has "found", a list of objects with "standing" (fine, wrong, unclear) and "text". Secrets are in none of it.`
}

// Run prints what the file means.
func (c *checkCmd) Run(ctx context.Context, w *world) error {
	r := readRoutes(c.Config, w.getenv, c.Sandbox)
	if r.err != nil {
		return r.err
	}
	report := checked{file: c.Config, cfg: r.config, problems: r.problems, standIns: r.standIns, sandbox: c.Sandbox, asked: c.Online}
	if c.Online && report.cfg != nil {
		var err error
		if report.online, err = c.inspect(ctx, report.cfg); err != nil {
			return err
		}
	}
	if c.JSON {
		return report.json(w.stdout)
	}
	return report.print(newScreen(w), w)
}

// checked is a routes file and what was found out about it.
type checked struct {
	file     string
	cfg      *config.Config // nil: it cannot be used
	problems config.Problems
	asked    bool        // the platforms were
	online   []inspected // what they have told; of none, if there is no sink
	sandbox  bool        // it was their stand-in that was asked
	standIns []string    // what is not set, and had a made-up value
}

// print tells people: what the file means on standard output, and then, last and
// counted, what is wrong on standard error.
func (c checked) print(s screen, w *world) error {
	if c.cfg != nil {
		s.flow(bold, "", "  ", c.file+" is good"+c.ending())
		describe(s, c.cfg)
	}
	if c.asked && c.cfg != nil {
		tellOnline(s, c.online, c.sandbox)
	}
	if len(c.standIns) > 0 {
		_, _ = fmt.Fprintln(s)
		s.flow(bold, "Not set", "  ", ", so that these have made-up values: "+strings.Join(c.standIns, ", "))
	}
	if len(c.problems) > 0 {
		if c.cfg != nil {
			_, _ = fmt.Fprintln(s)
		}
		_, _ = fmt.Fprintf(w.stderr, "%s\n\n%s\n", c.problems, c.counted())
	}
	return c.verdict()
}

// verdict is the error of a file that cannot be used.
func (c checked) verdict() error {
	if c.cfg == nil {
		return silent{fmt.Errorf("%s is not good", c.file)}
	}
	if wrong(c.online) > 0 {
		return silent{errors.New("a platform refuses a sink")}
	}
	if c.asked {
		return unknown(c.online)
	}
	return nil
}

func (c checked) ending() string {
	if len(c.problems) == 0 {
		return "."
	}
	return ", with " + c.counted()
}

// counted says how many errors and warnings there are.
func (c checked) counted() string {
	warnings, errs := 0, 0
	for _, p := range c.problems {
		if p.Warning {
			warnings += max(1, p.More)
		} else {
			errs += max(1, p.More)
		}
	}
	var parts []string
	if errs > 0 {
		parts = append(parts, wording.Count(errs, "error"))
	}
	if warnings > 0 {
		parts = append(parts, wording.Count(warnings, "warning"))
	}
	return strings.Join(parts, ", ") + "."
}
