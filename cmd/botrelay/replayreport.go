package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// errNothing: what was asked for was not done, and the reason has been told.
var errNothing = errors.New("nothing was replayed")

// report says what was done.
func (r *replay) report() error {
	n := r.sum()
	if r.cmd.JSON {
		err := json.NewEncoder(r.screen).Encode(struct {
			Replayed int            `json:"replayed"`
			Sinks    map[string]int `json:"sinks"`
			Passed   int            `json:"passed_over"`
			Skipped  map[string]int `json:"skipped"`
			DryRun   bool           `json:"dry_run"`
		}{n, r.done, r.passed, r.skipped, r.cmd.DryRun})
		return errors.Join(err, r.outcome())
	}
	if r.listed > maxListed {
		_, _ = fmt.Fprintf(r.screen, "… and %s\n", count(r.listed-maxListed, "more event"))
	}
	for _, line := range append(r.summary(n), r.hints()...) {
		r.screen.note(line)
	}
	return r.outcome()
}

// outcome is an error if events were named and none of them is owed again.
func (r *replay) outcome() error {
	if len(r.cmd.IDs) > 0 && r.sum() == 0 {
		return silent{errNothing}
	}
	return nil
}

// summary says how many deliveries are owed again, and what was left alone.
func (r *replay) summary(n int) []string {
	var lines []string
	switch {
	case n > 0 && r.cmd.DryRun:
		lines = append(lines, count(n, "delivery")+" would be owed again: "+r.counts()+". Nothing was changed.")
	case n > 0:
		lines = append(lines, count(n, "delivery")+" owed again: "+r.counts()+". The relay sends them in order, behind what waits.")
	case len(r.cmd.IDs) > 0:
	case r.cmd.Dead && len(r.skipped) == 0 && r.passed == 0:
		lines = append(lines, "There are no such dead letters.")
	case len(r.skipped) == 0 && r.passed == 0:
		lines = append(lines, "There is nothing to reroute: nothing is unrouted, and nothing waits for a sink that is gone.")
	default:
		lines = append(lines, "Nothing is owed again.")
	}
	if r.passed > 0 {
		lines = append(lines, count(r.passed, "delivery")+" passed over: being sent right now, or replayed by somebody else meanwhile.")
	}
	if len(r.cmd.IDs) == 0 {
		for _, why := range slices.Sorted(maps.Keys(r.skipped)) {
			lines = append(lines, count(r.skipped[why], "event")+" left alone: "+why+".")
		}
	}
	return lines
}

// counts says how many deliveries each sink got: "sales 10, night 2".
func (r *replay) counts() string {
	var parts []string
	for _, sink := range slices.Sorted(maps.Keys(r.done)) {
		if r.done[sink] > 0 {
			parts = append(parts, sink+" "+thousands(r.done[sink]))
		}
	}
	return strings.Join(parts, ", ")
}

// hints says what may keep the deliveries from being sent, and those for which
// the events that were named wait already.
func (r *replay) hints() []string {
	var lines []string
	for _, sink := range slices.Sorted(maps.Keys(r.lanes)) {
		if r.done[sink] == 0 && !r.wanted[sink] {
			continue
		}
		if lane := r.lanes[sink]; lane.Held {
			lines = append(lines, fmt.Sprintf("%s is held: its destination refuses everything%s. What waits for it is sent once that is mended.", sink, reasonGiven(lane.Reason)))
		}
	}
	if (r.sum() > 0 && !r.cmd.DryRun || len(r.wanted) > 0) && r.ledger.idle {
		lines = append(lines, noRelay)
	}
	return lines
}
