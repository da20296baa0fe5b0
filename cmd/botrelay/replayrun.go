package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/queue"
)

// chunk is how many deliveries are owed again in one transaction at most, so
// that a running relay's own writes never wait long.
const chunk = 500

// replay is one run of the command.
type replay struct {
	cmd     *replayCmd
	plan    plan
	ledger  *ledger
	world   *world
	screen  screen
	lanes   map[string]queue.LaneStatus
	waiting []queue.Redelivery // planned, and not done yet
	wanted  map[string]bool    // sinks for which an event that was named waits
	listed  int                // events that were told of one by one
	done    map[string]int     // deliveries owed again, by sink
	passed  int                // passed over by the store
	skipped map[string]int     // events for which nothing was planned, by the reason
	total   int                // deliveries to come to; 0: not known
	told    time.Time          // when progress was told last
}

func newReplay(c *replayCmd, p plan, l *ledger, w *world) *replay {
	return &replay{
		cmd: c, plan: p, ledger: l, world: w, screen: newScreen(w),
		done: make(map[string]int), skipped: make(map[string]int), wanted: make(map[string]bool), told: time.Now(),
	}
}

func (r *replay) run(ctx context.Context) error {
	var err error
	if r.lanes, err = r.ledger.LaneStatus(ctx); err != nil {
		return err
	}
	if err := r.checkSinks(); err != nil {
		return err
	}
	if len(r.cmd.IDs) > 0 {
		err = r.replayNamed(ctx)
	} else {
		err = r.replayAll(ctx)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted: %s owed again so far; the rest is as it was: run the command again to go on", count(r.sum(), "delivery"))
	}
	if err != nil {
		if n := r.sum(); n > 0 {
			err = fmt.Errorf("after %s: %w", count(n, "delivery"), err)
		}
		return err
	}
	return r.report()
}

// checkSinks returns what is wrong with the sinks' names. One to send to must be
// there today, or what is sent to it would wait for ever.
func (r *replay) checkSinks() error {
	if err := r.ledger.checkSink(r.cmd.Sink, r.lanes); err != nil {
		return err
	}
	if r.cmd.To == "" {
		return nil
	}
	if r.ledger.sinks == nil {
		return r.ledger.checkSink(r.cmd.To, r.lanes)
	}
	if !slices.Contains(r.ledger.sinks, r.cmd.To) {
		return usage{errors.New(config.Unknown("sink", r.cmd.To, r.ledger.sinks))}
	}
	return nil
}

// replayNamed delivers the named events again: all of the names are understood
// before anything is done.
func (r *replay) replayNamed(ctx context.Context) error {
	var records []queue.Record
	for _, id := range r.cmd.IDs {
		record, err := r.ledger.event(ctx, id)
		if err != nil {
			return err
		}
		record.Event.Payload = nil // may be large, and is not needed
		for _, d := range record.Deliveries {
			if d.State == queue.Pending {
				r.wanted[d.Sink] = true
			}
		}
		records = append(records, record)
	}
	slices.SortFunc(records, older)
	records = slices.CompactFunc(records, func(a, b queue.Record) bool { return a.Event.ID == b.Event.ID })
	for i := range records {
		if err := r.take(ctx, &records[i], r.plan.named(&records[i])); err != nil {
			return err
		}
	}
	return r.flush(ctx)
}

// replayAll delivers again what the flags select.
func (r *replay) replayAll(ctx context.Context) error {
	last := ""
	for record, err := range merged(r.selected(ctx)) {
		if err != nil {
			return err
		}
		if record.Event.ID == last { // selected for two reasons
			continue
		}
		last = record.Event.ID
		s := r.plan.dead(&record)
		if err := r.take(ctx, &record, s); err != nil {
			return err
		}
	}
	return r.flush(ctx)
}

// take does what was planned for an event, now or with the next ones.
func (r *replay) take(ctx context.Context, record *queue.Record, s step) error {
	r.tell(record, s)
	if len(s.again) == 0 && s.why != "" {
		r.skipped[s.why]++
	}
	if len(r.waiting)+len(s.again) > chunk {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.waiting = append(r.waiting, s.again...)
	return ctx.Err()
}

// maxListed is how many events are told of one by one.
const maxListed = 20

// tell says what is done with an event, where there are few or it was asked for.
func (r *replay) tell(record *queue.Record, s step) {
	if r.cmd.JSON || !r.cmd.DryRun && len(r.cmd.IDs) == 0 {
		return
	}
	if r.listed++; r.listed > maxListed {
		return
	}
	text := s.why
	if len(s.again) > 0 {
		var sinks []string
		for _, a := range s.again {
			sinks = append(sinks, a.Sink)
		}
		text = "→ " + strings.Join(sinks, ", ")
	}
	if text == "" {
		return
	}
	e := &record.Event
	r.screen.flow(yellow, shortID(e.ID)+"  ", "          ", fmt.Sprintf("%s  %s  %s  %s", moment(e.ReceivedAt, r.ledger.now()), e.Kind, crop(who(e), widestName), text))
}

// flush owes again what was planned, the deliveries of each sink in one
// transaction. What has begun is finished, and nothing more is begun once ctx
// has ended.
func (r *replay) flush(ctx context.Context) error {
	bySink := make(map[string][]queue.Redelivery)
	for _, a := range r.waiting {
		bySink[a.Sink] = append(bySink[a.Sink], a)
	}
	r.waiting = r.waiting[:0]
	for _, sink := range slices.Sorted(maps.Keys(bySink)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := len(bySink[sink])
		if !r.cmd.DryRun {
			var err error
			if n, err = r.ledger.Replay(context.WithoutCancel(ctx), bySink[sink]); err != nil {
				return err
			}
		}
		r.done[sink] += n
		r.passed += len(bySink[sink]) - n
	}
	r.progress()
	return nil
}

// progress says how far it is, if somebody watches or it takes long.
func (r *replay) progress() {
	const long = 2 * time.Second
	n := r.sum()
	if r.cmd.DryRun || n < chunk || !isTerminal(r.world.stderr) && time.Since(r.told) < long {
		return
	}
	r.told = time.Now()
	of := ""
	if r.total >= n {
		of = " of " + thousands(r.total)
	}
	_, _ = fmt.Fprintf(r.world.stderr, "replayed %s%s\n", thousands(n), of)
}

// sum returns how many deliveries are owed again.
func (r *replay) sum() int {
	sum := 0
	for _, n := range r.done {
		sum += n
	}
	return sum
}
