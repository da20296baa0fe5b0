package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	words "botrelay/relay/search"
)

// maxFound is how many IDs Find returns at most.
const maxFound = 10

// Find returns the IDs that end with tail: see queue.Finder.
func (h History) Find(ctx context.Context, tail string) ([]string, error) {
	ids, err := h.find(ctx, tail)
	if err != nil {
		return nil, fmt.Errorf("looking for an ID: %w", h.db.Classify(err))
	}
	return ids, nil
}

// findQuery walks the index of IDs from its end, and reads no event: some tenths
// of a second for a million.
const findQuery = `SELECT id FROM @events WHERE substr(id, length(id) - length($1) + 1) = $1 ORDER BY id DESC LIMIT $2 + 0`

// find looks at what the search index leads to, and at what is not indexed yet. Of an
// end of which the index knows nothing it looks at all IDs.
func (h History) find(ctx context.Context, tail string) (ids []string, err error) {
	typed := words.EndOfID(tail)
	if typed.IsZero() {
		return column[string](h.query(ctx, findQuery, tail, maxFound))
	}
	s := &search{history: h, words: typed, cutoff: math.MinInt64, latest: math.MaxInt64, hi: math.MaxInt64}
	if s.lookup, err = h.newLookup(ctx, s.q, typed); err != nil {
		return nil, err
	}
	for tries := 0; len(ids) < maxFound && !s.isOver(); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		places, err := s.walk(ctx, scanPiece)
		if errors.Is(err, errMoved) && tries < maxTries {
			tries++
			if s.lookup, err = h.newLookup(ctx, s.q, typed); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		if len(places) == 0 {
			continue
		}
		some, err := column[string](h.query(ctx, idsQuery, jsonOf(places)))
		if err != nil {
			return nil, err
		}
		for _, id := range some {
			if strings.HasSuffix(id, tail) {
				ids = append(ids, id)
			}
		}
	}
	return ids[:min(len(ids), maxFound)], nil
}

const idsQuery = `SELECT id FROM @events WHERE seq IN (SELECT CAST(value AS bigint) FROM {each $1 as p}) ORDER BY seq DESC`
