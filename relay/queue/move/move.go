// Package move moves what one store holds into another: events with what became
// of them, lanes, budgets and conversations. It knows no SQL; the drivers of
// package queue read and write.
//
// The target keeps account of how far a move has come in the same transactions
// that bring its events, so a move that is killed goes on where it was, and brings
// nothing twice. Nothing that it has brought is sent before all of it is there.
package move

import (
	"context"
	"fmt"
	"time"
)

// Row is a row of a table by the names of its columns. Its values are nil, int64,
// string or []byte. Both sides have the same columns, of the same meaning.
type Row map[string]any

// Int returns the number in a column.
func (r Row) Int(column string) int64 {
	n, _ := r[column].(int64)
	return n
}

// Text returns the text in a column.
func (r Row) Text(column string) string {
	text, _ := r[column].(string)
	return text
}

// Position is how far a move has come: all events up to one, and all pending
// deliveries that were owed by a replay up to one, by their numbers in the source.
type Position struct{ Event, Delivery int64 }

// Chunk is a part of the store that is moved in one transaction.
type Chunk struct {
	// Events are in their order, Deliveries are theirs in the order of their IDs,
	// without those in Again, and Attempts those of all deliveries here.
	Events, Deliveries, Attempts []Row
	// Again are pending deliveries that were owed by a replay, of these or earlier
	// events, in their order. Each has the ID of its event as event_id.
	Again []Row
	To    Position
	Last  bool // there is nothing after it
}

// Rest is what there is but events.
type Rest struct{ Lanes, Budgets, Uses, Threads []Row }

// Source is the store to move. It does not change while it is moved.
type Source interface {
	// Name returns what the store calls itself, and what tells whether it has
	// changed since.
	Name() string
	State() string
	// Count returns how many events were put later than a time, and how many of
	// these are behind a position.
	Count(ctx context.Context, newer int64, after Position) (all, left int, err error)
	// Next returns the chunk behind a position, with only the events that were put
	// later than a time.
	Next(ctx context.Context, newer int64, after Position) (Chunk, error)
	// Newest returns when the newest event was put, 0 without any.
	Newest(ctx context.Context) (int64, error)
	Rest(ctx context.Context) (Rest, error)
}

// Start is how a move stands when it begins or goes on.
type Start struct {
	Position
	Newer   int64 // an earlier move brought what was put up to then
	Moved   int   // events so far
	Passed  int   // events so far that were there already
	Done    bool  // the store has been moved, and has not changed since
	Resumed bool  // it was interrupted
	Anew    bool  // it was interrupted, and the store has changed: what was brought was taken back
}

// Target is the store to move to. Relays may be using it.
type Target interface {
	// Begin finds out how the move of a store stands.
	Begin(ctx context.Context, name, state string) (Start, error)
	// Add brings a chunk, all or nothing, and notes that it has. It returns how many
	// of its events are new there.
	Add(ctx context.Context, name string, c Chunk) (moved int, err error)
	// End brings the rest, and lets what was brought be sent: all or nothing. newest
	// is the time of the newest event.
	End(ctx context.Context, name string, rest Rest, newest int64) error
}

// Report is what a move came to.
type Report struct {
	Start  Start // as it was when this run began
	Events int   // of the source that were to be moved, by this and earlier runs
	Moved  int   // of these: now in the target
	Passed int   // of these: were there already
	Took   time.Duration
}

// Run moves a store, or goes on with it. It blocks until it is done, has failed or
// ctx ends, and calls progress, which may be nil, after every transaction with
// what has been done by then.
func Run(ctx context.Context, from Source, to Target, progress func(Report)) (Report, error) {
	began := time.Now()
	start, err := to.Begin(ctx, from.Name(), from.State())
	r := Report{Start: start, Moved: start.Moved, Passed: start.Passed}
	if err != nil || start.Done {
		return r, err
	}
	at := start.Position
	all, left, err := from.Count(ctx, start.Newer, at)
	if err != nil {
		return r, err
	}
	if r.Events = all; all-left != start.Moved+start.Passed {
		return r, fmt.Errorf("%d events of the file were brought or there, and it has %d up to there: the account does not fit", start.Moved+start.Passed, all-left)
	}
	for last := false; !last; {
		chunk, err := from.Next(ctx, start.Newer, at)
		if err != nil {
			return r, err
		}
		moved, err := to.Add(ctx, from.Name(), chunk)
		if err != nil {
			return r, err
		}
		r.Moved, r.Passed = r.Moved+moved, r.Passed+len(chunk.Events)-moved
		at, last, r.Took = chunk.To, chunk.Last, time.Since(began)
		if progress != nil {
			progress(r)
		}
	}
	if r.Moved+r.Passed != r.Events {
		return r, fmt.Errorf("the file has %d events, and %d are accounted for: nothing of it is sent yet", r.Events, r.Moved+r.Passed)
	}
	return r, finish(ctx, from, to, &r, began)
}

func finish(ctx context.Context, from Source, to Target, r *Report, began time.Time) error {
	rest, err := from.Rest(ctx)
	if err != nil {
		return err
	}
	newest, err := from.Newest(ctx)
	if err != nil {
		return err
	}
	err = to.End(ctx, from.Name(), rest, newest)
	r.Took = time.Since(began)
	return err
}
