package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"botrelay/relay"
	"botrelay/relay/queue"
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
	text, err := encode(event)
	if err != nil {
		return nil, err
	}
	return &put{event: event, json: text, dedup: dedup(event), owed: owed}, nil
}

// encode returns the event as JSON. A vendor's time that JSON has no form for,
// such as one in the year 60000, must not lose the event.
func encode(event relay.Event) (string, error) {
	text, err := json.Marshal(event)
	if err != nil {
		event.CreatedAt = time.Time{}
		text, err = json.Marshal(event)
	}
	return string(text), err
}

// dedup returns a key of 16 bytes: it stands in an index, and two of them
// will not meet by chance.
func dedup(event relay.Event) []byte {
	if event.DedupKey == "" {
		return nil
	}
	// No source's name has a zero byte in it.
	sum := sha256.Sum256([]byte(event.Source + "\x00" + event.DedupKey))
	return sum[:16]
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
