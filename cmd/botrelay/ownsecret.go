package main

import (
	"fmt"
	"slices"

	"botrelay/relay"
	"botrelay/relay/config"
)

// ownSecrets leaves a source the secrets that are set. It is for a file that was
// read without its secrets, of which one source's alone are needed: who signs for a
// source, or verifies, need not have those of all the others. If the source has
// none, what is not set is printed, and instead says how else it would do.
func ownSecrets(w *world, path string, source *config.Source, instead string) error {
	if source.Pending {
		return nil
	}
	source.Secrets = slices.DeleteFunc(slices.Clone(source.Secrets), relay.Secret.IsZero)
	if len(source.Secrets) > 0 {
		return nil
	}
	if _, _, err := read(w, path); err != nil {
		_, _ = fmt.Fprintf(w.stderr, "Of these, only what source %s names is needed here%s.\n", source.Name, instead)
		return err
	}
	return fmt.Errorf("the secret of source %s was not set a moment ago: try again", source.Name)
}
