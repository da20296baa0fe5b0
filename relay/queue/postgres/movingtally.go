package postgres

import (
	"context"
	"fmt"

	"botrelay/relay/queue/move"

	"github.com/jackc/pgx/v5"
)

// Tally counts what belongs to some events: see move.Target. Of what is pending it
// counts what waits for the end of the move: a relay may owe more by now.
func (m *Moving) Tally(ctx context.Context, ids []string) (map[string]move.Tally, error) {
	legible, former := make([]string, len(ids)), make(map[string]string, len(ids))
	for i, id := range ids {
		legible[i] = legibleText(id)
		former[legible[i]] = id
	}
	found, err := m.db.pool.Query(ctx, `SELECT e.id, coalesce(octet_length(e.payload), 0), d.*,
			(SELECT count(*) FROM botrelay.deliveries d JOIN botrelay.attempts a ON a.delivery = d.id WHERE d.event = e.seq)
		FROM botrelay.events e JOIN botrelay.moved_events m ON m.file = $1 AND m.seq = e.seq,
			LATERAL (SELECT count(*) FILTER (WHERE state = 'pending' AND starts_with(sink, $3)), count(*) FILTER (WHERE state = 'sent'),
				count(*) FILTER (WHERE state = 'dead'), count(*) FILTER (WHERE state = 'replayed'),
				count(*) FILTER (WHERE state = 'discarded')
				FROM botrelay.deliveries d WHERE d.event = e.seq) d
		WHERE e.id = ANY($2)`, m.from.Name, legible, waitingName(m.from.Name, ""))
	if err != nil {
		return nil, fmt.Errorf("counting again: %w", classify(err))
	}
	all := make(map[string]move.Tally, len(ids))
	t := move.Tally{Events: 1}
	_, err = pgx.ForEachRow(found, []any{&t.ID, &t.Bytes, &t.Pending, &t.Sent, &t.Dead, &t.Replayed, &t.Discarded, &t.Attempts}, func() error {
		all[former[t.ID]] = t
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting again: %w", classify(err))
	}
	return all, nil
}

// Gone counts the events that relays have pruned since they were brought: see
// move.Target.
func (m *Moving) Gone(ctx context.Context) (n int, err error) {
	err = m.db.pool.QueryRow(ctx, `SELECT count(*) FROM botrelay.moved_events m
		WHERE file = $1 AND NOT EXISTS (SELECT 1 FROM botrelay.events e WHERE e.seq = m.seq)`, m.from.Name).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting again: %w", classify(err))
	}
	return n, nil
}
