// Package move moves what one store holds into another: events with what became
// of them, lanes, budgets and conversations. It knows no SQL; the drivers of
// package queue read and write. Times are as both store them, in microseconds since
// 1970.
//
// The target keeps account of how far a move has come in the same transactions
// that bring its events, so a move that is killed goes on where it was, and brings
// nothing twice. Nothing that it has brought is sent before all of it is there and
// has been counted again. No transaction is larger because the store is.
package move

import (
	"context"
	"fmt"
	"iter"
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
type Rest struct {
	Lanes, Budgets, Uses []Row
	Outcomes             []Row                 // how much was sent and died, over time
	Threads              iter.Seq2[Row, error] // there may be many; an error is the last
}

// About is what a store says of itself.
type About struct {
	Name   string // for itself: a copy has the same
	Path   string // where it is, for people
	State  string // what tells whether anything was put, sent or replayed since
	Newest int64  // when the newest event was put; 0 without any
	Last   int64  // the last of its deliveries; 0 without any
}

// Source is the store to move. It does not change while it is moved. Its methods
// are called one at a time.
type Source interface {
	About() About
	// Count returns how many events were put later than a time, and how many of
	// these are behind a position.
	Count(ctx context.Context, newer int64, after Position) (all, left int, err error)
	// Next returns the chunk behind a position, with only the events that were put
	// later than a time.
	Next(ctx context.Context, newer int64, after Position) (Chunk, error)
	// Tally counts what belongs to the next events behind one, of those that were
	// put later than a time: some hundreds, none at the end.
	Tally(ctx context.Context, newer, after int64) ([]Tally, error)
	// Rest returns what there is but events. Its Threads are read while they are
	// ranged over, for as long as ctx lasts.
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
	Anew    bool  // it was interrupted, and what was brought was taken back
	// Here says that all of it is there and is being let go: only End is missing.
	Here bool
	// Former says so of what the store held before it changed: after End there is
	// more to move.
	Former bool
}

// Target is the store to move to. Relays may be using it. Its methods are called
// by one goroutine, Begin first.
type Target interface {
	// Begin finds out how the move of a store stands. anew takes back what a move
	// that was interrupted has brought, be it of this store or of another; without
	// it that of another is an error.
	Begin(ctx context.Context, from About, anew bool) (Start, error)
	// Add brings a chunk, all or nothing, and notes that it has.
	Add(ctx context.Context, c Chunk) (Added, error)
	// Tally counts what belongs to those of some events that this move has brought.
	Tally(ctx context.Context, ids []string) (map[string]Tally, error)
	// Gone returns how many events of this move are there no more: too old to be
	// kept.
	Gone(ctx context.Context) (int, error)
	// End brings the rest, and lets what was brought be sent, little by little. From
	// its beginning nothing can be taken back; where it was interrupted it goes on.
	// progress is called with how many deliveries are to be let go, and how many of
	// them were.
	End(ctx context.Context, rest Rest, progress func(done, of int)) (Ended, error)
}

// Added is what a chunk has brought.
type Added struct {
	Events int // that are new there
	Again  int // deliveries that a replay owes, of events that were there
}

// Ended is what the end of a move has brought.
type Ended struct{ Lanes, Held, Threads int }

// OtherError says that the move of another store into the same target was begun
// and not ended.
type OtherError struct {
	Path   string // where that store was
	Begun  time.Time
	Events int  // that it has brought
	Here   bool // all is there, and is being let go: it cannot be taken back
}

func (e *OtherError) Error() string {
	return fmt.Sprintf("the move of another file, %s, was begun here on %s and is not done", e.Path, e.Begun.Format(time.DateTime))
}
