package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"botrelay/relay/queue"
)

var _ queue.DeadLetters = Ledger{}

// The dead letters of one sink and reason stand together in an index, in the order of
// their events: its groups are found by one step each, and counted without the events.
const (
	deadIn = `FROM @deliveries {by deliveries_reasons} WHERE state = 'dead' AND length(reason) <= 500 AND `

	firstGroupQuery = `SELECT reason, event ` + deadIn + `sink = $1 ORDER BY reason, event, id LIMIT 1`
	nextGroupQuery  = `SELECT reason, event ` + deadIn + `sink = $1 AND reason > $2 ORDER BY reason, event, id LIMIT 1`

	lastOfGroupQuery = `SELECT max(event) ` + deadIn + `sink = $1 AND reason = $2`
	countGroupQuery  = `SELECT count(*), (SELECT min(event) ` + deadIn + `sink = $1 AND reason = $2 AND event > $4)
		` + deadIn + `sink = $1 AND reason = $2 AND event BETWEEN $3 AND $4`
)

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
	sinks, err := l.sinksWith(ctx, queue.StatusDead)
	if err != nil {
		return nil, err
	}
	for _, sink := range sinks {
		groups, err := l.groupsOf(ctx, sink)
		if err != nil {
			return nil, err
		}
		all = append(all, groups...)
	}
	slices.SortFunc(all, func(a, b queue.DeadGroup) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.Sink, b.Sink), cmp.Compare(a.Reason, b.Reason))
	})
	return all, nil
}

// groupsOf returns the groups of a sink.
func (l Ledger) groupsOf(ctx context.Context, sink string) (all []queue.DeadGroup, err error) {
	text, args := firstGroupQuery, []any{sink}
	for {
		var reason string
		var first int64
		err := l.row(ctx, text, args...).Scan(&reason, &first)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		var group queue.DeadGroup
		if err == nil {
			group, err = l.deadGroup(ctx, sink, reason, first)
		}
		if err != nil {
			return nil, err
		}
		if group.Count > 0 { // else they are gone since
			all = append(all, group)
		}
		text, args = nextGroupQuery, []any{sink, reason}
	}
}

// deadGroup counts a group, of which the first event is known.
func (l Ledger) deadGroup(ctx context.Context, sink, reason string, first int64) (d queue.DeadGroup, err error) {
	d.Sink, d.Reason = sink, reason
	if d.Count, err = l.countFrom(ctx, countGroupQuery, first, countPlaces, sink, reason); err != nil || d.Count == 0 {
		return d, err
	}
	var last, oldest, newest sql.Null[int64]
	var id sql.Null[string]
	if err := l.row(ctx, lastOfGroupQuery, sink, reason).Scan(&last); err != nil {
		return d, err
	}
	err = l.row(ctx, `SELECT (SELECT put_at FROM @events WHERE seq = $1), (SELECT put_at FROM @events WHERE seq = $2),
		(SELECT id FROM @events WHERE seq = $2)`, first, last.V).Scan(&oldest, &newest, &id)
	d.Oldest, d.Newest, d.Event = time.UnixMicro(oldest.V), time.UnixMicro(newest.V), id.V
	return d, err
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
