package replay

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"botrelay/relay/queue"
)

// Dead returns the events with a dead letter, of one sink if it is named, that came
// in at most so long ago; 0: whatever their age. The oldest is the first. The last
// pair holds an error, if there was one.
func Dead(ctx context.Context, h queue.History, sink string, since time.Duration) iter.Seq2[queue.Record, error] {
	return queue.All(ctx, h, queue.Query{Sink: sink, Status: queue.StatusDead, Since: since, Oldest: true})
}

// Stranded returns the events that no route took, and those that are dead at, or wait
// for, a sink of lanes that is not there today: as Dead does, each once.
func Stranded(ctx context.Context, h queue.History, lanes map[string]queue.LaneStatus, knows func(sink string) bool, since time.Duration) iter.Seq2[queue.Record, error] {
	q := queue.Query{Status: queue.StatusUnrouted, Since: since, Oldest: true}
	all := []iter.Seq2[queue.Record, error]{queue.All(ctx, h, q)}
	for _, sink := range slices.Sorted(maps.Keys(lanes)) {
		if knows(sink) {
			continue
		}
		q.Sink = sink
		for _, q.Status = range []queue.Status{queue.StatusPending, queue.StatusDead} {
			all = append(all, queue.All(ctx, h, q))
		}
	}
	return merged(all)
}

// Older orders events as they came in.
func Older(a, b queue.Record) int {
	return cmp.Or(a.Event.ReceivedAt.Compare(b.Event.ReceivedAt), cmp.Compare(a.Event.ID, b.Event.ID))
}

// merged merges sequences of events, each from the oldest on, into one, in which each
// event is once. It ends with the first error.
func merged(all []iter.Seq2[queue.Record, error]) iter.Seq2[queue.Record, error] {
	return func(yield func(queue.Record, error) bool) {
		var heads []*head
		for _, events := range all {
			next, stop := iter.Pull2(events)
			defer stop()
			heads = append(heads, &head{next: next})
		}
		last := ""
		for unread := heads; ; {
			for _, h := range unread {
				if err := h.read(); err != nil {
					yield(queue.Record{}, err)
					return
				}
			}
			heads = slices.DeleteFunc(heads, func(h *head) bool { return h.ended })
			if len(heads) == 0 {
				return
			}
			oldest := slices.MinFunc(heads, func(a, b *head) int { return Older(a.event, b.event) })
			if oldest.event.Event.ID != last && !yield(oldest.event, nil) {
				return
			}
			last, unread = oldest.event.Event.ID, []*head{oldest}
		}
	}
}

// head is the first event of a sequence that was not taken yet.
type head struct {
	next  func() (queue.Record, error, bool)
	event queue.Record
	ended bool
}

func (h *head) read() error {
	event, err, more := h.next()
	h.event, h.ended = event, !more
	return err
}
