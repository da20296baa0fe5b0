package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"botrelay/relay/queue"
)

// Replay owes events to sinks once more: see queue.Replayer. A delivery is being
// sent while it is part of its lane's batch and the lane was leased since the
// store was opened.
func (s *Store) Replay(ctx context.Context, again []queue.Redelivery) (int, error) {
	r, err := newReplay(again)
	if err != nil {
		return 0, err
	}
	r.now = s.micros
	err = s.writer.do(ctx, &operation{
		run:       func(ctx context.Context, c *conn) error { return r.run(ctx, &c.replays) },
		committed: func() { s.wakes.poke(r.owed) },
	}, true)
	if err != nil { // r may still be in use
		return 0, fmt.Errorf("replaying: %w", err)
	}
	return len(r.owed), nil
}

// replay is one call of Replay.
type replay struct {
	again []queue.Redelivery
	now   func() int64
	owed  []queue.Owed // what was not passed over
}

func newReplay(again []queue.Redelivery) (*replay, error) {
	for _, a := range again {
		if a.Sink == "" {
			return nil, fmt.Errorf("replaying event %s: no sink is named", a.Event)
		}
	}
	return &replay{again: again}, nil
}

func (r *replay) run(ctx context.Context, st *replays) error {
	r.owed = r.owed[:0]
	for _, a := range r.again {
		done, err := st.one(ctx, a, r.now())
		if err != nil {
			return err
		}
		if done {
			r.owed = append(r.owed, queue.Owed{Sink: a.Sink, Route: a.Route})
		}
	}
	return nil
}

// replays are the statements of Replay.
type replays struct{ place, waits, giveWay, forget, owe, routed *sql.Stmt }

func (st *replays) prepare(ctx context.Context, on *sql.Conn) error {
	return prepare(ctx, on, []statement{
		{&st.place, `SELECT seq FROM events WHERE id = ?`},
		{&st.waits, waitsQuery},
		{&st.giveWay, `UPDATE deliveries SET state = 'replayed', settled_at = ?
			WHERE id = ? AND event = ? AND state IN ('pending', 'dead') AND NOT EXISTS (
				SELECT 1 FROM lanes l, json_each(l.deliveries) b
				WHERE l.sink = deliveries.sink AND l.leased AND l.batch <> '' AND b.value = deliveries.id)`},
		{&st.forget, `UPDATE lanes SET batch = '', begun_at = 0, doubts = 0, deliveries = '[]'
			WHERE sink = (SELECT sink FROM deliveries WHERE id = ?) AND NOT leased AND batch <> ''`},
		{&st.owe, `INSERT INTO deliveries (event, sink, route, again, owed_at) VALUES (?, ?, ?, 1, ?)`},
		{&st.routed, `UPDATE events SET routed = 1 WHERE seq = ? AND NOT routed`},
	})
}

// waitsQuery looks at the few deliveries of an event. Without being told so SQLite
// would look at all that waits for the sink.
const waitsQuery = `SELECT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_event
	WHERE event = ? AND sink = ? AND state = 'pending' AND id <> ?)`

// close gives the statements up; those of the relay's own connection end with it.
func (st *replays) close() {
	for _, stmt := range []*sql.Stmt{st.place, st.waits, st.giveWay, st.forget, st.owe, st.routed} {
		if stmt != nil {
			_ = stmt.Close()
		}
	}
}

// one replays one delivery, or reports that it was passed over.
func (st *replays) one(ctx context.Context, a queue.Redelivery, now int64) (bool, error) {
	var place int64
	var waits bool
	err := st.place.QueryRowContext(ctx, a.Event).Scan(&place)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if err := st.waits.QueryRowContext(ctx, place, a.Sink, a.Replaces).Scan(&waits); err != nil || waits {
		return false, err
	}
	if a.Replaces != 0 {
		if gave, err := affected(st.giveWay.ExecContext(ctx, now, a.Replaces, place)); err != nil || gave == 0 {
			return false, err
		}
		if _, err := st.forget.ExecContext(ctx, a.Replaces); err != nil { // a batch goes again whole or not at all
			return false, err
		}
	}
	if _, err := st.owe.ExecContext(ctx, place, a.Sink, a.Route, now); err != nil {
		return false, err
	}
	_, err = st.routed.ExecContext(ctx, place)
	return err == nil, err
}

// affected returns how many rows a statement changed.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
