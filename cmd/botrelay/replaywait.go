package main

import (
	"context"
	"time"

	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

// patience is how long people are kept waiting to see what becomes of a replay.
const patience = 10 * time.Second

// await follows what was owed again until all of it has come to an end, or the time is
// over that the command may take for it. Where no relay runs, or none of the sinks takes
// anything, there is nothing to wait for.
func (r *replaying) await(ctx context.Context) (so replay.Progress, err error) {
	wait := time.Duration(r.cmd.Wait)
	switch {
	case r.Watch == nil || r.ledger.idle || r.Report.Sum() == 0 || wait == 0 && r.cmd.JSON:
		return so, nil
	case wait == 0:
		wait = patience
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		if so, err = r.Watch.Look(ctx, r.ledger); err != nil || so.Ended() || r.stuck() {
			return so, err
		}
		select {
		case <-ctx.Done():
			return so, nil
		case <-time.After(pause):
		}
	}
}

// stuck reports whether every sink that is owed something is held.
func (r *replaying) stuck() bool {
	for sink, n := range r.Report.Owed {
		if n > 0 && !r.lanes[sink].Held {
			return false
		}
	}
	return true
}

// arrived says how far what was owed has come; "" if that was not waited for.
func (r *replaying) arrived() string { return wording.Arrived(r.so) }
