package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"botrelay/relay/queue"
)

var _ queue.DeadLetters = Ledger{}

// Dead letters are counted a few at a time, in the order of sink and reason.
const (
	deadAfter = `FROM @deliveries {by deliveries_reasons} WHERE state = 'dead' AND length(reason) <= 500
		AND (sink, reason, event, id) > ($1, $2, CAST($3 AS bigint), CAST($4 AS bigint))`

	deadEndQuery    = `SELECT sink, reason, event, id ` + deadAfter + ` ORDER BY sink, reason, event, id LIMIT 1 OFFSET 19999`
	deadGroupsQuery = `SELECT sink, reason, count(*), min(event), max(event) ` + deadAfter
	deadUntil       = ` AND (sink, reason, event, id) <= ($5, $6, CAST($7 AS bigint), CAST($8 AS bigint))`
	deadGrouped     = ` GROUP BY sink, reason`
)

// deadAt is where a dead letter stands in that order.
type deadAt struct {
	sink, reason string
	event, id    int64
}

// DeadGroups returns what the dead letters died of: see queue.DeadLetters.
func (l Ledger) DeadGroups(ctx context.Context) ([]queue.DeadGroup, error) {
	all, err := l.deadGroups(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading dead letters: %w", l.db.Classify(err))
	}
	return all, nil
}

func (l Ledger) deadGroups(ctx context.Context) ([]queue.DeadGroup, error) {
	if _, err := l.db.Now(ctx); err != nil {
		return nil, err
	}
	type key struct{ sink, reason string }
	type group struct{ n, oldest, newest int64 }
	groups := make(map[key]group)
	var from deadAt
	for more := true; more; {
		var end deadAt
		found, err := l.query(ctx, deadEndQuery, from.sink, from.reason, from.event, from.id)
		more = false
		err = each(found, err, []any{&end.sink, &end.reason, &end.event, &end.id}, func() { more = true })
		if err != nil {
			return nil, err
		}
		var k key
		var some group
		text, args := deadGroupsQuery, []any{from.sink, from.reason, from.event, from.id}
		if more {
			text, args = text+deadUntil, append(args, end.sink, end.reason, end.event, end.id)
		}
		found, err = l.query(ctx, text+deadGrouped, args...)
		err = each(found, err, []any{&k.sink, &k.reason, &some.n, &some.oldest, &some.newest}, func() {
			if g, ok := groups[k]; ok {
				some = group{g.n + some.n, min(g.oldest, some.oldest), max(g.newest, some.newest)}
			}
			groups[k] = some
		})
		if err != nil {
			return nil, err
		}
		from = end
	}
	var all []queue.DeadGroup
	for k, g := range groups {
		d := queue.DeadGroup{Sink: k.sink, Reason: k.reason, Count: int(g.n)}
		var oldest, newest sql.Null[int64]
		var id sql.Null[string]
		err := l.row(ctx, `SELECT (SELECT put_at FROM @events WHERE seq = $1), (SELECT put_at FROM @events WHERE seq = $2),
			(SELECT id FROM @events WHERE seq = $2)`, g.oldest, g.newest).Scan(&oldest, &newest, &id)
		if err != nil {
			return nil, err
		}
		d.Oldest, d.Newest, d.Event = time.UnixMicro(oldest.V), time.UnixMicro(newest.V), id.V
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b queue.DeadGroup) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Sink, b.Sink), cmp.Compare(a.Reason, b.Reason))
	})
	return all, nil
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
