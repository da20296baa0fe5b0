//go:build race

package config_test

// raced says that the race detector watches.
const raced = true
