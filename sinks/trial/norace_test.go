//go:build !race

package trial_test

// raced says that the race detector watches.
const raced = false
