package report

import "botrelay/relay/replay"

// Replayed is what was delivered again.
type Replayed struct {
	Replayed int            `json:"replayed"`    // deliveries owed again
	Sinks    map[string]int `json:"sinks"`       // of these, how many at each sink
	Passed   int            `json:"passed_over"` // being sent right now, or replayed by somebody else meanwhile
	Skipped  map[string]int `json:"skipped"`     // events that were left alone, by why that is, in words
	DryRun   bool           `json:"dry_run"`     // nothing was changed: so it would be
	// Arrival is how far it has come; absent: that was not waited for.
	Arrival *replay.Progress `json:"arrival,omitempty"`
}
