package move

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrDiffers says that what was brought is not what the source has. Nothing of it
// is sent.
var ErrDiffers = errors.New("what was moved is not what the file holds")

// Stage is what a move is about.
type Stage string

// The stages, in their order.
const (
	Adding   Stage = "moving"     // events
	Counting Stage = "counting"   // events, again
	Ending   Stage = "letting go" // pending deliveries
)

// Report is what a move came to, or has come to so far.
type Report struct {
	Start  Start // as it was when this run began
	Events int   // of the source that were to be moved, by this and earlier runs
	Moved  int   // of these: now in the target
	Passed int   // of these: were there already
	Again  int   // deliveries that a replay owes, of events moved earlier
	Count  Tally // what was counted in the target at the end
	Ended  Ended
	Took   time.Duration

	Stage    Stage
	Done, Of int // how far the stage is
}

// Config says what to move where.
type Config struct {
	From Source
	To   Target
	Anew bool // take back what an interrupted move has brought: see Target
	// Progress is called after every transaction with what has been done by then.
	// nil: it is not called.
	Progress func(Report)
}

// Run moves a store, or goes on with it. It blocks until it is done, has failed or
// ctx ends. Its error wraps ErrDiffers if the stores do not agree.
func Run(ctx context.Context, cfg Config) (Report, error) {
	for {
		m := moving{Config: cfg, began: time.Now()}
		err := m.run(ctx)
		m.Took = time.Since(m.began)
		if err != nil || !m.Start.Former {
			return m.Report, err
		}
		cfg.Anew = false
	}
}

// moving is a move under way.
type moving struct {
	Config
	Report

	began time.Time
}

func (m *moving) run(ctx context.Context) (err error) {
	if m.Start, err = m.To.Begin(ctx, m.From.About(), m.Anew); err != nil {
		return err
	}
	m.Moved, m.Passed = m.Start.Moved, m.Start.Passed
	if m.Start.Done {
		return nil
	}
	if m.Start.Here {
		m.Events = m.Moved + m.Passed
		return m.end(ctx)
	}
	if err := m.add(ctx); err != nil {
		return err
	}
	if m.Count, err = recount(ctx, m.From, m.To, m.Report, func(done int) { m.tell(Counting, done, m.Events) }); err != nil {
		return err
	}
	return m.end(ctx)
}

// add brings the events, reading each chunk while the one before is written.
func (m *moving) add(ctx context.Context) error {
	start := m.Start
	all, left, err := m.From.Count(ctx, start.Newer, start.Position)
	if err != nil {
		return err
	}
	if m.Events = all; all-left != start.Moved+start.Passed {
		return fmt.Errorf("%w: %d events were brought or there, and it has %d up to there", ErrDiffers, start.Moved+start.Passed, all-left)
	}
	for c, err := range m.ahead(ctx) {
		if err != nil {
			return err
		}
		added, err := m.To.Add(ctx, c)
		if err != nil {
			return err
		}
		m.Moved, m.Passed, m.Again = m.Moved+added.Events, m.Passed+len(c.Events)-added.Events, m.Again+added.Again
		m.tell(Adding, m.Moved+m.Passed, m.Events)
	}
	if m.Moved+m.Passed != m.Events {
		return fmt.Errorf("%w: it has %d events, and %d are accounted for", ErrDiffers, m.Events, m.Moved+m.Passed)
	}
	return nil
}

// ahead yields the chunks. The next is read while one is in use.
func (m *moving) ahead(ctx context.Context) func(yield func(Chunk, error) bool) {
	type read struct {
		Chunk
		err error
	}
	return func(yield func(Chunk, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		chunks := make(chan read)
		go func() {
			defer close(chunks)
			for at, last := m.Start.Position, false; !last; {
				c, err := m.From.Next(ctx, m.Start.Newer, at)
				at, last = c.To, c.Last || err != nil
				select {
				case chunks <- read{c, err}:
				case <-ctx.Done():
					return
				}
			}
		}()
		defer func() {
			cancel()
			for range chunks { // until the reader is done with the source
			}
		}()
		for c := range chunks {
			if !yield(c.Chunk, c.err) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Chunk{}, err)
		}
	}
}

func (m *moving) end(ctx context.Context) error {
	rest, err := m.From.Rest(ctx)
	if err != nil {
		return err
	}
	m.Ended, err = m.To.End(ctx, rest, func(done, of int) { m.tell(Ending, done, of) })
	return err
}

func (m *moving) tell(stage Stage, done, of int) {
	m.Stage, m.Done, m.Of, m.Took = stage, done, of, time.Since(m.began)
	if m.Progress != nil {
		m.Progress(m.Report)
	}
}
