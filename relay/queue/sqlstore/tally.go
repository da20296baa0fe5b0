package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"botrelay/relay/queue"
)

var _ queue.Tallier = History{}

// Tally counts what a query selects: see queue.Tallier. What the search index knows of is
// counted by it alone.
func (h History) Tally(ctx context.Context, q queue.Query, most int) (n int, more bool, err error) {
	switch {
	case ctx.Err() != nil:
		return 0, true, nil
	case q.Status == queue.StatusUnrouted && q.Sink != "": // no sink has any
		return 0, false, nil
	}
	n, more, err = h.tally(ctx, q, most)
	switch {
	case err != nil && ctx.Err() != nil:
		return n, true, nil
	case err != nil:
		return n, true, fmt.Errorf("counting events: %w", h.db.Classify(err))
	}
	return n, more, nil
}

func (h History) tally(ctx context.Context, q queue.Query, most int) (n int, more bool, err error) {
	q.Limit, q.Attempts = most, false
	s, err := h.search(ctx, q)
	if err != nil {
		return 0, true, err
	}
	for tries := 0; n < most && !s.isOver(); {
		if err := ctx.Err(); err != nil {
			return n, true, err
		}
		places, err := s.next(ctx, scanPiece, scanPiece)
		if errors.Is(err, errMoved) && tries < maxTries {
			tries++
			if s.lookup, err = h.newLookup(ctx, s.q, s.words); err == nil {
				continue
			}
		}
		if err != nil {
			return n, true, err
		}
		some, err := s.countOf(ctx, places)
		if err != nil {
			return n, true, err
		}
		n += some
		if len(places) == 0 {
			if err := s.skipOld(ctx); err != nil {
				return n, true, err
			}
		}
	}
	return min(n, most), n > most || !s.isOver(), nil
}

// countOf returns how many of some places hold wanted events. Those of which that is not
// sure are read.
func (s *search) countOf(ctx context.Context, places []int64) (n int, err error) {
	var sure, unsure []int64
	for _, place := range places {
		if s.isSure(place) {
			sure = append(sure, place)
		} else {
			unsure = append(unsure, place)
		}
	}
	if s.isTimed() { // of a segment there may be events of another time
		if sure, err = s.narrow(ctx, sure); err != nil {
			return 0, err
		}
	}
	n = len(sure)
	for some := range slices.Chunk(unsure, leafRead) {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		records, err := s.load(ctx, some)
		if err != nil {
			return n, err
		}
		n += len(records)
	}
	return n, nil
}

// isSure reports whether an event at a place that was found is wanted for sure. What is
// not indexed has been found by what the database knows of it, and not by its texts; of
// very long names the index knows the beginning; and of a sink to which very much was owed
// again it does not know.
func (s *search) isSure(place int64) bool {
	q, x := s.q, s.lookup
	texts := q.Channel != "" || q.BotID != "" || q.Conversation != "" || !s.words.IsZero()
	switch {
	case q.ID != "":
		return false
	case place > x.indexed:
		return !texts
	case max(len(q.Channel), len(q.BotID), len(q.Conversation), len(q.Source), len(q.Sink)) > maxName:
		return false
	}
	return q.Sink == "" || q.Status != queue.AnyStatus || x.sink != "" || !x.helps()
}
