package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"botrelay/relay/queue"
)

const (
	defaultLimit = 100
	// pageSize is how many events one read returns at most. An open read keeps
	// the write-ahead log from being emptied.
	pageSize = 100
	// maxTries is how often a search begins anew where the index was changed below it.
	maxTries = 10
)

// Source is what a History reads from.
type Source interface {
	// Read returns what runs statements that only read, each by itself.
	Read() Runner
	// Now returns the store's time in microseconds since 1970. It blocks for as
	// long as the database takes to answer.
	Now(ctx context.Context) (int64, error)
	// Classify makes an error of a statement wrap queue.ErrUnavailable if a later
	// try may succeed.
	Classify(err error) error
}

// History answers what people ask of a store. It only reads, and each of its reads
// is short. Its methods may be called from several goroutines.
type History struct {
	db Source
	d  Dialect
}

var (
	_ queue.History = History{}
	_ queue.Counter = History{}
	_ queue.Finder  = History{}
)

func (h History) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return h.db.Read().QueryContext(ctx, h.d.Text(statement), args...)
}

func (h History) row(ctx context.Context, statement string, args ...any) *sql.Row {
	return h.db.Read().QueryRowContext(ctx, h.d.Text(statement), args...)
}

// Events returns records: see queue.History. It reads them in pieces, so what is
// put or settled meanwhile may be in some and not in others.
func (h History) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	records, err := h.events(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", h.db.Classify(err))
	}
	return records, nil
}

func (h History) events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	s, err := h.search(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []queue.Record
	for tries := 0; len(all) < s.q.Limit && !s.isOver(); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if s.q.ID == "" && time.Since(s.lookup.made) > staleTime {
			if s.lookup, err = h.newLookup(ctx, s.q, s.words); err != nil {
				return nil, err
			}
		}
		left := s.q.Limit - len(all)
		places, err := s.next(ctx, min(pageSize, left), left)
		if errors.Is(err, errMoved) && tries < maxTries {
			tries++
			if s.lookup, err = h.newLookup(ctx, s.q, s.words); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		records, err := s.load(ctx, places)
		if err != nil {
			return nil, err
		}
		all = append(all, records...)
		if len(records) == 0 {
			if err := s.skipOld(ctx); err != nil {
				return nil, err
			}
		}
	}
	return all[:min(len(all), s.q.Limit)], nil
}
