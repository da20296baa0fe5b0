package postgres

import (
	"context"
	"fmt"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

var _ queue.Sharer = (*Store)(nil)

// Relays returns which relays use the database: see queue.Sharer. One that stops in
// order says so, and is gone at once.
func (s *Store) Relays(ctx context.Context) (r queue.Relays, err error) {
	var ago int64
	err = s.db.vital.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE alive), count(*) FILTER (WHERE lost),
			coalesce(min(botrelay.now_micros() - said_at) FILTER (WHERE lost), 0)
		FROM (SELECT said_at, until > botrelay.now_micros() AND said_at <= botrelay.now_micros() AS alive,
			until BETWEEN botrelay.now_micros() - $1 AND botrelay.now_micros() AS lost FROM botrelay.relays) r`,
		rows.Micros(queue.LostTime)).Scan(&r.Running, &r.Lost, &ago)
	if err != nil {
		return queue.Relays{}, fmt.Errorf("asking which relays run: %w", classify(err))
	}
	r.LostAgo = time.Duration(ago) * time.Microsecond
	return r, nil
}
