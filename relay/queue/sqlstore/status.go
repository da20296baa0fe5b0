package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
)

// LaneStatus returns the state of every lane that holds or held anything.
func (h History) LaneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	all, err := h.laneStatus(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading lanes: %w", h.db.Classify(err))
	}
	return all, nil
}

func (h History) laneStatus(ctx context.Context) (map[string]queue.LaneStatus, error) {
	now, err := h.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[string]queue.LaneStatus)
	if err := h.countPending(ctx, all, now); err != nil {
		return nil, err
	}
	if err := h.countDead(ctx, all); err != nil {
		return nil, err
	}
	return all, h.readLanes(ctx, all, now)
}

// Pending deliveries and dead letters are counted along their indexes: one lane after the
// other, and some at a time, so that no read stays open for long.
const (
	firstPendingQuery = `SELECT id, owed_at FROM @deliveries {by deliveries_pending} WHERE sink = $1 AND state = 'pending' ORDER BY id LIMIT 1`
	countPendingQuery = `SELECT count(*), (SELECT min(id) FROM @deliveries {by deliveries_pending} WHERE sink = $1 AND state = 'pending' AND id > $3)
		FROM @deliveries {by deliveries_pending} WHERE sink = $1 AND state = 'pending' AND id BETWEEN $2 AND $3`
	countDeadQuery = `SELECT count(*), (SELECT min(event) FROM @deliveries {by deliveries_dead} WHERE sink = $1 AND state = 'dead' AND event > $3)
		FROM @deliveries {by deliveries_dead} WHERE sink = $1 AND state = 'dead' AND event BETWEEN $2 AND $3`
)

func (h History) countPending(ctx context.Context, all map[string]queue.LaneStatus, now int64) error {
	sinks, err := h.sinksWith(ctx, queue.StatusPending)
	if err != nil {
		return err
	}
	for _, sink := range sinks {
		var first, owedAt int64
		err := h.row(ctx, firstPendingQuery, sink).Scan(&first, &owedAt)
		if errors.Is(err, sql.ErrNoRows) { // since it was asked which lanes have any
			continue
		}
		status := all[sink]
		if err == nil {
			status.Pending, err = h.countFrom(ctx, countPendingQuery, first, countPlaces<<h.d.Spread, sink)
		}
		if err != nil {
			return err
		}
		status.Oldest = rows.Age(now, owedAt)
		all[sink] = status
	}
	return nil
}

func (h History) countDead(ctx context.Context, all map[string]queue.LaneStatus) error {
	sinks, err := h.sinksWith(ctx, queue.StatusDead)
	if err != nil {
		return err
	}
	for _, sink := range sinks {
		status := all[sink]
		if status.Dead, err = h.countFrom(ctx, countDeadQuery, 0, countPlaces, sink); err != nil {
			return err
		}
		if status.Dead > 0 {
			all[sink] = status
		}
	}
	return nil
}

// countPlaces is over how many places one read counts along an index.
const countPlaces = 1 << 17

// countFrom counts along an index, piece by piece, from a number on. The query has two
// more parameters, the first and the last number of a piece; it tells how many there are
// there, and the next number after it that there is, or NULL.
func (h History) countFrom(ctx context.Context, query string, first, piece int64, of ...any) (sum int, err error) {
	for next := (sql.Null[int64]{V: first, Valid: true}); next.Valid; {
		var n int
		if err := h.row(ctx, query, append(slices.Clone(of), next.V, next.V+piece-1)...).Scan(&n, &next); err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// readLanes fills in what the lanes' own rows and their budgets say.
func (h History) readLanes(ctx context.Context, all map[string]queue.LaneStatus, now int64) error {
	budgets, err := scanBudgets(h.query(ctx, `SELECT `+budgetColumns+` FROM @budgets b`))
	if err != nil {
		return err
	}
	found, err := h.query(ctx, `SELECT sink, sent, dead, `+laneColumns+` FROM @lanes`)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for found.Next() {
		var sink string
		var sent, died int
		var row laneRow
		if err := row.scan(found, &sink, &sent, &died); err != nil {
			return err
		}
		status, known := all[sink]
		if !known && sent == 0 && died == 0 {
			continue // leased, but never owed anything
		}
		shared, err := row.ownBudgets(budgets)
		if err != nil {
			return fmt.Errorf("reading lane %s: %w", sink, err)
		}
		status.Sent, status.Health = sent, row.Health(now, shared)
		status.Wait = max(row.Rest(now), rows.LongestRest(now, shared))
		all[sink] = status
	}
	return found.Err()
}

// ownBudgets returns those of the budgets that are the lane's.
func (r *laneRow) ownBudgets(all []rows.Budget) (own []rows.Budget, _ error) {
	var keys []string
	if err := json.Unmarshal([]byte(r.budgets), &keys); err != nil {
		return nil, err
	}
	for _, key := range keys {
		if i := slices.IndexFunc(all, func(b rows.Budget) bool { return b.Key == key }); i >= 0 {
			own = append(own, all[i])
		}
	}
	return own, nil
}
