package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"botrelay/relay/config"
	"botrelay/relay/sample"
	"botrelay/relay/vendors"
	"botrelay/relay/wording"
)

type sendCmd struct {
	configFlag
	eventFlags
	Sandbox bool `help:"The relay runs with --sandbox: where a secret is not set, sign with its stand-in."`

	URL string `help:"Where the relay is, instead of where the one on this machine says that it listens." placeholder:"URL"`
}

// Help is what --help adds to the flags.
func (*sendCmd) Help() string {
	return `It goes to the relay that runs on this machine, through its front door: it is stored, routed and delivered like any other. Of the variables in routes.toml only the source's own need be set. botrelay events shows where it went; with serve --sandbox, the page that its log names does.

    botrelay send                                    the vendor's first sample
    botrelay send --sample whatsapp                  another one; --list names them
    botrelay send --source website lead.json         an event of yours
    botrelay send --sandbox                          to a relay that runs with --sandbox
    botrelay send --url https://hooks.example.com    to one that is elsewhere`
}

// Run signs an event and posts it.
func (c *sendCmd) Run(ctx context.Context, w *world) error {
	cfg, err := c.read(w)
	if err != nil {
		return err
	}
	if asked, err := c.shown(w, cfg); asked {
		return err
	}
	source, v, err := c.from(cfg)
	if err != nil {
		return err
	}
	if err := ownSecrets(w, c.Config, &source, ", or --sandbox for a relay that runs with it"); err != nil {
		return err
	}
	event, isSample, err := c.event(w, v)
	if err != nil {
		return err
	}
	if isSample {
		event = sample.Renewed(v, event)
	}
	if source.Pending {
		return fmt.Errorf("source %s is pending: it has no secret to sign with", source.Name)
	}
	client := http.DefaultClient
	if c.URL == "" {
		client = localClient()
	}
	answer, err := sample.Post(ctx, client, c.target(cfg, source.Name), v, source.Secrets[0], event)
	if err != nil {
		return fmt.Errorf("is the relay running? %w", err)
	}
	_, _ = fmt.Fprintln(w.stdout, wording.Line(answer.Status+" "+answer.Text)) // whoever it was that answered
	if !answer.Accepted() {
		return fmt.Errorf("the relay did not accept the event: %s", sample.Why(source.Name, v, answer))
	}
	if _, builtin := vendors.Lookup(v.Name); !builtin {
		newScreen(w).note(fmt.Sprintf("It was signed by the description of %s, which so agrees with itself. Whether %[1]s signs like that, a request that it really sent shows: botrelay verify --source %s REQUEST", v.Name, source.Name))
	}
	return nil
}

// read reads the routes file. Only the source's own secret is needed, and in the
// sandbox not even that.
func (c *sendCmd) read(w *world) (cfg *config.Config, err error) {
	if c.Sandbox {
		cfg, _, err = readSandboxed(w, c.Config)
	} else {
		cfg, _, err = readWithoutSecrets(w, c.Config)
	}
	return cfg, err
}

// target returns the URL to post to: of the relay that runs, or else what the
// routes file says.
func (c *sendCmd) target(cfg *config.Config, source string) string {
	base := c.URL
	switch {
	case base == "":
		base = cmp.Or(addressOf(cfg.Store.URL.Reveal()), localURL(cfg.Server))
	case !strings.Contains(base, "://"):
		base = "http://" + base
	}
	base = strings.TrimSuffix(base, "/")
	if path := "/hooks/" + source; !strings.HasSuffix(base, path) {
		base += path
	}
	return base
}
