package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"botrelay/relay/config"
	"botrelay/relay/queue/move"
	"botrelay/relay/queue/postgres"
	"botrelay/relay/queue/sqlite"
	"botrelay/relay/wording"
)

type migrateCmd struct {
	configFlag
	To   string `required:"" help:"The database to move to: postgres://USER:PASSWORD@HOST/DATABASE. What it leaves out, such as the password, may stand in PGPASSWORD and libpq's other variables." placeholder:"URL"`
	From string `help:"The store to move, such as sqlite:data/botrelay.db, instead of the one that the routes file names." placeholder:"URL"`
	Anew bool   `help:"Take back what a move that was interrupted has brought, of this file or another, and begin anew."`
	JSON bool   `name:"json" help:"Say how far it is, and what was moved, as JSON, for programs: one object a line."`
}

// Help is what --help adds to the flags.
func (*migrateCmd) Help() string {
	return `Moves all that a SQLite store holds into PostgreSQL: events, where each went, what waits, dead letters, conversations and rests, and counts them again there. Stop the relay that has the file first; afterwards make the database store.url in routes.toml and start it. Until all of it is there nothing that was moved is sent.

It may be interrupted at any time: run it again to go on. The file stays as it is, and nothing is moved twice; relays may be using the database already.`
}

// Run moves a store.
func (c *migrateCmd) Run(ctx context.Context, w *world) (err error) {
	path, err := c.source(w)
	if err != nil {
		return err
	}
	from, err := sqlite.OpenToMove(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	to, err := postgres.OpenToMove(ctx, postgres.Config{URL: c.To})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	p := newProgress(w, c.JSON)
	report, err := move.Run(ctx, move.Config{From: from, To: to, Anew: c.Anew, Progress: p.tell})
	p.end()
	if err != nil {
		return c.explain(ctx, report, err)
	}
	running, err := to.Running(ctx)
	if err != nil {
		return err
	}
	return c.report(w, path, report, running)
}

// explain says what became of a move that failed, and what to do.
func (c *migrateCmd) explain(ctx context.Context, r move.Report, err error) error {
	var other *move.OtherError
	const again = "run the command again to go on"
	switch {
	case ctx.Err() != nil && r.Stage == move.Ending:
		return fmt.Errorf("interrupted: all is there, and %s of %s that wait may be sent so far; %s", wording.Thousands(r.Done), wording.Count(r.Of, "delivery"), again)
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted after %s of %s: %s; nothing of it is sent before it is done",
			wording.Thousands(r.Moved+r.Passed), wording.Count(r.Events, "event"), again)
	case errors.As(err, &other) && other.Here:
		return fmt.Errorf("%w: all it had is there, but not all may be sent yet. End it first, by running this command with that file", other)
	case errors.As(err, &other):
		return fmt.Errorf("%w: %s of it are there, and none may be sent. End it first, by running this command with that file, "+
			"or take back what it has brought with --anew: that file has it still", other, wording.Count(other.Events, "event"))
	case errors.Is(err, move.ErrDiffers):
		return fmt.Errorf("moving the store: %w\nnothing of it is sent: take it back and begin anew with --anew", err)
	case r.Stage == "":
		return fmt.Errorf("moving the store: %w", err)
	}
	return fmt.Errorf("moving the store: %w\nwhat has been moved is kept: %s", err, again)
}

// source returns the file to move.
func (c *migrateCmd) source(w *world) (string, error) {
	if !config.IsPostgres(c.To) {
		return "", usage{errors.New("--to wants a PostgreSQL database: postgres://USER:PASSWORD@HOST/DATABASE")}
	}
	if text := config.PostgresTrouble(c.To); text != "" {
		return "", usage{errors.New("--to " + text)}
	}
	from := c.From
	if from == "" {
		data, err := readFile(c.Config)
		if err != nil {
			return "", fmt.Errorf("%w\nor name the store with --from", unreadable(c.Config, err))
		}
		outline, problems := config.ParseOutline(config.File{Name: c.Config, Data: data}, configEnv(w.getenv))
		if outline == nil {
			_, _ = fmt.Fprintln(w.stderr, problems)
			return "", silent{fmt.Errorf("%s does not tell where the store is", c.Config)}
		}
		from = outline.Store.Reveal()
		if config.IsPostgres(from) {
			return "", usage{fmt.Errorf("the store in %s is a PostgreSQL database already: name the file to move with --from sqlite:FILE", c.Config)}
		}
	}
	path, isFile := strings.CutPrefix(from, "sqlite:")
	if !isFile && strings.Contains(from, "://") || path == "" {
		return "", usage{errors.New("--from wants a SQLite store: sqlite: and the name of its file")}
	}
	return path, nil
}
