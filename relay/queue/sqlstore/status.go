package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
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

// Pending deliveries and dead letters are counted along their indexes. One lane
// after the other that takes half of the time of all in one query, and no read
// stays open for long.
const (
	countPendingQuery = `SELECT count(*), (SELECT owed_at FROM @deliveries {by deliveries_pending}
			WHERE sink = $1 AND state = 'pending' ORDER BY id LIMIT 1)
		FROM @deliveries {by deliveries_pending} WHERE sink = $1 AND state = 'pending'`
	countDeadQuery = `SELECT sink, count(*) FROM @deliveries {by deliveries_dead} WHERE state = 'dead' GROUP BY sink`
)

func (h History) countPending(ctx context.Context, all map[string]queue.LaneStatus, now int64) error {
	sinks, err := h.sinksWith(ctx, queue.StatusPending)
	if err != nil {
		return err
	}
	for _, sink := range sinks {
		var pending int
		var owedAt sql.Null[int64]
		if err := h.row(ctx, countPendingQuery, sink).Scan(&pending, &owedAt); err != nil {
			return err
		}
		if pending == 0 { // since it was asked which lanes have any
			continue
		}
		status := all[sink]
		status.Pending, status.Oldest = pending, rows.Age(now, owedAt.V)
		all[sink] = status
	}
	return nil
}

func (h History) countDead(ctx context.Context, all map[string]queue.LaneStatus) error {
	found, err := h.query(ctx, countDeadQuery)
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for found.Next() {
		var sink string
		var dead int
		if err := found.Scan(&sink, &dead); err != nil {
			return err
		}
		status := all[sink]
		status.Dead = dead
		all[sink] = status
	}
	return found.Err()
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
