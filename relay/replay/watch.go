package replay

import (
	"context"
	"maps"
	"slices"

	"botrelay/relay/queue"
)

// mostWatched is how many deliveries a Watch follows at most.
const mostWatched = 100_000

// Watch follows what a Run has owed again until all of it has come to an end. It is used
// by one goroutine.
type Watch struct {
	lanes   map[string][]queue.Redelivery // by sink, what has not come to its end, in its order
	so      Progress
	tooMany bool
}

// Progress is how far what was owed again has come.
type Progress struct {
	Owed    int    `json:"owed"`              // deliveries that are followed
	Arrived int    `json:"arrived"`           // of these, sent
	GivenUp int    `json:"given_up"`          // dead once more
	Why     string `json:"why,omitempty"`     // the reason of the first of these
	PutAway int    `json:"put_away"`          // discarded by a person, or sent elsewhere
	Gone    int    `json:"no_longer_kept"`    // whose event is no longer kept
	Waiting int    `json:"waiting,omitempty"` // neither
}

// Ended reports whether nothing waits any more.
func (p Progress) Ended() bool { return p.Waiting == 0 }

// follow adds what a run has owed to a sink, in its order.
func (w *Watch) follow(sink string, again []queue.Redelivery) {
	if w.lanes == nil {
		w.lanes = make(map[string][]queue.Redelivery)
	}
	if w.tooMany = w.tooMany || w.so.Owed+len(again) > mostWatched; w.tooMany {
		w.lanes, w.so = nil, Progress{}
		return
	}
	w.lanes[sink] = append(w.lanes[sink], again...)
	w.so.Owed += len(again)
	w.so.Waiting += len(again)
}

// Look returns how far it has come. It reads, of each sink, on from the first event that
// had not come to its end the last time: a lane keeps its order. Once ctx has ended it
// returns what it knows by then.
func (w *Watch) Look(ctx context.Context, h queue.History) (Progress, error) {
	for _, sink := range slices.Sorted(maps.Keys(w.lanes)) {
		for len(w.lanes[sink]) > 0 && ctx.Err() == nil {
			again := w.lanes[sink][0]
			found, err := h.Events(ctx, queue.Query{ID: again.Event, Limit: 1})
			if err != nil && ctx.Err() == nil {
				return w.so, err
			}
			if err != nil || !w.so.ended(found, again) {
				break
			}
			w.lanes[sink] = w.lanes[sink][1:]
		}
	}
	return w.so, nil
}

// ended notes what has become of a delivery that was owed again, and reports whether it
// has come to an end. found has its event, if that is still kept.
func (p *Progress) ended(found []queue.Record, again queue.Redelivery) bool {
	if len(found) == 0 {
		p.Gone++
		p.Waiting--
		return true
	}
	var last queue.DeliveryRecord
	for _, d := range found[0].Deliveries {
		if d.ID == again.Replaces && d.State != queue.Replayed { // the store passed over it
			p.Owed--
			p.Waiting--
			return true
		}
		if d.Sink == again.Sink {
			last = d
		}
	}
	return p.note(last)
}

// note counts a delivery that has come to an end.
func (p *Progress) note(d queue.DeliveryRecord) bool {
	switch d.State {
	case queue.Pending:
		return false
	case queue.Sent:
		p.Arrived++
	case queue.Dead:
		if p.GivenUp++; p.Why == "" {
			p.Why = d.Reason
		}
	case queue.Replayed, queue.Discarded:
		p.PutAway++
	default: // it is not there
		p.Gone++
	}
	p.Waiting--
	return true
}

// At returns how an event stands at some sinks that it was owed to again.
func At(r *queue.Record, sinks []string) Progress {
	p := Progress{Owed: len(sinks), Waiting: len(sinks)}
	for _, sink := range sinks {
		p.ended([]queue.Record{*r}, queue.Redelivery{Sink: sink, Replaces: -1})
	}
	return p
}
