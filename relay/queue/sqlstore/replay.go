package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"botrelay/relay/queue"
)

// Ledger is a History that also replays. Its methods may be called from several
// goroutines.
type Ledger struct {
	History
	do    func(context.Context, Operation) error
	wake  func(sinks []string)
	texts replayTexts
}

// NewLedger returns a Ledger, which owns nothing. do is a Database's Do, and wake
// its Wake.
func NewLedger(db Source, d Dialect, do func(context.Context, Operation) error, wake func(sinks []string)) Ledger {
	return Ledger{History{db, d}, do, wake, d.replayTexts()}
}

// replayTexts are the statements of Replay.
type replayTexts struct{ place, waits, giveWay, forget, owe, routed, discard string }

func (d Dialect) replayTexts() replayTexts {
	return replayTexts{
		place: d.Text(`SELECT seq FROM @events WHERE id = $1 {lock}`),
		// It looks at the few deliveries of an event. Without being told so SQLite
		// would look at all that waits for the sink.
		waits: d.Text(`SELECT EXISTS (SELECT 1 FROM @deliveries {by deliveries_event}
			WHERE event = $1 AND sink = $2 AND state = 'pending' AND id <> $3)`),
		giveWay: d.Text(`UPDATE @deliveries SET state = 'replayed', settled_at = $1
			WHERE id = $2 AND event = $3 AND state IN ('pending', 'dead', 'discarded') AND NOT EXISTS (
				SELECT 1 FROM @lanes CROSS JOIN {each lanes.deliveries as b}
				WHERE lanes.sink = deliveries.sink AND {leased} AND lanes.batch <> '' AND CAST(b.value AS bigint) = deliveries.id)`),
		forget: d.Text(`UPDATE @lanes SET batch = '', begun_at = 0, doubts = 0, deliveries = '[]'
			WHERE sink = (SELECT sink FROM @deliveries WHERE id = $1) AND NOT {leased} AND batch <> ''`),
		owe:     d.Text(`INSERT INTO @deliveries (id, event, sink, route, again, owed_at) VALUES ({newest}, $1, $2, $3, TRUE, $4)`),
		routed:  d.Text(`UPDATE @events SET routed = TRUE WHERE seq = $1 AND NOT routed`),
		discard: d.Text(discardQuery),
	}
}

// Replay owes events to sinks once more: see queue.Replayer. A delivery is being
// sent while it is part of the batch of a lane that has a sender.
func (l Ledger) Replay(ctx context.Context, again []queue.Redelivery) (int, error) {
	for _, a := range again {
		if a.Sink == "" {
			return 0, fmt.Errorf("replaying event %s: no sink is named", a.Event)
		}
	}
	var sinks []string // of what was not passed over
	err := l.do(ctx, Operation{
		Run: func(ctx context.Context, tx Runner, now int64) error {
			sinks = sinks[:0]
			for _, a := range again {
				done, err := l.texts.one(ctx, tx, a, now)
				if err != nil {
					return err
				}
				if done {
					sinks = append(sinks, a.Sink)
				}
			}
			return nil
		},
		Committed: func() { l.wake(sinks) },
	})
	if err != nil { // sinks may still be in use
		return 0, fmt.Errorf("replaying: %w", err)
	}
	return len(sinks), nil
}

// one replays one delivery, or reports that it was passed over.
func (t *replayTexts) one(ctx context.Context, tx Runner, a queue.Redelivery, now int64) (bool, error) {
	var place int64
	var waits bool
	err := tx.QueryRowContext(ctx, t.place, a.Event).Scan(&place)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if err := tx.QueryRowContext(ctx, t.waits, place, a.Sink, a.Replaces).Scan(&waits); err != nil || waits {
		return false, err
	}
	if a.Replaces != 0 {
		if gave, err := affected(tx.ExecContext(ctx, t.giveWay, now, a.Replaces, place)); err != nil || gave == 0 {
			return false, err
		}
		if _, err := tx.ExecContext(ctx, t.forget, a.Replaces); err != nil { // a batch goes again whole or not at all
			return false, err
		}
	}
	if _, err := tx.ExecContext(ctx, t.owe, place, a.Sink, a.Route, now); err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, t.routed, place)
	return err == nil, err
}
