package main

import (
	"io"
	"slices"

	"botrelay/relay/compose"
	"botrelay/relay/config"
	"botrelay/relay/config/reference"
)

type schemaCmd struct {
	Reference bool `help:"The same for people: every key, as Markdown."`
}

// Help is what --help adds to the flags.
func (*schemaCmd) Help() string {
	return `With the schema an editor completes routes.toml, explains its keys and marks mistakes, before "botrelay check" does.

  botrelay schema > .routes.schema.json

and then, as the first line of routes.toml, for Even Better TOML, Taplo and Tombi:

  #:schema ./.routes.schema.json

botrelay init writes both.`
}

// schemaFile is where a routes file looks for its schema: in its own folder.
const schemaFile = ".routes.schema.json"

// Run prints the schema, or the reference.
func (c *schemaCmd) Run(w *world) error {
	tables := config.Reference(configEnv(w.getenv))
	if c.Reference {
		_, err := io.WriteString(w.stdout, reference.Markdown(tables))
		return err
	}
	return reference.WriteSchema(w.stdout, tables, offers())
}

// offers are the names that an editor offers.
func offers() reference.Offers {
	return reference.Offers{Vendors: vendorNames(), Types: compose.EventTypes(), Channels: slices.Sorted(slices.Values(compose.Channels()))}
}
