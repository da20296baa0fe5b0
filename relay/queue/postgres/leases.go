package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"botrelay/relay/queue"
	"botrelay/relay/queue/rows"
	"botrelay/relay/queue/sqlstore"
)

// leaveTime is how long a lane waits for the relay that it is meant for, before
// any other takes it.
const leaveTime = 4 * time.Second

// Take makes the caller the only sender of a lane: see sqlstore.Leases. A lane
// that is meant for another relay is that one's, unless it does not come.
func (d *database) Take(ctx context.Context, sink string, keys []string, ttl time.Duration, open sqlstore.Operation) (fence int64, err error) {
	if err := d.usable(ctx); err != nil {
		return 0, err
	}
	meant, err := d.meantForUs(ctx, sink)
	if err != nil {
		return 0, err
	}
	if !meant && d.peers.isTaken(sink) { // it is not asked for each lane of each other relay
		return 0, queue.ErrTaken
	}
	run, taken := open.Run, false
	open.Run = func(ctx context.Context, tx sqlstore.Runner, now int64) error {
		if err := run(ctx, tx, now); err != nil { // it makes the lane, and locks it
			return err
		}
		free := now
		if !meant {
			free -= rows.Micros(leaveTime)
		}
		err := tx.QueryRowContext(
			ctx, `UPDATE botrelay.lanes SET relay = $1, fence = fence + 1, leased_at = $2, leased_until = $3
				WHERE sink = $4 AND leased_until <= $5 RETURNING fence`,
			d.id, now, rows.Later(now, ttl), sink, free,
		).Scan(&fence)
		if taken = errors.Is(err, sql.ErrNoRows); taken {
			return queue.ErrTaken // and what run did is undone
		}
		return err
	}
	if free, err := d.isFree(ctx, sink, meant); err != nil || !free {
		return 0, cmp.Or(err, queue.ErrTaken)
	}
	if err := d.Do(ctx, open); err != nil {
		return 0, err
	}
	d.peers.hold(sink, fence, keys)
	return fence, nil
}

// isFree looks whether it is worth trying to take a lane. Those who wait for one
// ask often, and should be in nobody's way.
func (d *database) isFree(ctx context.Context, sink string, meant bool) (free bool, err error) {
	patience := int64(0)
	if !meant {
		patience = rows.Micros(leaveTime)
	}
	err = d.Read().QueryRowContext(ctx, `SELECT leased_until <= botrelay.now_micros() - $1 FROM botrelay.lanes WHERE sink = $2`, patience, sink).Scan(&free)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return free, classify(err)
}

// Held returns the store's time if the lease still lasts: see sqlstore.Leases. A
// transaction keeps others from taking the lane before its end. A lane that is
// meant for another relay by now is given up where it is only looked at. A relay that
// is too old for the tables is never late: they may have changed since.
func (d *database) Held(ctx context.Context, tx sqlstore.Runner, sink string, fence int64, late bool) (now int64, err error) {
	on, lock := tx, ` FOR UPDATE`
	if tx == nil {
		if err := d.usable(ctx); err != nil {
			return 0, err
		}
		if d.peers.yields(sink) {
			d.log.Info("lane handed to another relay", "sink", sink)
			return 0, cmp.Or(d.extend(ctx, sink, fence, 0), fmt.Errorf("%w: another relay is to have it", queue.ErrLost))
		}
		on, lock = d.Read(), ``
	}
	var held bool
	err = on.QueryRowContext(ctx, `SELECT botrelay.now_micros(), fence = $1 AND ($3 OR leased_until > botrelay.now_micros())
		FROM botrelay.lanes WHERE sink = $2`+lock, fence, sink, late && !d.old.Load()).Scan(&now, &held)
	switch {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return 0, classify(err)
	case !held:
		d.peers.drop(sink, fence)
		return 0, queue.ErrLost
	}
	return now, nil
}

// Extend lets a lease last for ttl from now: see sqlstore.Leases. A lane that is
// given back is not kept for this relay either.
func (d *database) Extend(ctx context.Context, sink string, fence int64, ttl time.Duration) error {
	err := d.extend(ctx, sink, fence, ttl)
	if err == nil && ttl <= 0 {
		d.peers.forget(sink)
		d.lookSoon()
	}
	return err
}

func (d *database) extend(ctx context.Context, sink string, fence int64, ttl time.Duration) error {
	if err := d.usable(ctx); err != nil && !errors.Is(err, errOld) { // what is under way goes on to its end
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, operationTime)
	defer cancel()
	if ttl > 0 {
		if is := d.renewals.join(ctx, sink, fence, ttl); is.ok || is.err != nil {
			return classify(is.err)
		}
	}
	n, err := d.change(ctx, `UPDATE botrelay.lanes SET leased_at = botrelay.now_micros(), leased_until = botrelay.now_micros() + $1
		WHERE sink = $2 AND fence = $3 AND leased_until > botrelay.now_micros()`, rows.Micros(ttl), sink, fence)
	if err != nil {
		return err
	}
	if n == 0 || ttl <= 0 {
		d.peers.drop(sink, fence)
	}
	if n == 0 {
		return queue.ErrLost
	}
	if ttl <= 0 {
		d.tellOthers(sink)
	}
	return nil
}

// Abandoned returns those of some lanes that nobody has.
func (d *database) Abandoned(ctx context.Context, sinks []string) (free []string, err error) {
	for _, sink := range sinks {
		var held bool
		err := d.Read().QueryRowContext(ctx, `SELECT leased_until > botrelay.now_micros() FROM botrelay.lanes WHERE sink = $1`, sink).Scan(&held)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, classify(err)
		}
		if !held {
			free = append(free, sink)
		}
	}
	return free, nil
}

// Wake wakes the senders of lanes, here and, where the lane is not ours, at other
// relays.
func (d *database) Wake(sinks []string) {
	d.wakes.Wake(sinks)
	var others []string
	for _, sink := range sinks {
		if !d.peers.holds(sink) {
			others = append(others, sink)
		}
	}
	d.tellOthers(others...)
}

// WakeSharing wakes the senders of all lanes that have one of these budgets. Those
// of other relays look again when their rest ends, within 15 seconds.
func (d *database) WakeSharing(keys []string) { d.wakes.Wake(d.peers.sharing(keys)) }
