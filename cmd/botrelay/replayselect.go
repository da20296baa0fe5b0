package main

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"botrelay/relay/queue"
)

// older orders events as they came in.
func older(a, b queue.Record) int {
	return cmp.Or(a.Event.ReceivedAt.Compare(b.Event.ReceivedAt), cmp.Compare(a.Event.ID, b.Event.ID))
}

// selected returns the events that the flags select, as sequences from the
// oldest on.
func (r *replay) selected(ctx context.Context) []iter.Seq2[queue.Record, error] {
	q := queue.Query{Since: time.Duration(r.cmd.Since), Oldest: true}
	if r.cmd.Dead {
		if r.cmd.Since == 0 {
			for sink, lane := range r.lanes {
				if r.cmd.Sink == "" || r.cmd.Sink == sink {
					r.total += lane.Dead
				}
			}
		}
		q.Sink, q.Status = r.cmd.Sink, queue.StatusDead
		return []iter.Seq2[queue.Record, error]{r.ledger.all(ctx, q)}
	}
	q.Status = queue.StatusUnrouted
	all := []iter.Seq2[queue.Record, error]{r.ledger.all(ctx, q)}
	for _, sink := range slices.Sorted(maps.Keys(r.lanes)) {
		if r.ledger.knows(sink) {
			continue
		}
		q.Sink = sink
		for _, q.Status = range []queue.Status{queue.StatusPending, queue.StatusDead} {
			all = append(all, r.ledger.all(ctx, q))
		}
	}
	return all
}

// merged merges sequences of events, each from the oldest on, into one. It ends
// with the first error.
func merged(all []iter.Seq2[queue.Record, error]) iter.Seq2[queue.Record, error] {
	type source struct {
		next func() (queue.Record, error, bool)
		head queue.Record
	}
	return func(yield func(queue.Record, error) bool) {
		var sources []*source
		advance := func(s *source) (more bool, err error) {
			s.head, err, more = s.next()
			return more, err
		}
		for _, seq := range all {
			next, stop := iter.Pull2(seq)
			defer stop()
			s := &source{next: next}
			more, err := advance(s)
			if err != nil {
				yield(queue.Record{}, err)
				return
			}
			if more {
				sources = append(sources, s)
			}
		}
		for len(sources) > 0 {
			oldest := slices.MinFunc(sources, func(a, b *source) int { return older(a.head, b.head) })
			if !yield(oldest.head, nil) {
				return
			}
			more, err := advance(oldest)
			if err != nil {
				yield(queue.Record{}, err)
				return
			}
			if !more {
				sources = slices.DeleteFunc(sources, func(s *source) bool { return s == oldest })
			}
		}
	}
}
