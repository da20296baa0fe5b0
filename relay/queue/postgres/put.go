package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	"botrelay/relay/queue/sqlstore"
)

const (
	// maxWaiting is how many events may wait for the database: one more fails at once.
	maxWaiting = 1024
	// maxGroup is how many events share a commit at most, and maxBytes how large
	// they are together, unless one is alone.
	maxGroup = 256
	maxBytes = 2 << 20
	// putTime is how long a group may take: less than a vendor waits.
	putTime = 5 * time.Second
)

// Put stores an event: see queue.Inbox. It fails at once if too many wait.
func (s *Store) Put(ctx context.Context, event relay.Event, owed []queue.Owed) (queue.Receipt, error) {
	receipt, err := s.putter.put(ctx, event, owed)
	if err != nil {
		return queue.Receipt{}, fmt.Errorf("putting event %s: %w", event.ID, err)
	}
	return receipt, nil
}

// putter puts events, those that wait at the same moment together: one round trip
// and one commit for all of them.
type putter struct {
	db      *database
	waiting chan *arrival
	observe func(events int, took time.Duration, err error) // may be nil
	stopped chan struct{}                                   // closed when nothing is taken any more
}

// arrival is an event on its way in.
type arrival struct {
	event relay.Event
	text  string
	dedup []byte // nil: never a duplicate
	owed  []queue.Owed
	ctx   context.Context //nolint:containedctx // it travels to the goroutine that does the work
	done  chan answer     // receives one; never blocks the putter
}

type answer struct {
	receipt queue.Receipt
	err     error
}

func newPutter(db *database, observe func(events int, took time.Duration, err error)) *putter {
	return &putter{db: db, waiting: make(chan *arrival, maxWaiting), observe: observe, stopped: make(chan struct{})}
}

func (p *putter) put(ctx context.Context, event relay.Event, owed []queue.Owed) (queue.Receipt, error) {
	if err := p.db.usable(ctx); err != nil {
		return queue.Receipt{}, err
	}
	text, err := rows.Encode(event)
	if err != nil {
		return queue.Receipt{}, err
	}
	a := &arrival{event, text, rows.DedupHash(event), owed, ctx, make(chan answer, 1)}
	select {
	case <-p.stopped:
		return queue.Receipt{}, errClosed
	default:
	}
	select {
	case p.waiting <- a:
	default:
		return queue.Receipt{}, errBusy
	}
	select {
	case got := <-a.done:
		return got.receipt, got.err
	case <-ctx.Done():
		return queue.Receipt{}, classify(context.Cause(ctx))
	case <-p.stopped:
	}
	select { // the putter answers before it stops
	case got := <-a.done:
		return got.receipt, got.err
	default: // it came too late to be seen
		return queue.Receipt{}, errClosed
	}
}

// run puts what waits until ctx ends, and what waits then. One group after the
// other keeps the order in which events came.
func (p *putter) run(ctx context.Context) {
	defer close(p.stopped)
	for {
		var first *arrival
		select {
		case first = <-p.waiting:
		case <-ctx.Done():
			select {
			case first = <-p.waiting:
			default:
				return
			}
		}
		p.group(p.gather(first))
	}
}

// gather adds what waits to the first, without waiting for more.
func (p *putter) gather(first *arrival) []*arrival {
	group, bytes := []*arrival{first}, first.size()
	for len(group) < maxGroup && bytes < maxBytes {
		select {
		case a := <-p.waiting:
			group, bytes = append(group, a), bytes+a.size()
		default:
			return group
		}
	}
	return group
}

func (a *arrival) size() int { return len(a.text) + len(a.event.Payload) }

// group puts a group and answers each. If it fails by what is in it, each goes by
// itself, so that what is wrong with one meets no other.
func (p *putter) group(group []*arrival) {
	group = slices.DeleteFunc(group, func(a *arrival) bool {
		if err := a.ctx.Err(); err != nil { // nobody waits for it any more
			a.done <- answer{err: err}
			return true
		}
		return false
	})
	if len(group) == 0 {
		return
	}
	err := p.commit(group)
	switch {
	case err == nil:
	case len(group) == 1 || errors.Is(err, queue.ErrUnavailable):
		for _, a := range group {
			a.done <- answer{err: err}
		}
	default:
		p.db.log.Debug("shared commit failed; each event goes by itself", "events", len(group), "error", err)
		for i := range group {
			p.group(group[i : i+1])
		}
	}
}

// commit puts a group in one transaction, and answers each if that succeeds.
func (p *putter) commit(group []*arrival) error {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), putTime)
	defer cancel()
	var stored map[string]bool
	err := p.db.retry(ctx, func() (err error) {
		stored, err = p.db.insert(ctx, group)
		return err
	})
	if p.observe != nil {
		p.observe(len(group), time.Since(began), err)
	}
	if err != nil {
		return err
	}
	p.answer(ctx, group, stored)
	return nil
}

// answer tells each what became of its event, and wakes the lanes.
func (p *putter) answer(ctx context.Context, group []*arrival, stored map[string]bool) {
	var sinks []string
	for _, a := range group {
		id := legibleText(a.event.ID)
		is := stored[id]
		delete(stored, id) // of two with one ID the first is
		if !is {
			receipt, err := p.first(ctx, a)
			a.done <- answer{receipt, err}
			continue
		}
		for _, o := range a.owed {
			if !slices.Contains(sinks, o.Sink) {
				sinks = append(sinks, o.Sink)
			}
		}
		a.done <- answer{receipt: queue.Receipt{ID: a.event.ID}}
	}
	p.db.Wake(sinks)
}

// first finds out what stood in an event's way.
func (p *putter) first(ctx context.Context, a *arrival) (queue.Receipt, error) {
	if err := p.db.checkVersion(ctx); err != nil {
		return queue.Receipt{}, classify(err)
	}
	if a.dedup == nil {
		return queue.Receipt{}, sqlstore.ErrTwice
	}
	conn, release, err := p.db.acquire(ctx)
	if err != nil {
		return queue.Receipt{}, classify(err)
	}
	defer release()
	found, err := conn.Query(ctx, `SELECT id FROM botrelay.events WHERE dedup = $1`, a.dedup)
	if err != nil {
		return queue.Receipt{}, classify(err)
	}
	defer found.Close()
	receipt := queue.Receipt{Duplicate: true}
	if !found.Next() {
		if err := found.Err(); err != nil {
			return queue.Receipt{}, classify(err)
		}
		return queue.Receipt{}, sqlstore.ErrTwice
	}
	if err := found.Scan(&receipt.ID); err != nil {
		return queue.Receipt{}, classify(err)
	}
	return receipt, nil
}
