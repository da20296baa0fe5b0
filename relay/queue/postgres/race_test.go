//go:build race

package postgres

// raced says that the race detector watches.
const raced = true
