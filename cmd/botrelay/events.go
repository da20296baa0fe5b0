package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/config"
	"botrelay/relay/notice"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

type eventsCmd struct {
	ledgerFlags
	IDs     []string     `arg:"" optional:"" name:"ID" help:"Show these events in full. The end of an ID will do."`
	Status  queue.Status `help:"Only events with a delivery that is pending, sent, dead, replayed or discarded, or unrouted ones: no route took them." placeholder:"STATUS"`
	Since   span         `help:"Only events that came in so long ago at most: 30m, 24h, 7d." placeholder:"TIME"`
	Source  string       `help:"Only events of this source." placeholder:"NAME"`
	Kind    relay.Kind   `help:"Only events of this kind: lead, message, appointment, chat, escalation, other or notice." placeholder:"KIND"`
	Sink    string       `help:"Only events for this sink." placeholder:"NAME"`
	Limit   int          `help:"So many at most; 0: all." default:"20" placeholder:"N"`
	Oldest  bool         `help:"The oldest ones instead of the newest."`
	JSON    bool         `name:"json" help:"One JSON object a line, for programs."`
	Payload bool         `help:"With the vendor's JSON: of IDs, or with --json."`
}

// Help is what --help adds to the flags.
func (*eventsCmd) Help() string {
	return `Shows what came in and where it went; the newest is the last line. It works while a relay runs, and while none does.

  ✓ sales               it has arrived
  … sales pending       it waits to be sent
  ✗ sales dead: reason  it was given up on; deliver it again with botrelay replay
  ⌫ sales discarded     it was given up on, and a person has put it away

With --json each line is an event with its fields as routes.toml names them (id, vendor, source, event_type, kind, channel, bot_id, conversation_id, contact, subject, text, answer, transcript, page_url, scheduled, details, created_at, received_at), its deliveries (id, sink, route, state, tries, reason, message_id, owed_at, settled_at) and the attempts of each that did not succeed (number, at, took_ms, outcome, status, reason, size). What is empty is left out, but for the lists of deliveries and of attempts. Times are RFC 3339, in UTC.`
}

// Run shows events.
func (c *eventsCmd) Run(ctx context.Context, w *world) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	l, err := c.open(ctx, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	lanes, err := l.LaneStatus(ctx)
	if err != nil {
		return err
	}
	if err := l.checkSink(c.Sink, lanes); err != nil {
		return err
	}
	switch {
	case len(c.IDs) > 0:
		return c.showEach(ctx, l, newScreen(w), lanes)
	case c.JSON:
		_, _, err = c.write(ctx, l, &jsonLines{out: w.stdout, payload: c.Payload})
		return err
	}
	return c.list(ctx, l, newScreen(w), lanes)
}

// check returns what is wrong with the flags.
func (c *eventsCmd) check() error {
	var statuses []string
	for _, s := range queue.Statuses() {
		statuses = append(statuses, string(s))
	}
	kinds := append([]string{string(relay.Notice)}, relay.KindNames()...)
	chooses := c.Status != "" || c.Since != 0 || c.Source != "" || c.Kind != "" || c.Sink != "" || c.Oldest
	var wrong string
	switch {
	case c.Status != "" && !slices.Contains(statuses, string(c.Status)):
		wrong = config.Unknown("status", string(c.Status), statuses)
	case c.Kind != "" && !slices.Contains(kinds, string(c.Kind)):
		wrong = config.Unknown("kind", string(c.Kind), kinds)
	case c.Limit < 0:
		wrong = "--limit wants a number from 0 on"
	case c.Status == queue.StatusUnrouted && c.Sink != "":
		wrong = "an unrouted event goes to no sink: give --status unrouted or --sink, not both"
	case len(c.IDs) > 0 && chooses:
		wrong = "name IDs, or say which events with flags, not both"
	case c.Payload && !c.JSON && len(c.IDs) == 0:
		wrong = "--payload goes with the ID of an event, or with --json"
	default:
		return nil
	}
	return usage{errors.New(wrong)}
}

// showEach shows the events that were named.
func (c *eventsCmd) showEach(ctx context.Context, l *ledger, to screen, lanes map[string]queue.LaneStatus) error {
	for i, id := range c.IDs {
		r, err := l.event(ctx, id)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := (&jsonLines{out: to, payload: c.Payload}).add(r); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			_, _ = fmt.Fprintln(to)
		}
		d := detail{screen: to, ledger: l, lanes: lanes}
		d.show(&r)
		if c.Payload {
			d.payload(r.Event.Payload)
		}
	}
	return nil
}

// lines is what a list of events is written to, the first line first.
type lines interface {
	add(r queue.Record) error
	// flush writes what was added, if it was held back.
	flush() error
}

// list lists events for people, and says what else they would want to know.
func (c *eventsCmd) list(ctx context.Context, l *ledger, to screen, lanes map[string]queue.LaneStatus) error {
	shown, more, err := c.write(ctx, l, &eventList{screen: to, now: l.now()})
	if err != nil {
		return err
	}
	if shown == 0 {
		if err := c.sayNone(ctx, l, to); err != nil {
			return err
		}
	}
	var notes []string
	if more {
		which := "newest"
		if c.Oldest {
			which = "oldest"
		}
		notes = append(notes, fmt.Sprintf("These are the %s %s; --limit shows more.", which, wording.Thousands(shown)))
	}
	if c.Status == queue.StatusUnrouted && shown > 0 {
		notes = append(notes, "No route took these. Once routes.toml has one for them, deliver them with:\n  botrelay replay --reroute")
	}
	notes = append(notes, c.laneNotes(l, lanes)...)
	if len(notes) > 0 {
		_, _ = fmt.Fprintln(to)
	}
	for _, note := range notes {
		to.note(note)
	}
	return err
}

// query is what the flags ask for.
func (c *eventsCmd) query() queue.Query {
	return queue.Query{
		Source: c.Source,
		Kind:   c.Kind,
		Sink:   c.Sink,
		Status: c.Status,
		Since:  time.Duration(c.Since),
		Oldest: c.Oldest,
		Limit:  c.Limit,

		Attempts: c.JSON,
	}
}

// write writes events, and returns how many there were and whether there are
// more than the limit.
func (c *eventsCmd) write(ctx context.Context, l *ledger, to lines) (shown int, more bool, err error) {
	q := c.query()
	if c.Limit == 0 { // all, from the oldest on: nothing need be held
		q.Oldest = true
	} else {
		q.Limit++ // tells whether there are more
	}
	var held []queue.Record
	for r, err := range queue.All(ctx, l, q) {
		if err != nil {
			return shown, false, err
		}
		if c.Limit > 0 && shown == c.Limit {
			more = true
			break
		}
		shown++
		if !q.Oldest {
			if !c.Payload {
				r.Event.Payload = nil
			}
			held = append(held, r)
			continue
		}
		if err := to.add(r); err != nil {
			return shown, false, err
		}
	}
	slices.Reverse(held)
	for _, r := range held {
		if err := to.add(r); err != nil {
			return shown, false, err
		}
	}
	return shown, more, to.flush()
}

// sayNone says why there is nothing to show.
func (c *eventsCmd) sayNone(ctx context.Context, l *ledger, out screen) error {
	newest, err := l.Events(ctx, queue.Query{Limit: 1})
	switch {
	case err != nil:
		return err
	case len(newest) == 0:
		out.note("Nothing has come in yet. Send a sample with botrelay send, and see with botrelay check which URL to paste at the vendor.")
		return nil
	}
	at := newest[0].Event.ReceivedAt
	out.note(fmt.Sprintf("No event is like that. The newest one of all came in %s (%s ago).", wording.Moment(at, l.now()), wording.Spell(time.Since(at))))
	if c.Source != "" && l.sources != nil && !slices.Contains(l.sources, c.Source) && c.Source != notice.Name {
		out.note(config.Unknown("source", c.Source, l.sources))
	}
	return nil
}
