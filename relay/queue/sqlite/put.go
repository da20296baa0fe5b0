package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// Put stores an event: see queue.Inbox. It fails at once if too many wait.
func (s *Store) Put(ctx context.Context, event relay.Event, owed []queue.Owed) (queue.Receipt, error) {
	p, err := newPut(event, owed)
	if err != nil {
		return queue.Receipt{}, fmt.Errorf("putting event %s: %w", event.ID, err)
	}
	p.now = s.micros
	err = s.writer.do(ctx, &operation{run: p.run, committed: func() {
		if !p.receipt.Duplicate {
			s.wakes.poke(owed)
		}
	}}, false)
	if err != nil { // p may still be in use
		return queue.Receipt{}, fmt.Errorf("putting event %s: %w", event.ID, err)
	}
	return p.receipt, nil
}

// put is an event on its way in. All that can be done outside of the writer's
// goroutine is done when it is made.
type put struct {
	event   relay.Event
	json    string
	dedup   []byte // nil: never a duplicate
	owed    []queue.Owed
	now     func() int64
	receipt queue.Receipt
}

func newPut(event relay.Event, owed []queue.Owed) (*put, error) {
	text, err := rows.Encode(event)
	if err != nil {
		return nil, err
	}
	return &put{event: event, json: text, dedup: rows.DedupHash(event), owed: owed}, nil
}

func (p *put) run(ctx context.Context, c *conn) error {
	p.receipt = queue.Receipt{ID: p.event.ID}
	now := p.now()
	result, err := c.addEvent.ExecContext(ctx, p.event.ID, now, p.event.Source, p.event.Vendor, string(p.event.Kind),
		len(p.owed) > 0, p.dedup, p.json, []byte(p.event.Payload))
	if err != nil {
		return err
	}
	added, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if added == 0 {
		return p.exists(ctx, c)
	}
	seq, err := result.LastInsertId()
	if err != nil {
		return err
	}
	for _, o := range p.owed {
		if _, err := c.addDelivery.ExecContext(ctx, seq, o.Sink, o.Route, now); err != nil {
			return err
		}
	}
	return nil
}

// exists finds out what stands in the event's way.
func (p *put) exists(ctx context.Context, c *conn) error {
	p.receipt.Duplicate = true
	if p.dedup == nil {
		return errTwice
	}
	err := c.firstOf.QueryRowContext(ctx, p.dedup).Scan(&p.receipt.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return errTwice
	}
	return err
}
