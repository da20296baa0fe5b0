// Command botrelay relays the webhooks of AI chatbots to Slack, Discord and
// Telegram. See the README, or run botrelay --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the image has no zone files

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitGood   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr))
}

// world is what a command sees of the outside.
type world struct {
	getenv         func(string) (string, bool)
	stdin          io.Reader
	stdout, stderr io.Writer
}

// cli is the command line. Each command is in the file of its name.
type cli struct {
	Serve      serveCmd      `cmd:"" help:"Run the relay."`
	Demo       demoCmd       `cmd:"" help:"Run it against local stand-ins for Slack, Discord and Telegram, with sample events of every vendor."`
	Init       initCmd       `cmd:"" help:"Write a commented routes.toml to start from."`
	Check      checkCmd      `cmd:"" help:"Say what routes.toml means, or what is wrong with it."`
	Explain    explainCmd    `cmd:"" help:"Say which routes match an event, and why the others do not."`
	Preview    previewCmd    `cmd:"" help:"Show what the messages for an event look like on each platform. Nothing is sent."`
	Send       sendCmd       `cmd:"" help:"Sign an event as its vendor would, and post it to a running relay."`
	Verify     verifyCmd     `cmd:"" help:"Say whether a request that a vendor really sent is signed as routes.toml says, and what would fit."`
	Events     eventsCmd     `cmd:"" help:"Show what came in and where it went."`
	Replay     replayCmd     `cmd:"" help:"Deliver again what was given up on, or what no route took."`
	Migrate    migrateCmd    `cmd:"" help:"Move a store from SQLite to PostgreSQL."`
	Schema     schemaCmd     `cmd:"" help:"Print the JSON Schema of routes.toml, for editors."`
	Completion completionCmd `cmd:"" help:"Print a script with which a shell completes botrelay's commands."`
	Complete   completeCmd   `cmd:"" hidden:""`
	Health     healthCmd     `cmd:"" help:"Ask a running relay whether it is alive."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// configFlag is the flag of every command that reads routes.toml.
type configFlag struct {
	Config string `help:"The routes file; ${default} without this." default:"routes.toml" placeholder:"FILE"`
}

// silent is an error whose text has been printed already.
type silent struct{ error }

// usage is an error in how a command was called.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

// run is main without the process: it returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) (string, bool), stdin io.Reader, stdout, stderr io.Writer) int {
	exited := -1
	out := &output{Writer: stdout}
	parser, err := kong.New(&cli{},
		kong.Name("botrelay"),
		kong.Description("Relays the webhooks of AI chatbots to Slack, Discord and Telegram."),
		kong.Writers(out, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&world{getenv, stdin, out, stderr}),
		kong.UsageOnError(),
	)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "botrelay:", err)
		return exitFailed
	}
	command, err := parser.Parse(asked(args))
	switch {
	case exited >= 0: // --help has been printed
		return exited
	case err != nil:
		_, _ = fmt.Fprintln(stderr, misspoken(err))
		return exitUsage
	}
	if err = command.Run(); err == nil {
		err = out.err
	}
	return exitCode(err, stderr)
}

// exitCode prints err, if it has not been, and returns what to exit with.
func exitCode(err error, stderr io.Writer) int {
	var told silent
	var misused usage
	switch {
	case err == nil:
		return exitGood
	case errors.As(err, &told):
		return exitFailed
	case errors.As(err, &misused):
		_, _ = fmt.Fprintln(stderr, "botrelay:", err)
		return exitUsage
	}
	_, _ = fmt.Fprintln(stderr, "botrelay:", err)
	return exitFailed
}
