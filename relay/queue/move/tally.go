package move

import (
	"context"
	"fmt"
)

// Tally is what belongs to an event, or to several.
type Tally struct {
	Event int64 // its number in the source; 0 for several
	ID    string

	Events                                   int
	Pending, Sent, Dead, Replayed, Discarded int // deliveries
	Attempts                                 int
	Bytes                                    int // of the vendors' JSON
}

// add adds another.
func (t *Tally) add(o Tally) {
	t.Events += o.Events
	t.Pending, t.Sent, t.Dead = t.Pending+o.Pending, t.Sent+o.Sent, t.Dead+o.Dead
	t.Replayed, t.Discarded = t.Replayed+o.Replayed, t.Discarded+o.Discarded
	t.Attempts, t.Bytes = t.Attempts+o.Attempts, t.Bytes+o.Bytes
}

// differs says in what the target's tally of an event is another than the
// source's, or nothing. A dead letter may have been replayed or discarded there meanwhile.
func (t Tally) differs(there Tally) string {
	for _, d := range []struct {
		what      string
		here, has int
	}{
		{"pending deliveries", t.Pending, there.Pending},
		{"sent deliveries", t.Sent, there.Sent},
		{"dead, replayed or discarded deliveries", t.Dead + t.Replayed + t.Discarded, there.Dead + there.Replayed + there.Discarded},
		{"failed attempts", t.Attempts, there.Attempts},
		{"bytes", t.Bytes, there.Bytes},
	} {
		if d.here != d.has {
			return fmt.Sprintf("event %s has %d %s in the file and %d in the database", t.ID, d.here, d.what, d.has)
		}
	}
	return ""
}

// recount compares each event of the source with what the target has of it now,
// and returns what it has in sum. An event may be missing only if it was passed
// over, or is too old to be kept.
func recount(ctx context.Context, from Source, to Target, r Report, progress func(done int)) (sum Tally, err error) {
	before, err := to.Gone(ctx)
	if err != nil {
		return sum, err
	}
	missing, wrong, first, seen := 0, 0, "", 0
	for after := int64(0); ; {
		some, err := from.Tally(ctx, r.Start.Newer, after)
		if err != nil {
			return sum, err
		}
		if len(some) == 0 {
			break
		}
		after, seen = some[len(some)-1].Event, seen+len(some)
		ids := make([]string, len(some))
		for i, t := range some {
			ids[i] = t.ID
		}
		there, err := to.Tally(ctx, ids)
		if err != nil {
			return sum, err
		}
		for _, t := range some {
			has, ok := there[t.ID]
			if !ok {
				missing++
				continue
			}
			sum.add(has)
			if text := t.differs(has); text != "" {
				if wrong++; wrong == 1 {
					first = text
				}
			}
		}
		progress(seen)
	}
	after, err := to.Gone(ctx)
	switch {
	case err != nil:
		return sum, err
	case wrong > 0:
		return sum, fmt.Errorf("%w: counted again, %d of %d events are not what they are in the file: %s", ErrDiffers, wrong, seen, first)
	case missing < r.Passed+before || missing > r.Passed+after:
		return sum, fmt.Errorf("%w: counted again, %d of %d events are not in the database, where %d were passed over and %d are gone for their age",
			ErrDiffers, missing, seen, r.Passed, after)
	case seen != r.Events:
		return sum, fmt.Errorf("%w: counted again, it has %d events, and %d were to be moved", ErrDiffers, seen, r.Events)
	}
	return sum, nil
}
