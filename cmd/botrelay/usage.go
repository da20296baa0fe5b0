package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// asked returns the arguments in the one way in which commands take them: people
// also ask for help, and for the version, as other programs have it.
func asked(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(args[1:len(args):len(args)], "--help")
	case args[0] == "--version" && len(args) == 1:
		return []string{"version"}
	}
	return args
}

// misspoken says what is wrong with a command line, and where help is.
func misspoken(err error) string {
	text, help := err.Error(), "botrelay --help"
	var parsing *kong.ParseError
	if errors.As(err, &parsing) && parsing.Context.Selected() != nil {
		help = "botrelay " + parsing.Context.Command() + " --help"
	}
	stray, isStray := strings.CutPrefix(text, "unexpected argument ")
	switch named := help != "botrelay --help"; {
	case isStray && !named:
		text = "unknown command " + stray
	case isStray && strings.HasSuffix(stray, ".toml"):
		text += ": name the routes file with --config " + stray
	}
	return fmt.Sprintf("botrelay: %s\nTry %s.", text, help)
}
