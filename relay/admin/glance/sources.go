package glance

import (
	"context"
	"strings"
	"time"

	"botrelay/relay"
	"botrelay/relay/admin/mask"
	"botrelay/relay/queue"
	"botrelay/relay/wording"
)

const (
	// pageSize is how many of the newest events are looked at, and mostPages how often
	// that is, until one is met that was known before.
	pageSize  = 20
	mostPages = 5
	// doubtTime is how often a source is asked for by itself of which more may have come
	// than was looked at.
	doubtTime = 10 * time.Second
	// keptTime is how often a source is asked for anew at least: what is old is forgotten
	// by the store.
	keptTime = 5 * time.Minute
	// mostAnew is how many sources are asked for anew at a time.
	mostAnew = 20
)

// Last is the last event of a source.
type Last struct {
	ID   string     `json:"id"`
	At   time.Time  `json:"at"`
	Kind relay.Kind `json:"kind"`
	Who  string     `json:"who"` // whom it is about, in one line
}

// Sources knows the last event of each source. A store finds one source's at once,
// however long ago it came; of very many sources it is asked once, and then what has come
// in since. It may be used from several goroutines, and starts none.
type Sources struct {
	store interface {
		Events(ctx context.Context, q queue.Query) ([]queue.Record, error)
	}
	busy chan struct{} // holds one: who has what follows

	newest string // the ID of the newest event that was looked at
	known  map[string]known
}

// known is what is known of a source.
type known struct {
	last  *relay.Event // what tells whom it is about; nil: none is kept
	asked time.Time
	doubt bool // there may be a later one
}

// NewSources returns a Sources that knows nothing yet.
func NewSources(store interface {
	Events(ctx context.Context, q queue.Query) ([]queue.Record, error)
},
) *Sources {
	return &Sources{store: store, busy: make(chan struct{}, 1), known: make(map[string]known)}
}

// Last returns the last events of sources, by their names, as m lets them be shown; one of
// which none is kept is not in the map. When very much comes in at once it may lag behind
// by some seconds.
func (s *Sources) Last(ctx context.Context, names []string, m *mask.Masker) (map[string]*Last, error) {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	all := make(map[string]*Last)
	anew := 0
	for _, name := range names {
		k, is := s.known[name]
		old := time.Since(k.asked) > keptTime && anew < mostAnew
		if !is || k.doubt && time.Since(k.asked) > doubtTime || old {
			if old {
				anew++
			}
			records, err := s.store.Events(ctx, queue.Query{Source: name, Limit: 1})
			if err != nil {
				return nil, err
			}
			k = known{asked: time.Now()}
			if len(records) > 0 {
				k.last = brief(&records[0].Event)
			}
			s.known[name] = k
		}
		if k.last != nil {
			e := m.Event(k.last)
			all[name] = &Last{e.ID, e.ReceivedAt.UTC(), e.Kind, wording.Who(e)}
		}
	}
	return all, nil
}

// catchUp looks at what has come in since the last time.
func (s *Sources) catchUp(ctx context.Context) error {
	seen := make(map[string]bool) // sources
	first, met := "", false
	q := queue.Query{Limit: pageSize}
	for page := 0; page < mostPages && !met; page++ {
		records, err := s.store.Events(ctx, q)
		if err != nil && page > 0 && ctx.Err() == nil {
			break // the event that it goes on from may be kept no longer
		}
		if err != nil {
			return err
		}
		for i := range records {
			e := &records[i].Event
			if met = e.ID == s.newest; met {
				break
			}
			if first == "" {
				first = e.ID
			}
			if !seen[e.Source] {
				seen[e.Source] = true
				s.known[e.Source] = known{last: brief(e), asked: time.Now()}
			}
			q.After = e.ID
		}
		if len(records) < pageSize { // there are no more
			met = true
		}
		if s.newest == "" { // nothing is known that could be met
			break
		}
	}
	if first != "" {
		s.newest = first
	}
	if met {
		return nil
	}
	for name, k := range s.known {
		if !seen[name] {
			k.doubt = true
			s.known[name] = k
		}
	}
	return nil
}

// longestText is how many bytes of a text are kept: enough to take out of it what may be
// secret before it is cut to a line.
const longestText = 2000

// brief returns what of an event is to be told, which any text of may be a megabyte.
func brief(e *relay.Event) *relay.Event {
	b := relay.Event{ID: e.ID, ReceivedAt: e.ReceivedAt, Kind: e.Kind, Contact: e.Contact, Subject: e.Subject, Text: e.Text}
	for _, text := range []*string{&b.Contact.Name, &b.Contact.Email, &b.Contact.Phone, &b.Contact.Handle, &b.Subject, &b.Text} {
		*text = strings.Clone(mask.Head(*text, longestText))
	}
	return &b
}
