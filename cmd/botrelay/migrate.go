package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/queue/move"
	"botrelay/relay/queue/postgres"
	"botrelay/relay/queue/sqlite"
)

type migrateCmd struct {
	configFlag
	To   string `required:"" help:"The database to move to: postgres://USER:PASSWORD@HOST/DATABASE. What it leaves out, such as the password, may stand in PGPASSWORD and libpq's other variables." placeholder:"URL"`
	From string `help:"The store to move, such as sqlite:data/botrelay.db, instead of the one that the routes file names." placeholder:"URL"`
	JSON bool   `name:"json" help:"Say what was moved as JSON, for programs."`
}

// Help is what --help adds to the flags.
func (*migrateCmd) Help() string {
	return `Moves all that a SQLite store holds into PostgreSQL: events, where each went, what waits, dead letters, conversations and rests. Stop the relay that has the file first; afterwards make the database store.url in routes.toml and start it. Until then nothing that was moved is sent.

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
	p := &moving{world: w, told: time.Now()}
	report, err := move.Run(ctx, from, to, p.progress)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("interrupted after %s of %s: run the command again to go on; nothing of it is sent before it is done",
			thousands(report.Moved+report.Passed), count(report.Events, "event"))
	case err != nil:
		return fmt.Errorf("moving the store: %w\nwhat has been moved is kept: run the command again to go on", err)
	}
	return c.report(w, path, report)
}

// source returns the file to move.
func (c *migrateCmd) source(w *world) (string, error) {
	if !config.IsPostgres(c.To) {
		return "", usage{errors.New("--to wants a PostgreSQL database: postgres://USER:PASSWORD@HOST/DATABASE")}
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

// moving tells how far a move is.
type moving struct {
	world *world
	told  time.Time
}

func (p *moving) progress(r move.Report) {
	const seldom, often = 2 * time.Second, 200 * time.Millisecond
	patience := seldom
	if isTerminal(p.world.stderr) {
		patience = often
	}
	if time.Since(p.told) < patience {
		return
	}
	p.told = time.Now()
	done, before := r.Moved+r.Passed, r.Start.Moved+r.Start.Passed
	text := fmt.Sprintf("moved %s of %s", thousands(done), count(r.Events, "event"))
	if done > before && done < r.Events {
		left := time.Duration(float64(r.Took) / float64(done-before) * float64(r.Events-done))
		text += fmt.Sprintf(", about %s left", spell(left+time.Second))
	}
	_, _ = fmt.Fprintln(p.world.stderr, text)
}

// report says what was moved.
func (c *migrateCmd) report(w *world, path string, r move.Report) error {
	if c.JSON {
		return json.NewEncoder(w.stdout).Encode(struct {
			Events  int   `json:"events"`
			Moved   int   `json:"moved"`
			Passed  int   `json:"passed_over"`
			Already bool  `json:"already"`
			Took    int64 `json:"took_ms"`
		}{r.Events, r.Moved, r.Passed, r.Start.Done, r.Took.Milliseconds()})
	}
	to := newScreen(w)
	switch {
	case r.Start.Done:
		to.note(fmt.Sprintf("%s was moved there before, and has not changed since: there is nothing to do.", path))
		return nil
	case r.Start.Anew:
		to.note("A relay had used the file since the move was interrupted: it was begun anew.")
	case r.Start.Newer > 0:
		to.note("The file was moved there before: what came in since was moved now.")
	}
	to.note(fmt.Sprintf("%s moved, with all that became of them, in %s.", count(r.Moved, "event"), spell(r.Took)))
	if r.Passed > 0 {
		to.note(fmt.Sprintf("Passed over, because the database had them already: %s.", count(r.Passed, "event")))
	}
	to.note(fmt.Sprintf("%s is as it was. Now make the database the url of [store] in %s, and start the relay.", path, c.Config))
	return nil
}
