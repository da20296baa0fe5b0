package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"botrelay/relay/replay"
	"botrelay/relay/report"
	"botrelay/relay/wording"
)

// errDiedAgain: what was replayed was given up on once more, and it has been told why.
var errDiedAgain = errors.New("given up on once more")

// errNothing: what was asked for was not done, and the reason has been told.
var errNothing = errors.New("nothing was replayed")

// report says how it ended.
func (r *replaying) report() error {
	if r.cmd.JSON {
		done := report.Replayed{Replayed: r.Report.Sum(), Sinks: r.Report.Owed, Passed: r.Report.Passed, Skipped: r.skipped(), DryRun: r.cmd.DryRun}
		if r.so.Owed > 0 {
			done.Arrival = &r.so
		}
		return errors.Join(json.NewEncoder(r.screen).Encode(done), r.outcome())
	}
	if text := r.arrived(); text != "" {
		r.screen.note(text)
	}
	return r.outcome()
}

// tellAll says what was done, before it is known how it ends.
func (r *replaying) tellAll() {
	if r.listed > maxListed {
		_, _ = fmt.Fprintf(r.screen, "… and %s\n", wording.Count(r.listed-maxListed, "more event"))
	}
	for _, line := range append(r.summary(r.Report.Sum()), r.hints()...) {
		r.screen.note(line)
	}
}

// outcome is an error if events were named and none of them is owed again, or some of what
// was owed was given up on once more.
func (r *replaying) outcome() error {
	if r.so.GivenUp > 0 {
		return silent{errDiedAgain}
	}
	if len(r.cmd.IDs) > 0 && r.Report.Sum() == 0 {
		return silent{errNothing}
	}
	return nil
}

// summary says how many deliveries are owed again, and what was left alone.
func (r *replaying) summary(n int) []string {
	var lines []string
	switch {
	case n > 0 && r.cmd.DryRun:
		lines = append(lines, wording.WouldOwe(r.Report)+". Nothing was changed.")
	case n > 0:
		lines = append(lines, wording.Owed(r.Report)+". The relay sends them in order, behind what waits.")
	case len(r.cmd.IDs) > 0:
	case r.cmd.Dead && len(r.Report.Left) == 0 && r.Report.Passed == 0:
		lines = append(lines, "There are no such dead letters.")
	case len(r.Report.Left) == 0 && r.Report.Passed == 0:
		lines = append(lines, "There is nothing to reroute: nothing is unrouted, and nothing waits for a sink that is gone.")
	default:
		lines = append(lines, "Nothing is owed again.")
	}
	if r.Report.Passed > 0 {
		lines = append(lines, wording.Passed(r.Report))
	}
	if len(r.cmd.IDs) == 0 {
		skipped := r.skipped()
		for _, why := range slices.Sorted(maps.Keys(skipped)) {
			lines = append(lines, wording.Count(skipped[why], "event")+" left alone: "+why+".")
		}
	}
	return lines
}

// hints says what may keep the deliveries from being sent, and those for which
// the events that were named wait already.
func (r *replaying) hints() []string {
	var lines []string
	for _, sink := range slices.Sorted(maps.Keys(r.lanes)) {
		if r.Report.Owed[sink] == 0 && !r.wanted[sink] {
			continue
		}
		if lane := r.lanes[sink]; lane.Held {
			lines = append(lines, wording.Held(sink, lane))
		}
	}
	if (r.Report.Sum() > 0 && !r.cmd.DryRun || len(r.wanted) > 0) && r.ledger.idle {
		lines = append(lines, noRelay)
	}
	return lines
}

// skipped returns how many events were left alone, by why that is, in words.
func (r *replaying) skipped() map[string]int {
	skipped := make(map[string]int)
	for left, n := range r.Report.Left {
		skipped[leftText(left)] += n
	}
	return skipped
}

// leftText says why an event is left alone, and which flags would help.
func leftText(left replay.Left) string {
	text := wording.Left(left)
	switch left.Why {
	case replay.SinkGone:
		return text + ": use --reroute, or --to with another sink"
	case replay.Unrouted:
		return text + ": use --reroute to send it by today's rules, or --to with a sink"
	case replay.NoRule:
		return text + ": use --to with a sink"
	case replay.AsItIs:
		if first, _, _ := strings.Cut(left.Sent, ", "); first != "" {
			text += "; use --to " + first + " to send it again"
		}
	case replay.Waits, replay.Nowhere, replay.Reached:
	}
	return text
}
