package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"botrelay/relay/queue"
)

var _ queue.DeadLetters = Ledger{}

// deadGroupsQuery counts dead letters by sink and reason.
const deadGroupsQuery = `SELECT g.sink, g.reason, g.n, (SELECT put_at FROM @events WHERE seq = g.oldest),
		(SELECT put_at FROM @events WHERE seq = g.newest), (SELECT id FROM @events WHERE seq = g.newest)
	FROM (SELECT sink, reason, count(*) AS n, min(event) AS oldest, max(event) AS newest
		FROM @deliveries {by deliveries_reasons} WHERE state = 'dead' AND length(reason) <= 500 GROUP BY sink, reason) g`

// DeadGroups returns what the dead letters died of: see queue.DeadLetters.
func (l Ledger) DeadGroups(ctx context.Context) ([]queue.DeadGroup, error) {
	all, err := l.deadGroups(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading dead letters: %w", l.db.Classify(err))
	}
	return all, nil
}

func (l Ledger) deadGroups(ctx context.Context) (all []queue.DeadGroup, err error) {
	if _, err := l.db.Now(ctx); err != nil {
		return nil, err
	}
	found, err := l.query(ctx, deadGroupsQuery)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }() // its error is that of Err
	for found.Next() {
		var g queue.DeadGroup
		var oldest, newest int64
		if err := found.Scan(&g.Sink, &g.Reason, &g.Count, &oldest, &newest, &g.Event); err != nil {
			return nil, err
		}
		g.Oldest, g.Newest = time.UnixMicro(oldest), time.UnixMicro(newest)
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b queue.DeadGroup) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Sink, b.Sink), cmp.Compare(a.Reason, b.Reason))
	})
	return all, found.Err()
}

// discardQuery puts those of a JSON array away that are dead. Everybody takes them in
// one order, so that no two wait for each other.
const discardQuery = `UPDATE @deliveries SET state = 'discarded', settled_at = $1
	WHERE state = 'dead' AND id IN (SELECT d.id FROM {each $2 as k} CROSS JOIN @deliveries d
		WHERE d.id = CAST(k.value AS bigint) AND d.state = 'dead' ORDER BY d.id {lock})`

// Discard puts dead letters away: see queue.DeadLetters.
func (l Ledger) Discard(ctx context.Context, deliveries []int64) (int, error) {
	ids := slices.Sorted(slices.Values(deliveries))
	var gone int64 // not the result itself: it may be written after a return
	err := l.do(ctx, Operation{Run: func(ctx context.Context, tx Runner, now int64) (err error) {
		gone, err = affected(tx.ExecContext(ctx, l.texts.discard, now, jsonOf(ids)))
		return err
	}})
	if err != nil { // gone may still be in use
		return 0, fmt.Errorf("discarding: %w", err)
	}
	return int(gone), nil
}
