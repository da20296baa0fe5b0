package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"botrelay/relay"
	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// ErrTwice is a mistake of the caller, who makes the IDs.
var ErrTwice = errors.New("an event with this ID is stored already")

// putTexts are the statements of Put.
type putTexts struct{ event, delivery, firstOf string }

func (d Dialect) putTexts() putTexts {
	return putTexts{
		event: d.Text(`INSERT INTO @events (id, put_at, source, vendor, kind, routed, dedup, event, payload)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING seq`),
		delivery: d.Text(`INSERT INTO @deliveries (id, event, sink, route, owed_at) VALUES ({owed}, $1, $2, $3, $4)`),
		firstOf:  d.Text(`SELECT id FROM @events WHERE dedup = $1`),
	}
}

// Put stores an event: see queue.Inbox. It fails at once if too many wait.
func (s *Store) Put(ctx context.Context, event relay.Event, owed []queue.Owed) (queue.Receipt, error) {
	p, err := newPut(event, owed)
	if err != nil {
		return queue.Receipt{}, fmt.Errorf("putting event %s: %w", event.ID, err)
	}
	err = s.db.Do(ctx, Operation{
		Hasty: true,
		Run:   func(ctx context.Context, tx Runner, now int64) error { return p.run(ctx, tx, &s.put, now) },
		Committed: func() {
			if !p.receipt.Duplicate {
				s.db.Wake(sinksOf(owed))
			}
		},
	})
	if err != nil { // p may still be in use
		return queue.Receipt{}, fmt.Errorf("putting event %s: %w", event.ID, err)
	}
	return p.receipt, nil
}

// put is an event on its way in. All that can be done outside of the transaction
// is done when it is made.
type put struct {
	event   relay.Event
	json    string
	dedup   []byte // nil: never a duplicate
	owed    []queue.Owed
	receipt queue.Receipt
}

func newPut(event relay.Event, owed []queue.Owed) (*put, error) {
	text, err := rows.Encode(event)
	if err != nil {
		return nil, err
	}
	return &put{event: event, json: text, dedup: rows.DedupHash(event), owed: owed}, nil
}

func (p *put) run(ctx context.Context, tx Runner, texts *putTexts, now int64) error {
	p.receipt = queue.Receipt{ID: p.event.ID}
	var seq int64
	err := tx.QueryRowContext(ctx, texts.event, p.event.ID, now, p.event.Source, p.event.Vendor, string(p.event.Kind),
		len(p.owed) > 0, p.dedup, p.json, []byte(p.event.Payload)).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return p.exists(ctx, tx, texts)
	}
	if err != nil {
		return err
	}
	for i, o := range p.owed {
		if _, err := tx.ExecContext(ctx, texts.delivery, seq, o.Sink, o.Route, now, i); err != nil {
			return err
		}
	}
	return nil
}

// exists finds out what stands in the event's way.
func (p *put) exists(ctx context.Context, tx Runner, texts *putTexts) error {
	p.receipt.Duplicate = true
	if p.dedup == nil {
		return ErrTwice
	}
	err := tx.QueryRowContext(ctx, texts.firstOf, p.dedup).Scan(&p.receipt.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrTwice
	}
	return err
}
