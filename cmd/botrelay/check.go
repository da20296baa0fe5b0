package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"botrelay/relay"
	"botrelay/relay/config"
)

type checkCmd struct {
	configFlag
}

// Run prints what the file means.
func (c *checkCmd) Run(w *world) error {
	cfg, err := load(w, c.Config)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(w.stdout, "%s is good.\n", c.Config)
	describe(w.stdout, cfg)
	return nil
}

// describe prints a configuration as a person would say it.
func describe(out io.Writer, cfg *config.Config) {
	base := cfg.Server.PublicURL
	if base == "" {
		base = "https://<this machine>"
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer func() { _ = table.Flush() }()
	_, _ = fmt.Fprint(table, "\nSources: paste the URL at the vendor\n")
	for _, s := range cfg.Sources {
		note := ""
		if s.Pending {
			note = "\tpending: it has no secret yet"
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s/hooks/%s%s\n", s.Name, s.Vendor, strings.TrimSuffix(base, "/"), s.Name, note)
	}
	_, _ = fmt.Fprint(table, "\nSinks\n")
	for _, s := range cfg.Sinks {
		note := ""
		if s.Thread != nil && !*s.Thread {
			note = "\tno threads: every message by itself"
		}
		_, _ = fmt.Fprintf(table, "  %s\t%s%s\n", s.Name, s.Type, note)
	}
	_, _ = fmt.Fprint(table, "\nRoutes, from top to bottom\n")
	for i, r := range cfg.Routes {
		end := ""
		if r.Final {
			end = ", and no further"
		}
		_, _ = fmt.Fprintf(table, "  %d. %s:\t%s\t→ %s%s\n", i+1, r.Name, routeSentence(r), strings.Join(r.To, ", "), end)
	}
	if len(cfg.Default) > 0 {
		_, _ = fmt.Fprintf(table, "  otherwise\t\t→ %s\n", strings.Join(cfg.Default, ", "))
	} else {
		_, _ = fmt.Fprint(table, "  otherwise\t\tkept, and sent nowhere\n")
	}
	describeMessages(table, cfg)
}

// describeMessages says which messages do not look as they do by default.
func describeMessages(out io.Writer, cfg *config.Config) {
	for _, m := range cfg.Messages {
		var uses []string
		if slices.Contains(relay.Kinds(), relay.Kind(m.Name)) {
			uses = append(uses, "every event of the kind "+m.Name)
		}
		for _, r := range cfg.Routes {
			if r.Message == m.Name {
				uses = append(uses, fmt.Sprintf("what the route %q sends", r.Name))
			}
		}
		var parts []string
		for _, part := range []struct {
			name   string
			custom bool
		}{
			{"title", m.Title != nil},
			{"body", m.Body != nil},
			{"fields", m.Fields != nil},
			{"footer", m.Footer != nil},
			{"link", m.Link != nil},
			{"color", m.Color != 0},
		} {
			if part.custom {
				parts = append(parts, part.name)
			}
		}
		if len(uses) > 0 && len(parts) > 0 {
			_, _ = fmt.Fprintf(out, "\n[messages.%s] changes the %s of %s.\n", m.Name, strings.Join(parts, ", "), strings.Join(uses, ", and "))
		}
	}
}
