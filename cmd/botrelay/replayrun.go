package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/replay"
	"botrelay/relay/wording"
)

// replaying is one run of the command.
type replaying struct {
	replay.Run

	cmd    *replayCmd
	plan   replay.Plan
	ledger *ledger
	world  *world
	screen screen
	lanes  map[string]queue.LaneStatus
	wanted map[string]bool // sinks for which an event that was named waits
	listed int             // events that were told of one by one
	total  int             // deliveries to come to; 0: not known
	told   time.Time       // when progress was told last
	so     replay.Progress // how far what was owed has come
}

func newReplaying(c *replayCmd, p replay.Plan, l *ledger, w *world) *replaying {
	r := &replaying{cmd: c, plan: p, ledger: l, world: w, screen: newScreen(w), wanted: make(map[string]bool), told: time.Now()}
	if !c.DryRun {
		r.Store, r.Watch = l, new(replay.Watch)
	}
	return r
}

func (r *replaying) run(ctx context.Context) error {
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
		return fmt.Errorf("interrupted: %s owed again so far; the rest is as it was: run the command again to go on", wording.Count(r.Report.Sum(), "delivery"))
	}
	if err != nil {
		if n := r.Report.Sum(); n > 0 {
			err = fmt.Errorf("after %s: %w", wording.Count(n, "delivery"), err)
		}
		return err
	}
	if !r.cmd.JSON {
		r.tellAll()
	}
	if r.so, err = r.await(ctx); err != nil {
		return err
	}
	return r.report()
}

// checkSinks returns what is wrong with the sinks' names. One to send to must be
// there today, or what is sent to it would wait for ever.
func (r *replaying) checkSinks() error {
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
func (r *replaying) replayNamed(ctx context.Context) error {
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
	slices.SortFunc(records, replay.Older)
	records = slices.CompactFunc(records, func(a, b queue.Record) bool { return a.Event.ID == b.Event.ID })
	for i := range records {
		if err := r.take(ctx, &records[i], r.plan.Named(&records[i])); err != nil {
			return err
		}
	}
	return r.Flush(ctx)
}

// replayAll delivers again what the flags select.
func (r *replaying) replayAll(ctx context.Context) error {
	for record, err := range r.selected(ctx) {
		if err != nil {
			return err
		}
		if err := r.take(ctx, &record, r.plan.Dead(&record)); err != nil {
			return err
		}
	}
	err := r.Flush(ctx)
	r.progress()
	return err
}

// selected returns the events that the flags select, and learns how many there are
// where that is easily known.
func (r *replaying) selected(ctx context.Context) iter.Seq2[queue.Record, error] {
	since := time.Duration(r.cmd.Since)
	if !r.cmd.Dead {
		return replay.Stranded(ctx, r.ledger, r.lanes, r.ledger.knows, since)
	}
	for sink, lane := range r.lanes {
		if since == 0 && (r.cmd.Sink == "" || r.cmd.Sink == sink) {
			r.total += lane.Dead
		}
	}
	return replay.Dead(ctx, r.ledger, r.cmd.Sink, since)
}

// take does what was planned for an event, and tells of it.
func (r *replaying) take(ctx context.Context, record *queue.Record, s replay.Step) error {
	r.tell(record, s)
	owed := r.Report.Sum()
	err := r.Add(ctx, s)
	if r.Report.Sum() > owed {
		r.progress()
	}
	return err
}

// maxListed is how many events are told of one by one.
const maxListed = 20

// tell says what is done with an event, where there are few or it was asked for.
func (r *replaying) tell(record *queue.Record, s replay.Step) {
	if r.cmd.JSON || !r.cmd.DryRun && len(r.cmd.IDs) == 0 {
		return
	}
	if r.listed++; r.listed > maxListed {
		return
	}
	text := leftText(s.Left)
	if len(s.Again) > 0 {
		var sinks []string
		for _, a := range s.Again {
			sinks = append(sinks, a.Sink)
		}
		text = "→ " + strings.Join(sinks, ", ")
	}
	if text == "" {
		return
	}
	e := &record.Event
	r.screen.flow(yellow, wording.ShortID(e.ID)+"  ", "          ", fmt.Sprintf("%s  %s  %s  %s", wording.Moment(e.ReceivedAt, r.ledger.now()), e.Kind, crop(wording.Who(e), widestName), text))
}

// progress says how far it is, if somebody watches or it takes long.
func (r *replaying) progress() {
	const long = 2 * time.Second
	n := r.Report.Sum()
	if r.cmd.DryRun || n < replay.Chunk || !isTerminal(r.world.stderr) && time.Since(r.told) < long {
		return
	}
	r.told = time.Now()
	of := ""
	if r.total >= n {
		of = " of " + wording.Thousands(r.total)
	}
	_, _ = fmt.Fprintf(r.world.stderr, "replayed %s%s\n", wording.Thousands(n), of)
}
