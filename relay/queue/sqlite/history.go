package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"botrelay/relay/queue"
)

const (
	defaultLimit = 100
	// pageSize is how many events one read returns at most. An open read keeps
	// the write-ahead log from being emptied.
	pageSize = 100
)

// Events returns records, the newest event first: see queue.History.
func (s *Store) Events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	records, err := s.events(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", classify(err))
	}
	return records, nil
}

func (s *Store) events(ctx context.Context, q queue.Query) ([]queue.Record, error) {
	if q.ID != "" {
		p, err := scanPage(s.read.byID.QueryContext(ctx, q.ID))
		if err != nil {
			return nil, err
		}
		return p.records, s.addDeliveries(ctx, p)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	var all []queue.Record
	for before := int64(math.MaxInt64); len(all) < limit; {
		want := min(pageSize, limit-len(all))
		p, err := scanPage(s.read.newest.QueryContext(ctx, before, want))
		if err != nil {
			return nil, err
		}
		if err := s.addDeliveries(ctx, p); err != nil {
			return nil, err
		}
		all = append(all, p.records...)
		if len(p.records) < want {
			break
		}
		before = p.seqs[len(p.seqs)-1]
	}
	return all, nil
}

// page is some events with their places in the order.
type page struct {
	records []queue.Record
	seqs    []int64 // falling
}

func scanPage(rows *sql.Rows, err error) (p page, _ error) {
	if err != nil {
		return p, err
	}
	defer func() { _ = rows.Close() }() // its error is that of Err
	for rows.Next() {
		var seq int64
		var event, payload []byte
		if err := rows.Scan(&seq, &event, &payload); err != nil {
			return p, err
		}
		decoded, err := decode(event, payload)
		if err != nil {
			return p, err
		}
		p.records = append(p.records, queue.Record{Event: decoded})
		p.seqs = append(p.seqs, seq)
	}
	return p, rows.Err()
}

// addDeliveries fills in the deliveries of a page's events. There can be none
// between them that the page lacks, but for some that were pruned.
func (s *Store) addDeliveries(ctx context.Context, p page) error {
	if len(p.seqs) == 0 {
		return nil
	}
	at := make(map[int64]int, len(p.seqs))
	for i, seq := range p.seqs {
		at[seq] = i
	}
	rows, err := s.read.owed.QueryContext(ctx, p.seqs[len(p.seqs)-1], p.seqs[0])
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its error is that of Err
	for rows.Next() {
		var seq, settledAt int64
		var d queue.DeliveryRecord
		err := rows.Scan(&seq, &d.ID, &d.Sink, &d.Route, &d.State, &d.Tries, &d.Reason, &d.MessageID, &settledAt)
		if err != nil {
			return err
		}
		if settledAt != 0 {
			d.SettledAt = time.UnixMicro(settledAt)
		}
		if i, ok := at[seq]; ok {
			p.records[i].Deliveries = append(p.records[i].Deliveries, d)
		}
	}
	return rows.Err()
}

// LaneStatus returns the state of every lane that holds or held anything.
func (s *Store) LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	all, err := s.laneStatus(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading lanes: %w", classify(err))
	}
	return all, nil
}

func (s *Store) laneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	now := s.micros()
	rows, err := s.read.lanes.QueryContext(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // its error is that of Err
	all := make(map[string]queue.LaneStatus)
	for rows.Next() {
		var sink string
		var part queue.LaneStatus
		var oldest int64
		if err := rows.Scan(&sink, &part.Pending, &oldest, &part.Sent, &part.Dead, &part.Held, &part.Reason); err != nil {
			return nil, err
		}
		if part.Pending > 0 {
			part.Oldest = age(now, oldest)
		}
		all[sink] = merge(all[sink], part)
	}
	for sink, status := range all {
		if status == (queue.LaneStatus{}) { // leased, but never owed anything
			delete(all, sink)
		}
	}
	return all, rows.Err()
}

// merge adds up what two tables know of a lane.
func merge(a, b queue.LaneStatus) queue.LaneStatus {
	return queue.LaneStatus{
		Pending: a.Pending + b.Pending,
		Sent:    a.Sent + b.Sent,
		Dead:    a.Dead + b.Dead,
		Oldest:  a.Oldest + b.Oldest,
		Health:  queue.Health{Held: a.Held || b.Held, Reason: a.Reason + b.Reason},
	}
}
