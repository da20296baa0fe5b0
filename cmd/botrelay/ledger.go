package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"botrelay/relay/config"
	"botrelay/relay/queue"
	"botrelay/relay/render"
	"botrelay/relay/wording"
)

// ledgerStore is what the commands need of a store that a relay may be using.
type ledgerStore interface {
	queue.Ledger
	queue.Finder
	// Running reports whether a relay has the store at the moment.
	Running() (bool, error)
}

// ledgerFlags say which store to look into.
type ledgerFlags struct {
	configFlag
	Store string `help:"The store to look into, such as sqlite:data/botrelay.db, instead of the one that the routes file names." placeholder:"URL"`
}

// ledger is a store that was opened to look into, and what the routes file says
// about it.
type ledger struct {
	ledgerStore
	zone *time.Location
	idle bool // no relay ran on the store when it was opened: nothing is sent
	// sources and sinks are the names in the routes file; nil: it was not read.
	sources, sinks []string
}

// open opens the store. The routes file is read for where that is, and need not
// be there if --store says it.
func (f *ledgerFlags) open(ctx context.Context, w *world) (*ledger, error) {
	outline, err := f.outline(w)
	switch {
	case f.Store == "" && err != nil:
		return nil, err
	case f.Store != "" && err != nil:
		outline = &config.Outline{Timezone: time.UTC}
	}
	url := f.Store
	if url == "" {
		url = outline.Store.Reveal()
	}
	store, err := openLedger(ctx, url)
	if err != nil {
		return nil, f.elsewhere(url, err)
	}
	running, err := store.Running()
	idle := err == nil && !running // not knowing is no reason to worry people
	return &ledger{store, outline.Timezone, idle, outline.Sources, outline.Sinks}, nil
}

// elsewhere adds to an error where the store may be, if the routes file names one
// that is not there.
func (f *ledgerFlags) elsewhere(url string, err error) error {
	path, isFile := strings.CutPrefix(url, "sqlite:")
	if _, statErr := os.Stat(path); f.Store != "" || !isFile || !errors.Is(statErr, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("%w\na relay that runs with --sandbox has a store of its own: its log names it, for --store", err)
}

// outline reads of the routes file what is needed. Its problems are printed
// unless --store makes do without it.
func (f *ledgerFlags) outline(w *world) (*config.Outline, error) {
	data, err := readFile(f.Config)
	if err != nil {
		return nil, fmt.Errorf("%w\nor name the store with --store", unreadable(f.Config, err))
	}
	outline, problems := config.ParseOutline(config.File{Name: f.Config, Data: data}, configEnv(w.getenv))
	if outline == nil {
		if f.Store == "" {
			_, _ = fmt.Fprintln(w.stderr, problems)
		}
		return nil, silent{fmt.Errorf("%s does not tell where the store is", f.Config)}
	}
	return outline, nil
}

// knows reports whether the routes file has a sink, as far as that is known.
func (l *ledger) knows(sink string) bool {
	return l.sinks == nil || slices.Contains(l.sinks, sink)
}

// checkSink returns what is wrong with the name of a sink that something is
// asked about: one that the routes file no longer has may have a past.
func (l *ledger) checkSink(sink string, lanes map[string]queue.LaneStatus) error {
	if _, past := lanes[sink]; past || sink == "" || slices.Contains(l.sinks, sink) {
		return nil
	}
	known := slices.Collect(maps.Keys(lanes))
	known = append(known, l.sinks...)
	slices.Sort(known)
	return usage{errors.New(config.Unknown("sink", sink, slices.Compact(known)))}
}

const (
	wholeID  = 36 // the length of an ID
	leastEnd = 4  // of an ID's end that is worth a search

	idLetters = "0123456789abcdef-"
)

// event returns the event that people mean by an ID or the end of one.
func (l *ledger) event(ctx context.Context, text string) (queue.Record, error) {
	id := strings.ToLower(text)
	if len(id) < leastEnd && strings.Trim(id, idLetters) == "" {
		return queue.Record{}, usage{fmt.Errorf("%q is too little of an ID: give at least the last %d characters, better all that botrelay events shows", text, leastEnd)}
	}
	if len(id) > wholeID || strings.Trim(id, idLetters) != "" {
		return queue.Record{}, usage{fmt.Errorf("%q is not the ID of an event: those are in the first column of botrelay events, such as 3f9a1c2e", render.Line(text, 40))}
	}
	if len(id) < wholeID {
		found, err := l.Find(ctx, id)
		switch {
		case err != nil:
			return queue.Record{}, err
		case len(found) > 1:
			return queue.Record{}, l.ambiguous(ctx, id, found)
		case len(found) == 1:
			id = found[0]
		}
	}
	records, err := l.Events(ctx, queue.Query{ID: id, Attempts: true})
	if err == nil && len(records) == 0 {
		err = fmt.Errorf("there is no event %s: it never came in here, or was so long ago that it is no longer kept", text)
	}
	if err != nil {
		return queue.Record{}, err
	}
	return records[0], nil
}

// ambiguous says which events an end of an ID may mean.
func (l *ledger) ambiguous(ctx context.Context, end string, ids []string) error {
	var lines strings.Builder
	for _, id := range ids {
		records, err := l.Events(ctx, queue.Query{ID: id})
		if err != nil {
			return err
		}
		for _, r := range records {
			fmt.Fprintf(&lines, "\n  %s  %s  %s  %s", id, wording.Moment(r.Event.ReceivedAt, l.now()), r.Event.Kind, wording.Who(&r.Event))
		}
	}
	return fmt.Errorf("several events end with %s: give more of the ID%s", end, lines.String())
}

// now returns the time in the zone of the routes file.
func (l *ledger) now() time.Time { return time.Now().In(l.zone) }
